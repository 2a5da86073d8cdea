"""Compiled code of networks is stored once, loaded by later processes, and never half a file."""

import os
import subprocess
import sys
from pathlib import Path

from mechanist.core.code_hash import LIBRARY
from mechanist.learn.compiled_networks import STORE, publish

#: Computes something, and prints its bytes with the numbers of compilations and of loaded programs.
PROGRAM = """
import os, jax, jax.monitoring, numpy as np
from mechanist.learn.compiled_networks import keep_compiled
seen = []
jax.monitoring.register_event_listener(lambda event, **_: seen.append(event.rsplit("/", 1)[-1]))
keep_compiled()
values = jax.jit(lambda x: jax.numpy.tanh(x @ x).sum(axis=0))(np.eye(5, dtype=np.float32) + 0.1)
print(np.asarray(values).tobytes().hex(), seen.count("cache_misses"), seen.count("cache_hits"))
if os.environ.get("KILLED"):
    os._exit(0)
"""


def _run(folder: Path, **environment: str) -> tuple[str, int, int]:
    """Return the result, the number of compiled programs and the number of loaded ones."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(LIBRARY.parent), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    result, compiled, loaded = done.stdout.split()
    return result, int(compiled), int(loaded)


def test_second_process_loads_what_the_first_compiled_with_the_same_bytes(tmp_path: Path) -> None:
    """Both compute the same; only the first compiles."""
    (tmp_path / STORE.parent).mkdir()
    cold, compiled, loaded = _run(tmp_path)
    assert (compiled, loaded) == (1, 0)
    assert _run(tmp_path) == (cold, 0, 1)
    assert [file.suffix for file in (tmp_path / STORE).iterdir() if file.is_dir()] == []


def test_killed_process_adds_nothing_and_does_no_harm(tmp_path: Path) -> None:
    """What it compiled is not published, so the next process compiles."""
    (tmp_path / STORE.parent).mkdir()
    killed, *_ = _run(tmp_path, KILLED="yes")
    assert list((tmp_path / STORE).glob("*-cache")) == []
    assert _run(tmp_path) == (killed, 1, 0)


def test_nothing_is_stored_where_snakemake_does_not_run(tmp_path: Path) -> None:
    """A notebook in another folder finds no new files beside it."""
    _, compiled, loaded = _run(tmp_path)
    assert (compiled, loaded) == (0, 0)
    assert list(tmp_path.iterdir()) == []


def test_first_of_two_processes_with_the_same_program_wins(tmp_path: Path) -> None:
    """Files that others may have linked meanwhile stay as they are."""
    for process, content in (("one", b"first"), ("two", b"second")):
        own = tmp_path / process
        own.mkdir()
        (own / "jit_f-cache").write_bytes(content)
    for process in ("one", "two"):
        publish(tmp_path / process)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {
        "jit_f-cache": b"first"
    }
