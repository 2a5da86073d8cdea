"""What a call costs: processor time and memory."""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

T = TypeVar("T")


def cpu_seconds(call: Callable[[], T]) -> tuple[T, float]:
    """Return what a call returns and the CPU time that it took."""
    start = time.process_time()
    result = call()
    return result, time.process_time() - start


def peak_megabytes(call: Callable[[], object]) -> float:
    """Return the peak of memory that a call allocates, in MB of 1e6 bytes.

    What reaches the system's allocator is counted: arrays, and the arenas of small Python objects.
    Import what the call needs before, or it is counted as well.
    """
    from memray import FileFormat, FileReader, Tracker

    with TemporaryDirectory() as folder:
        record = Path(folder) / "allocations.bin"
        with Tracker(record, file_format=FileFormat.AGGREGATED_ALLOCATIONS):
            call()
        with FileReader(record) as reader:
            peak = reader.metadata.peak_memory
    return float(peak) / 1e6
