"""Results that do not fit are refused with the memory that they take, the memory there is, and a remedy."""

import subprocess
import sys
from pathlib import Path

import pytest

from mechanist.core import memory
from mechanist.core.memory import check_room, free_memory

WORKFLOW = Path(__file__).parents[3] / "workflow"


def test_what_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "free_memory", lambda: 2 * 10**9)
    check_room(10**9, "a hundred features", "Ask for fewer")
    with pytest.raises(ValueError, match=r"^a hundred features take 8 GB of memory; 2 GB are free\."
                       r" Ask for fewer, or use a machine with more memory$"):  # fmt: skip
        check_room(8 * 10**9, "a hundred features", "Ask for fewer")
    with pytest.raises(ValueError, match=r"take 1\.99 GB"):  # nothing would be left for the rest
        check_room(int(1.99e9), "a hundred features", "Ask for fewer")


def test_where_the_system_does_not_say_nothing_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "absent")
    monkeypatch.setattr(memory, "STATUS", tmp_path / "absent")
    assert free_memory() is None
    check_room(10**15, "much", "Ask for less")


def test_free_memory_is_what_the_kernel_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    table = tmp_path / "meminfo"
    table.write_text("MemTotal: 900 kB\nMemAvailable:     300 kB\n", encoding="utf-8")
    monkeypatch.setattr(memory, "MEMINFO", table)
    assert free_memory() == 300 * 1024


def test_a_limit_of_addresses_counts() -> None:
    limit = 4 * 10**9
    program = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, ({0}, {0}));"
        " from mechanist.core.memory import free_memory; print(free_memory())"
    )

    def free(most: int) -> int:
        done = subprocess.run(
            [sys.executable, "-c", program.format(most)],
            env={"PYTHONPATH": str(WORKFLOW)},
            capture_output=True,
            text=True,
            check=True,
        )
        return int(done.stdout)

    assert 0 < free(limit) < limit
    assert free(2 * limit) > free(limit)
