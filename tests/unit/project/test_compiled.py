"""Compiled sums that may be reordered give the same bits in any order of compilation."""

import importlib
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numba
import pytest
from numba.core.registry import CPUDispatcher

import mechanist

WORKFLOW = Path(mechanist.__path__[0]).parent

#: Prints the bits of a solution, optionally after compiling the solver's callees.
PROBE = """
import sys
import numpy as np
from mechanist.simulate import rodas
if "parts" in sys.argv:
    some = np.eye(3)
    rodas.factorise(some)
    rodas.solve(some, np.ones(3))
n, rng = 61, np.random.default_rng(1)
a = rng.normal(size=(n, n))
work = np.zeros((rodas.WORK_ROWS, n))
x, sign = rng.normal(size=(2, n))
rodas.begin(x, sign, x, a @ a.T, np.array([0.1, 0.2, 0.3]), 0.1, np.empty((n, n)), work)
print(work.tobytes().hex())
"""


def compiled() -> Iterator[tuple[str, CPUDispatcher]]:
    """Yield every compiled function of the library with its full name."""
    for module in pkgutil.walk_packages(mechanist.__path__, "mechanist."):
        loaded = importlib.import_module(module.name)
        for name, value in vars(loaded).items():
            if isinstance(value, CPUDispatcher) and value.__module__ == module.name:
                yield f"{module.name}.{name}", value


def reordered_calls(function: Any) -> list[str]:
    """Return the compiled functions that ``function`` calls without inlining, if it reorders sums.

    Such a call uses the copy of the callee that was loaded first, compiled either alone or within a
    caller. The copies may sum in different orders.
    """
    if not function.targetoptions.get("fastmath"):
        return []
    known: dict[str, Any] = function.py_func.__globals__
    called = [name for name in function.py_func.__code__.co_names if name in known]
    return [
        name
        for name in called
        if isinstance(known[name], CPUDispatcher)
        and known[name].targetoptions.get("inline") != "always"
    ]


def test_reordered_sums_are_compiled_in_one_piece() -> None:
    functions = dict(compiled())
    assert sum(bool(f.targetoptions.get("fastmath")) for f in functions.values()) >= 10
    assert {name: calls for name, f in functions.items() if (calls := reordered_calls(f))} == {}


@numba.njit(fastmath={"reassoc"})
def _part(x: float) -> float:
    return x


@numba.njit(fastmath={"reassoc"})
def _whole(x: float) -> float:
    return _part(x)


def test_a_call_between_reordered_sums_is_noticed() -> None:
    assert reordered_calls(_whole) == ["_part"]


@pytest.mark.slow
def test_bits_do_not_depend_on_what_was_compiled_before(tmp_path: Path) -> None:
    def bits(cache: str, *arguments: str) -> str:
        environment = os.environ | {
            "NUMBA_CACHE_DIR": str(tmp_path / cache),
            "PYTHONPATH": str(WORKFLOW),
        }
        command = [sys.executable, "-c", PROBE, *arguments]
        return subprocess.run(
            command, env=environment, check=True, capture_output=True, text=True
        ).stdout

    fresh = bits("whole")
    assert len(fresh) > 1000
    assert bits("whole") == fresh  # loaded from the cache
    assert bits("parts", "parts") == fresh  # the callees were compiled first
    assert bits("parts") == fresh
