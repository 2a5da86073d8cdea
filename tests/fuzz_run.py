"""Damage valid files and compare what is read with an oracle.

An input passes if it is refused by the documented error, which names a file and a remedy, or if its
arrays are those of the undamaged file or those that an independent reader finds in the damaged one.
"""

import contextlib
import faulthandler
import os
import pickle
import random
import re
import signal
import traceback
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

import numpy as np

from fuzz_mutations import mutated
from fuzz_targets import TARGETS, Arrays, Target
from mechanist.core.errors import FormatError
from mechanist.imports.entry_check import check_entry
from mechanist.settings.own_imports import Import

#: Outcomes, from good to bad.
OUTCOMES: Final = (
    "refused", "refused by the boundary", "accepted", "library crash", "traceback", "changed value",
)  # fmt: skip
#: Outcomes that no input may have.
WRONG: Final = ("traceback", "changed value")
#: Longest time that reading a file of a few kilobytes may take, in s.
LONGEST: Final = 20
_BOUNDARY: Final = re.compile(r"cannot be read: \w+(\.\w+)* at \w+\.py:\d+ \(")
_TOLERANCE: Final = 1e-9


@dataclass(frozen=True)
class Outcome:
    """One of ``OUTCOMES``, and what happened."""

    kind: str
    said: str = ""


def damage(target: Target, whole: bytes, path: Path, seed: int, index: int) -> None:
    """Write the damaged file that seed and index stand for."""
    rng = random.Random(f"{seed} {target.suffix} {index}")
    path.unlink(missing_ok=True)
    path.write_bytes(whole)
    if target.rewrite is not None and rng.random() < 0.5:
        target.rewrite(path, rng)
        if rng.random() < 0.8:
            return
    data = path.read_bytes()
    path.unlink()  # some writers leave their files open for reading
    path.write_bytes(mutated(data, rng, text=target.rewrite is None))


def tried(target: Target, path: Path, original: Arrays) -> Outcome:
    """Read a damaged file and judge what comes out."""
    with warnings.catch_warnings(), np.errstate(all="ignore"), _in_time():
        warnings.simplefilter("ignore")
        try:
            entry = _checked(target, path)
            if entry is not None:
                return entry
            found = target.read(path)
        except FormatError as error:
            return _refused(error)
        except Exception:  # noqa: BLE001  (this is what is looked for)
            return Outcome("traceback", traceback.format_exc(limit=-3))
        if not all(np.isfinite(v).all() for v in found.values() if v.dtype.kind == "f"):
            return Outcome("changed value", "numbers that are not finite are accepted")
        if same(found, original):
            return Outcome("accepted")
        try:
            expected = target.oracle(path)
        except Exception:  # noqa: BLE001
            return Outcome(
                "changed value", f"the oracle cannot read it: {traceback.format_exc(limit=-1)}"
            )
    wrong = [n for n in {*found, *expected} if not same(_only(found, n), _only(expected, n))]
    return Outcome("changed value", f"differs in {sorted(wrong)}") if wrong else Outcome("accepted")


def _checked(target: Target, path: Path) -> Outcome | None:
    """Return the outcome of the whole import if it is refused."""
    if target.block is None:
        return None
    one = Import(target.block, ("mine", "a"), {**target.entry, "path": str(path)}, "samples.tsv:2")
    _, problems = check_entry(one)
    return _refused(problems[0]) if problems else None


def _refused(error: FormatError) -> Outcome:
    said = str(error)
    if not error.remedy or not error.path.name:
        return Outcome("traceback", f"no file or remedy: {said}")
    kind = "refused by the boundary" if _BOUNDARY.search(said) else "refused"
    return Outcome(kind, said)


def _only(arrays: Arrays, name: str) -> Arrays:
    return {name: arrays[name]} if name in arrays else {}


def same(one: Arrays, other: Arrays) -> bool:
    """Return whether two sets of arrays agree up to rounding."""
    if set(one) != set(other):
        return False
    for name, values in one.items():
        expected = other[name]
        if values.shape != expected.shape:
            return False
        if values.dtype.kind in "fc" or expected.dtype.kind in "fc":
            a, b = (np.asarray(v, dtype=float) for v in (values, expected))
            scale = max(np.abs(b[np.isfinite(b)]).max(initial=0.0), 1e-300)
            if not np.allclose(
                a / scale, b / scale, rtol=_TOLERANCE, atol=_TOLERANCE, equal_nan=True
            ):
                return False
        elif values.tolist() != expected.tolist():
            return False
    return True


@contextlib.contextmanager
def _in_time() -> Iterator[None]:
    """Raise TimeoutError if a reader hangs."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"not read within {LONGEST} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LONGEST)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def run(
    name: str, folder: Path, seed: int, indices: Sequence[int]
) -> Iterator[tuple[int, Outcome]]:
    """Yield the outcome of each input of one reader."""
    target = TARGETS[name]
    path = folder / f"input{target.suffix}"
    target.write(path)
    whole, original = path.read_bytes(), target.read(path)
    assert same(original, target.oracle(path)), name
    assert _checked(target, path) is None, name
    for index in indices:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of casts that lose digits on purpose
            damage(target, whole, path, seed, index)
        yield index, tried(target, path, original)


def run_apart(
    name: str, folder: Path, seed: int, indices: Sequence[int]
) -> Iterator[tuple[int, Outcome]]:
    """Do the same in processes of their own, since damaged files make some libraries crash."""
    left = list(indices)
    while left:
        source, sink = os.pipe()
        with warnings.catch_warnings():  # as in core/apart.py
            warnings.filterwarnings("ignore", message=r"os\.fork\(\)", category=RuntimeWarning)
            child = os.fork()
        if child == 0:
            os.close(source)
            faulthandler.disable()  # the parent tells the crash
            os.chdir(folder)  # files name others by their names alone
            with os.fdopen(sink, "wb") as pipe:
                try:
                    for found in run(name, folder, seed, left):
                        pickle.dump(found, pipe)
                        pipe.flush()
                except BaseException:  # noqa: BLE001  (the child must end here)
                    traceback.print_exc()
            os._exit(0)
        os.close(sink)
        with os.fdopen(source, "rb") as pipe, contextlib.suppress(EOFError):
            while left:
                yield pickle.load(pipe)
                left = left[1:]
        _, state = os.waitpid(child, 0)
        if left:
            code = os.waitstatus_to_exitcode(state)
            if code >= 0:
                raise RuntimeError(f"{name}: the process of input {left[0]} ended with {code}")
            yield left[0], Outcome("library crash", signal.Signals(-code).name)
            left = left[1:]
