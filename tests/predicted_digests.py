"""Digests of what kept models predict, without a network: of one glass, one dislocation sample and one polycrystal.

Run as ``python tests/predicted_digests.py <glass model> <sample> <curve model> <batch> <surrogate> <runs>``, with
the library to use on the path.
"""

import hashlib
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NoReturn

import numpy as np
import numpy.typing as npt

from mechanist.api import (
    load_curve_model,
    load_model,
    load_surrogate,
    predict,
    predict_curve,
    predict_rotations,
)
from mechanist.formats.dislocation_batches import read_batch, signs
from mechanist.formats.polycrystal_batches import read_runs
from mechanist.formats.sample import read_sample

#: Loads for which the glass is predicted.
LOADS: Final = ("simple_shear xy", "uniaxial -x")


def main(arguments: list[str]) -> Iterator[str]:
    """Yield a line for each table: its name and the digest of its bytes."""
    particles, glass, curves, batch, surrogate, runs = map(Path, arguments)
    sample = predict(load_model(particles), read_sample(glass).reference, loads=LOADS).table
    for column in sample.select_dtypes("number"):
        yield f"glass {column} {digest(sample[column].to_numpy(dtype=float))}"

    start = read_batch(batch)[0].branches["undeformed"].start
    edges, side = start.positions[:, :2], float(start.cell[0, 0])
    curve = predict_curve(load_curve_model(curves), edges, signs(start), box=side).table
    for column in curve.select_dtypes("number"):
        yield f"curve {column} {digest(curve[column].to_numpy(dtype=float))}"

    run = read_runs(runs)[0]
    turned = predict_rotations(load_surrogate(surrogate), run.orientations[0], grains=run.grains)
    yield f"rotations {digest(turned.rotations)}"


def digest(values: npt.NDArray[np.floating]) -> str:
    """Return the SHA-256 of the numbers, bit by bit."""
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()


def no_network(*_: object, **__: object) -> NoReturn:
    """Stop a program that asks for a connection."""
    raise OSError("a prediction asked for the network")


if __name__ == "__main__":
    socket.socket.connect = no_network  # type: ignore[method-assign]
    print("\n".join(main(sys.argv[1:])))
