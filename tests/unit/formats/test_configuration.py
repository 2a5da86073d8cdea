"""Configurations reject values that no later stage could use."""

from pathlib import Path

import numpy as np
import pytest

from helpers import disordered, random_rotation
from mechanist.core.errors import FormatError
from mechanist.formats.configuration import Configuration
from mechanist.formats.described_columns import Column
from mechanist.formats.sample import Frame, LoadPath, Sample, read_sample, write_sample
from mechanist.formats.tables import check_table, keyed, read_table, stacked, write_table
from mechanist.mechanics.neighbours import find_neighbours


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"positions": np.full((4, 3), np.nan)}, "not finite"),
        ({"positions": np.zeros((4, 2))}, r"expected \(n, 3\)"),
        ({"cell": -np.eye(3)}, "volume"),
        ({"cell": np.zeros((3, 3))}, "volume"),
        ({"species": np.array([0, 0, 0, 2])}, "below 2"),
        ({"species": np.zeros(3, int)}, r"expected \(4,\)"),
        ({"dimension": 1}, "expected 2 or 3"),
    ],
)
def test_bad_configurations_are_refused(change: dict[str, object], message: str) -> None:
    good = {
        "positions": np.zeros((4, 3)),
        "cell": np.eye(3),
        "species": np.zeros(4, int),
        "species_names": ("A", "B"),
        "dimension": 3,
    }
    Configuration(**good)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=message):
        Configuration(**(good | change))  # type: ignore[arg-type]


@pytest.mark.parametrize("dimension", [2, 3])
def test_neighbours_agree_with_brute_force(dimension: int) -> None:
    rng = np.random.default_rng(1)
    c = disordered(rng, n=30, dimension=dimension)
    cutoff = 2.4  # beyond half the box, several images of one particle are neighbours
    found = find_neighbours(c, cutoff)
    reach = range(-3, 4)
    images = [(a, b, d) for a in reach for b in reach for d in (reach if dimension == 3 else [0])]
    count = 0
    for shift in np.array(images, dtype=float):
        vectors = c.positions[None] - c.positions[:, None] + shift @ c.cell
        distances = np.linalg.norm(vectors, axis=-1)
        count += int(((distances < cutoff) & (distances > 1e-12)).sum())
    assert len(found.first) == count
    assert found.counts.sum() == count
    rebuilt = c.positions[found.second] - c.positions[found.first] + found.shifts @ c.cell
    np.testing.assert_allclose(found.vectors, rebuilt, atol=1e-12)


def test_rotation_keeps_distances() -> None:
    rng = np.random.default_rng(2)
    c = disordered(rng)
    for proper in (True, False):
        turned = c.rotated(random_rotation(rng, proper=proper))
        before, after = find_neighbours(c, 2.0), find_neighbours(turned, 2.0)
        np.testing.assert_allclose(np.sort(before.distances), np.sort(after.distances), rtol=1e-12)


def test_sample_files_round_trip_and_are_reproducible(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    c = disordered(rng)
    frame = Frame(0.02, c.moved(c.positions + 0.1, c.cell), np.eye(3))
    load = LoadPath(
        np.eye(3), np.eye(3), {"strain": np.arange(3.0), "stress": np.ones(3)}, (frame,)
    )
    sample = Sample("s-1", "toy", 7, c, {"shear": load}, energy=-1.5, provenance={"b": 1, "a": 2})
    for name in ("one.h5", "two.h5"):
        write_sample(tmp_path / name, sample)
    assert (tmp_path / "one.h5").read_bytes() == (tmp_path / "two.h5").read_bytes()
    back = read_sample(tmp_path / "one.h5")
    np.testing.assert_array_equal(back.reference.positions, c.positions)
    np.testing.assert_array_equal(back.reference.species, c.species)
    assert back.provenance == {"a": 2, "b": 1}
    assert back.loads["shear"].frame(0.02).configuration.species_names == ("A", "B")
    np.testing.assert_array_equal(back.loads["shear"].curve["stress"], np.ones(3))
    with pytest.raises(KeyError, match="stored are"):
        back.loads["shear"].frame(0.05)


def test_damaged_sample_file_names_itself(tmp_path: Path) -> None:
    path = tmp_path / "bad.h5"
    path.write_bytes(b"not hdf5")
    with pytest.raises(FormatError, match=r"bad\.h5: not a readable sample file"):
        read_sample(path)


def test_tables_round_trip_and_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    table = stacked([keyed(np.eye(2), ["a", "b"], sample=s, load="l") for s in ("s1", "s2")])
    write_table(path, table, columns={name: Column("1", "One.", "0 to 1") for name in "ab"})
    back = read_table(path)
    assert back.equals(table)
    assert list(read_table(path, columns=["sample", "a"])) == ["sample", "a"]
    with pytest.raises(FormatError, match="not finite, the first at"):
        check_table(path, table.assign(a=[0.0, np.nan, 0.0, 0.0]))
    check_table(path, table.assign(a=[0.0, np.nan, 0.0, 0.0]), allow_missing=True)
    with pytest.raises(FormatError, match="uniq"):
        check_table(path, table.assign(object=np.zeros(4, np.int32)))
    with pytest.raises(FormatError, match="not a readable table"):
        read_table(tmp_path / "absent.parquet")
