"""Cost of a call: CPU time and memory."""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

T = TypeVar("T")


def cpu_seconds(call: Callable[[], T]) -> tuple[T, float]:
    """Return the result of a call and the CPU time that it took."""
    start = time.process_time()
    result = call()
    return result, time.process_time() - start


def peak_megabytes(call: Callable[[], object]) -> float:
    """Return the peak memory that a call allocates, in MB of 1e6 bytes.

    Requests to the system's allocator are counted: arrays, and the arenas of small Python objects.
    Import the modules that the call needs beforehand; otherwise they are counted as well.
    """
    from memray import FileFormat, FileReader, Tracker

    with TemporaryDirectory() as folder:
        record = Path(folder) / "allocations.bin"
        with Tracker(record, file_format=FileFormat.AGGREGATED_ALLOCATIONS):
            call()
        with FileReader(record) as reader:
            peak = reader.metadata.peak_memory
    return float(peak) / 1e6
