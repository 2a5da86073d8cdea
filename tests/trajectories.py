"""Random trajectory frames shared by the tests of several readers."""

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.trajectory import TrajectoryFrame


def random_cell(rng: np.random.Generator, shape: str) -> FloatArray:
    """Return a right-handed cell: orthogonal, restricted (lower triangular) or general."""
    cell = np.diag(rng.uniform(3, 9, 3))
    if shape != "orthogonal":
        cell[np.tril_indices(3, -1)] = rng.uniform(-1.4, 1.4, 3)
    if shape == "general":
        cell = cell @ np.linalg.qr(rng.normal(size=(3, 3)))[0]
        cell *= np.sign(np.linalg.det(cell))
    return cell


def random_frames(
    seed: int,
    *,
    n: int = 7,
    count: int = 2,
    shape: str = "restricted",
    labels: tuple[str, ...] = ("1", "2", "10"),
    images: bool = False,
) -> list[TrajectoryFrame]:
    """Return frames of the same particles, in different orders, some outside the cell."""
    rng = np.random.default_rng(seed)
    ids = rng.choice(np.arange(1, 10 * n), size=n, replace=False)
    species = rng.integers(0, len(labels), n)
    species[: len(labels)] = np.arange(len(labels))
    frames = []
    for k in range(count):
        order = rng.permutation(n)
        cell = random_cell(rng, shape)
        frames.append(
            TrajectoryFrame(
                timestep=1000 * k + seed % 7,
                ids=ids[order],
                species=species[order],
                labels=tuple(sorted(labels)),
                positions=rng.uniform(-0.5, 1.5, (n, 3)) @ cell,
                cell=cell,
                origin=rng.uniform(-20, 20, 3),
                periodic=(True, bool(rng.integers(2)), True),
                images=rng.integers(-2, 3, (n, 3)) if images else None,
                extra={"vx": rng.normal(size=n) * 10.0 ** rng.integers(-300, 300, n)},
            )
        )
    return frames


def assert_same_frames(read: list[TrajectoryFrame], written: list[TrajectoryFrame]) -> None:
    """Assert that the frames read equal the frames written, up to sorting by id."""
    assert len(read) == len(written)
    for new, old in zip(read, written, strict=True):
        order = np.argsort(old.ids)
        assert (new.timestep, new.periodic) == (old.timestep, old.periodic)
        assert new.labels == old.labels
        np.testing.assert_array_equal(new.ids, old.ids[order])
        np.testing.assert_array_equal(new.species, old.species[order])
        np.testing.assert_allclose(new.positions, old.positions[order], rtol=0, atol=1e-13 * 60)
        np.testing.assert_allclose(new.cell, old.cell, rtol=0, atol=1e-13 * 60)
        np.testing.assert_allclose(new.origin, old.origin, rtol=0, atol=1e-13 * 60)
        np.testing.assert_array_equal(new.extra["vx"], old.extra["vx"][order])
        if old.images is None:
            assert new.images is None
        else:
            np.testing.assert_array_equal(new.images, old.images[order])
