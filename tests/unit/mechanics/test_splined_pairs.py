"""Tabulated pair potentials: those of the tabulated function, of LAMMPS, and consistent with themselves."""

from pathlib import Path

import numpy as np
import pytest

from mechanist.core.material_choice import MaterialChoice
from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.pair_tables import PairTable, keyword, write_pair_tables
from mechanist.mechanics.materials.material import load_material
from mechanist.mechanics.splined_pairs import SplinedPairs
from mechanist.simulate.lammps_engine import LammpsEngine

KNOWN = load_material().pairs("a test")
NAMES = ("A", "B")
PAIRS = ((0, 0), (0, 1), (1, 1))
CUTOFF = load_material().cutoffs


def values(
    potential: object, pair: tuple[int, int], r: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    first, second = (np.full(len(r), kind) for kind in pair)
    return potential(first, second, r)  # type: ignore[operator, no-any-return]


def slopes(count: int = 800) -> tuple[FloatArray, FloatArray]:
    starts, found = 0.75 * CUTOFF / 2.5, np.zeros((2, 2, count))
    for a, b in PAIRS:
        r = np.linspace(starts[a, b], CUTOFF[a, b], count)
        found[a, b] = found[b, a] = values(KNOWN, (a, b), r)[1]
    return starts, found


def splined() -> SplinedPairs:
    starts, found = slopes()
    return SplinedPairs(starts=starts, cutoff=CUTOFF, slopes=found)


@pytest.mark.parametrize("pair", PAIRS)
def test_a_table_of_a_known_potential_gives_it_back(pair: tuple[int, int]) -> None:
    r = np.linspace(0.85 * CUTOFF[pair] / 2.5, CUTOFF[pair] + 0.2, 97)
    for told, truth, share in zip(
        values(splined(), pair, r), values(KNOWN, pair, r), (1e-6, 1e-6, 1e-4), strict=True
    ):
        np.testing.assert_allclose(told, truth, atol=share * abs(truth).max())
    assert (np.array(values(splined(), pair, r))[:, r >= CUTOFF[pair]] == 0).all()


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("region", [(0.5, 0.74), (0.76, 2.4)], ids=["below the table", "inside"])
def test_derivatives_agree_with_finite_differences(
    pair: tuple[int, int], region: tuple[float, float]
) -> None:
    r, step = np.linspace(*region, 40) * CUTOFF[pair] / 2.5, 1e-6
    above, here, below = (values(splined(), pair, r + s) for s in (step, 0.0, -step))
    for order in (0, 1):
        np.testing.assert_allclose(
            (above[order] - below[order]) / (2 * step), here[order + 1], rtol=1e-5, atol=1e-4
        )


def test_the_force_goes_on_below_the_table_without_a_jump() -> None:
    start = slopes()[0][0, 0]
    below, above = (
        np.array(values(splined(), (0, 0), np.array([start + s]))) for s in (-1e-9, 1e-9)
    )
    np.testing.assert_allclose(below, above, rtol=1e-5)
    assert values(splined(), (0, 0), np.array([0.5 * start]))[1] < 100 * above[1]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"starts": np.ones((1, 2))}, "shapes"),
        ({"starts": 3 * np.ones((2, 2))}, "positive and increasing"),
        ({"slopes": slopes()[1][..., :7]}, "7 distances"),
        ({"slopes": np.triu(np.ones((2, 2)))[..., None] * slopes()[1]}, "differ with the order"),
        ({"slopes": slopes()[1] + 1e3}, "let the potential end smoothly"),
        ({"slopes": -slopes()[1]}, "begin it where they repel"),
    ],
)
def test_wrong_tables_are_refused(change: dict[str, FloatArray], match: str) -> None:
    starts, found = slopes()
    with pytest.raises(ValueError, match=match):
        SplinedPairs(**{"starts": starts, "cutoff": CUTOFF, "slopes": found, **change})


def written(path: Path, counts: tuple[int, int, int] = (800, 800, 800)) -> Path:
    tables = []
    for (a, b), count in zip(PAIRS, counts, strict=True):
        first, last = float(0.75 * CUTOFF[a, b] / 2.5), float(CUTOFF[a, b])
        energy, slope, _ = values(KNOWN, (a, b), np.linspace(first, last, count))
        tables.append(PairTable(keyword(NAMES[a], NAMES[b]), first, last, energy, -slope))
    write_pair_tables(path, tables, comments=["Kob-Andersen"])
    return path


def test_the_material_of_a_table_has_the_forces_that_lammps_computes(tmp_path: Path) -> None:
    parameters = {"file": str(written(tmp_path / "ka.table")), "composition": {"A": 0.8, "B": 0.2}}
    choice = MaterialChoice("pair_table", parameters)
    material = load_material(choice)
    assert material.species_names == NAMES
    np.testing.assert_array_equal(material.cutoffs, CUTOFF)
    rng = np.random.default_rng(0)
    places = np.stack(np.meshgrid(*[1.1 * np.arange(5)] * 3), axis=-1).reshape(-1, 3)
    glass = Configuration(places + rng.normal(0, 0.05, places.shape), 5.5 * np.eye(3), rng.integers(2, size=125),
                          NAMES, material=choice)  # fmt: skip
    known = Configuration(glass.positions, glass.cell, glass.species, NAMES)
    with LammpsEngine(glass) as engine, LammpsEngine(known) as other:
        engine.command("run 0")
        other.command("run 0")
        np.testing.assert_allclose(
            engine.forces(), other.forces(), atol=2e-3 * abs(other.forces()).max()
        )


def test_a_table_that_is_no_potential_is_refused_with_its_file(tmp_path: Path) -> None:
    path = written(tmp_path / "ka.table")
    sections = path.read_text().splitlines()
    last = max(k for k, line in enumerate(sections) if line.startswith("800 "))
    sections[last] = " ".join([*sections[last].split()[:3], "50.0"])
    path.write_text("\n".join(sections))
    parameters = {"file": str(path), "composition": {"A": 0.8, "B": 0.2}}
    with pytest.raises(ValueError, match=r"ka\.table: forces at the cutoff are .* end smoothly"):
        load_material(MaterialChoice("pair_table", parameters))


def test_tables_of_different_lengths_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "ka.table", (800, 700, 800))
    parameters = {"file": str(path), "composition": {"A": 0.8, "B": 0.2}}
    with pytest.raises(
        ValueError, match=r"sections have \[700, 800\] lines; expected equally many"
    ):
        load_material(MaterialChoice("pair_table", parameters))
