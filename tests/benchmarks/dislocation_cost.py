"""Cost of dislocation samples: CPU time by number of dislocations, compared with a plain program.

Run as ``python tests/benchmarks/dislocation_cost.py [table.md]``; without a path the table is
printed. The plain program takes the same steps, but it stores constants of all pairs, recomputes
them when a pair annihilates, visits each pair twice, and solves general linear systems by LAPACK.
"""

# ruff: noqa: E402 -- threads and paths must be set before numpy and the library are imported
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import dataclasses
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

ROOT: Final = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "tests")]

import numpy as np
from numba import njit
from scipy.linalg import cho_factor, lu_factor, lu_solve

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.edge_glide import SIGN, X, Y
from mechanist.simulate import rodas
from mechanist.simulate.dislocation_dynamics import Glide, Integration
from mechanist.simulate.dislocation_loading import Passage, Ramp, load, relax
from mechanist.simulate.dislocation_samples import random_places
from mechanist.simulate.dislocation_system import DislocationSystem

#: Number of dislocations, and number of samples over which times are averaged.
SIZES: Final = ((36, 40), (100, 20), (200, 6), (400, 2))
#: Number of samples for the plain program, by number of dislocations.
PLAIN: Final = {36: 4, 100: 3, 200: 1, 400: 1}
REST: Final = 1e-8
RAMP: Final = Ramp()
PRESTRAIN: Final = 0.02
MATRICES: Final = (25, 50, 100, 200, 400)
HEADER: Final = (
    "Mean CPU seconds per sample, at a density of 0.04 per b^2. Last column: largest relative difference"
    " in stress between our program and the plain one, at strains from 0.0005 to 0.01.\n\n"
    "| dislocations | relaxed | steps | relax | ramp to 20 % | pre-strain branch | plain: relax and"
    " ramp | ratio | stress differs by |\n|---|---|---|---|---|---|---|---|---|"
)
T = TypeVar("T")


@njit(cache=True, error_model="numpy")
def pair_constants(y: FloatArray) -> FloatArray:
    """Return A and A - B of three nearest images, and one constant for all others, (7, n, n)."""
    out = np.zeros((7, len(y), len(y)))
    for i in range(len(y)):
        for j in range(len(y)):
            d = y[i] - y[j]
            d -= np.round(d)
            for image in range(-3, 4):
                height = 2 * math.pi * (d + image)
                a, b = math.cosh(height), height * math.sinh(height)
                if abs(image) < 2:
                    out[image + 1, i, j], out[image + 4, i, j] = a, a - b
                else:
                    out[6, i, j] += (a - b) / (a * a)
    return out


@njit(cache=True, error_model="numpy")
def plain_sums(
    x: FloatArray, sign: FloatArray, c: FloatArray, force: FloatArray, hessian: FloatArray
) -> None:
    """Write forces and, unless ``hessian`` is empty, the whole Hessian."""
    for i in range(len(x)):
        force[i] = diagonal = 0.0
        for j in range(len(x)):
            if i == j:
                continue
            s, cosine = math.sin(2 * math.pi * (x[i] - x[j])), math.cos(2 * math.pi * (x[i] - x[j]))
            g, slope = c[6, i, j], 0.0
            for k in range(3):
                r, p = 1 / (c[k, i, j] - cosine), c[k + 3, i, j] - cosine
                g += p * r * r
                slope += r * r * (2 * p * r - 1)
            force[i] += math.pi * sign[i] * sign[j] * s * g
            if hessian.size:
                v = 2 * math.pi**2 * sign[i] * sign[j] * (cosine * g - s * s * slope)
                hessian[i, j] = v
                diagonal -= v
        if hessian.size:
            hessian[i, i] = diagonal


class PlainGlide(Glide):
    """The same time steps in a plain implementation."""

    def _allocate(self) -> None:
        super()._allocate()
        self._constants = pair_constants(self.system.lines[Y])

    def _sums(self, x: FloatArray, out: FloatArray, hessian: FloatArray) -> None:
        plain_sums(x, self.system.lines[SIGN], self._constants, out, hessian)

    def _linearise(self) -> None:
        self._sums(self.system.lines[X], self._force, self._hessian)

    def _try(self, h: float) -> float:
        sign, x, work = self.system.lines[SIGN], self.system.lines[X], self._work
        stress, rate, _ = self._drive
        none = np.empty((0, 0))
        factors = lu_factor(self._hessian + np.eye(len(x)) * 2 / h, check_finite=False)
        k1 = lu_solve(factors, self._force + sign * (stress + 0.5 * h * rate), check_finite=False)
        right = self._force + sign * (stress + 1.5 * h * rate) + 4 / h * k1
        k2 = lu_solve(factors, right, check_finite=False)
        k3, k4 = np.empty_like(x), np.empty_like(x)
        ahead = sign * (stress + h * rate)
        self._sums(x + 2 * k1, k3, none)
        k3 = lu_solve(factors, k3 + ahead + (k1 - k2) / h, check_finite=False)
        self._sums(x + 2 * k1 + k3, k4, none)
        k4 = lu_solve(factors, k4 + ahead + (k1 - k2 - 8 / 3 * k3) / h, check_finite=False)
        work[rodas.NEW] = x + 2 * k1 + k3 + k4
        return float(np.max(np.abs(k4) / self._tolerance))


def timed(call: Callable[[], T]) -> tuple[T, float]:
    """Return the result of a call and its CPU seconds."""
    start = time.process_time()
    result = call()
    return result, time.process_time() - start


def relaxed(kind: type[Glide], start: Configuration) -> Glide:
    """Return the relaxed dislocations."""
    glide = kind(start, Integration())
    relax(glide, REST)
    return glide


def ramped(glide: Glide, ramp: Ramp = RAMP) -> Passage:
    """Load to the end of the ramp, and return the passage."""
    passage, _, reason = load(glide, ramp)
    if reason:
        raise RuntimeError(reason)
    return passage


def prestrained(start: Configuration) -> None:
    """Load, unload, relax and load again."""
    glide = Glide(start, Integration())
    ramped(glide, dataclasses.replace(RAMP, strain=PRESTRAIN))
    relax(glide, REST)
    ramped(glide)


def row(dislocations: int, samples: int) -> str:
    """Return one row of the table; times are means over the samples."""
    system = DislocationSystem(name="benchmark", dislocations=dislocations)
    starts = [random_places(system, k, seed=1) for k in range(samples)]
    seconds, left, steps, plain, gaps = np.zeros((samples, 3)), [], [], [], []
    for k, start in enumerate(starts):
        glide, seconds[k, 0] = timed(lambda start=start: relaxed(Glide, start))
        state, taken = glide.system.configuration(), glide.steps
        left.append(len(state))
        passage, seconds[k, 1] = timed(lambda glide=glide: ramped(glide))
        steps.append(taken + glide.steps)
        _, seconds[k, 2] = timed(lambda state=state: prestrained(state))
        if k < PLAIN[dislocations]:
            rival, spent = timed(lambda start=start: ramped(relaxed(PlainGlide, start)))
            plain.append(spent / seconds[k, :2].sum())
            strains = np.geomspace(5e-4, 0.01, 5)
            curves = [np.interp(strains, p.strain, p.stress) for p in (passage, rival)]
            gaps.append(np.abs(curves[0] / curves[1] - 1).max())
    mean = seconds.mean(axis=0)
    ratio = float(np.mean(plain))
    cells = [
        str(dislocations), f"{np.mean(left):.0f}", f"{np.mean(steps):.0f}",
        *(f"{s:.4f}" for s in mean), f"{ratio * mean[:2].sum():.3f}", f"{ratio:.1f}",
        f"{np.max(gaps):.0e}",
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def best(call: Callable[[], object], n: int) -> str:
    """Return the microseconds per call, the best of three means."""
    calls = range(max(5, 20_000_000 // n**3))
    seconds = min(timed(lambda: [call() for _ in calls])[1] for _ in range(3))
    return f"{1e6 * seconds / len(calls):.1f}"


def factorisations() -> str:
    """Return the table that compares our factorisation with LAPACK."""
    lines: list[list[str]] = [[], []]
    for n in MATRICES:
        a = np.random.default_rng(n).normal(size=(n, n))
        matrix = a @ a.T + n * np.eye(n)
        lines[0].append(best(lambda matrix=matrix: rodas.factorise(matrix.copy()), n))
        lines[1].append(best(lambda matrix=matrix: cho_factor(matrix, check_finite=False), n))
    head = f"| factorisation, us | {' | '.join(f'n = {n}' for n in MATRICES)} |"
    rule = "|---" * (len(MATRICES) + 1) + "|"
    return "\n".join([head, rule, f"| ours | {' | '.join(lines[0])} |",
                      f"| LAPACK (dpotrf) | {' | '.join(lines[1])} |"])  # fmt: skip


def main(arguments: list[str]) -> None:
    """Write or print the tables."""
    row(36, 1)  # compiles
    rodas.factorise(np.eye(2))
    rows = [row(*size) for size in SIZES]
    table = "\n".join([HEADER, *rows]) + "\n\n" + factorisations() + "\n"
    if arguments:
        Path(arguments[0]).write_text(table, encoding="utf-8")
    else:
        print(table, end="")


if __name__ == "__main__":
    main(sys.argv[1:])
