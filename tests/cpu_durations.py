"""A plugin of pytest that prints the CPU time of test files and of the slowest tests.

PYTHONPATH=tests .venv/bin/python -m pytest -p cpu_durations tests/unit/learn

Unlike durations on the clock, CPU seconds hardly change when other programs use the machine.
"""

import os
from collections.abc import Generator

import pytest

_SECONDS: dict[str, float] = {}


def _used() -> float:
    """Return the CPU seconds of this process and of its children that have ended."""
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Note what a test and its fixtures took."""
    before = _used()
    result = yield
    _SECONDS[item.nodeid] = round(_used() - before, 2)
    return result


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the sum, and what took most of it."""
    files: dict[str, float] = {}
    for test, seconds in _SECONDS.items():
        file = test.split("::")[0]
        files[file] = files.get(file, 0.0) + seconds
    terminalreporter.write_line(f"{_used():.0f} CPU s, imports and collection included")
    for took in (files, _SECONDS):
        for name in sorted(took, key=took.__getitem__, reverse=True)[:20]:
            terminalreporter.write_line(f"{took[name]:7.1f} {name}")
