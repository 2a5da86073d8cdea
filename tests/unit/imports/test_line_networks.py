"""Networks read with the slip systems of another crystal are refused."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from crystal_files import network_of_loops
from mechanist.core.errors import FormatError
from mechanist.formats.paradis import write_paradis
from mechanist.imports.dislocation_lines import ImportedNetwork, import_network
from mechanist.imports.entry_check import check_entry
from mechanist.imports.import_summary import understood
from mechanist.settings.own_imports import Import

ENTRY: dict[str, Any] = {
    "systems": "fcc12", "burgers": 2.5e-10, "grid": [2, 2, 2], "periodic": ["x", "y", "z"],
}  # fmt: skip


def written(path: Path, other: float = 0.0) -> Path:
    """Write loops of fcc systems; give ``other`` of them a Burgers vector along an edge of the cube."""
    network = network_of_loops(3, loops=4)
    burgers = network.burgers.copy()
    lost = np.arange(len(burgers)) < other * len(burgers)
    burgers[lost] = [1.0, 0.0, 0.0]
    planes = np.where(lost[:, None], [0.0, 0.0, 1.0], network.planes)
    write_paradis(path, replace(network, burgers=burgers, planes=planes))
    return path


def lost(network: ImportedNetwork) -> tuple[float, float]:
    """Return the shares of the line length with another Burgers vector, and on another plane."""
    density = network.densities[:, 0]
    n = len(network.systems)
    return density[n] / density.sum(), density[n + 1] / density.sum()


@pytest.mark.parametrize("systems", ["bcc12", "bcc24", "bcc48", "hcp30", "hcp39"])
def test_systems_of_another_lattice_are_refused(tmp_path: Path, systems: str) -> None:
    path = written(tmp_path / "a.data")
    message = f"100.0 % of the line length has a Burgers vector of no slip system of '{systems}'"
    with pytest.raises(FormatError, match=f"{message}.*fcc12 for 100 %, bcc24 for 0 %"):
        import_network(path, {**ENTRY, "systems": systems})
    made = Import(
        ("crystal", "lines"), ("a",), {**ENTRY, "systems": systems, "path": str(path)}, "s"
    )
    with pytest.raises(FormatError, match=message):  # so check_data refuses it
        understood(made)


def test_a_crystal_that_is_turned_in_its_box_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.data")
    with pytest.raises(FormatError, match="state how the crystal is turned in the box as rotation"):
        import_network(path, {**ENTRY, "rotation": [0, 0, 45]})
    assert lost(import_network(path, {**ENTRY, "rotation": [0, 0, 90]})) == (0, 0)


def test_junctions_are_accepted_up_to_a_share(tmp_path: Path) -> None:
    path = written(tmp_path / "a.data", 0.25)
    found = import_network(path, ENTRY)
    segments = found.segments
    length = np.linalg.norm(segments.vectors, axis=1)
    along_edge = np.abs(segments.burgers[:, 0]) > 0.99
    share = length[along_edge].sum() / length.sum()
    assert 0.1 < share < 0.5
    assert lost(found) == pytest.approx((share, 0))
    told = understood(Import(("crystal", "lines"), ("a",), {**ENTRY, "path": str(path)}, "s"))
    assert f"{100 * share:.2f} % other Burgers vector" in told[1]
    with pytest.raises(FormatError, match="expected at most 10 %"):
        import_network(path, {**ENTRY, "unassigned": 0.1})
    most = written(tmp_path / "b.data", 0.75)
    with pytest.raises(FormatError, match="expected at most 50 %"):
        import_network(most, ENTRY)
    assert lost(import_network(most, {**ENTRY, "unassigned": 0.9}))[0] > 0.5


@pytest.mark.parametrize(
    ("burgers", "advice"),
    [
        (2.5, "Write 2.5e-09 if it is in nm or 2.5e-10 if it is in angstrom."),
        (0.25, "Write 2.5e-10 if it is in nm."),
        (25.6, "Write 2.56e-09 if it is in angstrom."),
        (2.5e-7, ""),
        (2.5e-11, ""),
    ],
)
def test_burgers_vectors_in_other_units_than_metres_are_refused(
    tmp_path: Path, burgers: float, advice: str
) -> None:
    said = (
        f"{burgers:g}; expected the magnitude of the Burgers vector in metres, from 1e-10 to 3e-09"
    )
    path = written(tmp_path / "a.data")
    with pytest.raises(ValueError, match=f"^burgers: {re.escape(said)}") as caught:
        import_network(path, {**ENTRY, "burgers": burgers})
    assert str(caught.value).endswith(advice or "such as 2.56e-10 for copper.")
    made = Import(
        ("crystal", "lines"), ("a",), ENTRY | {"burgers": burgers, "path": str(path)}, "s:2"
    )
    _, (problem,) = check_entry(made)
    assert str(problem).startswith(f"s:2: burgers: {said}")


@pytest.mark.parametrize("burgers", [1e-10, 2.56e-10, 9e-10, 3e-9])
def test_burgers_vectors_of_crystals_are_accepted(tmp_path: Path, burgers: float) -> None:
    path = written(tmp_path / "a.data")
    assert import_network(path, {**ENTRY, "burgers": burgers}).nodes > 0
