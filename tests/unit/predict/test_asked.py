"""Glasses of users to predict: files without ids, and species in an order of their own."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from glasses import glass
from mechanist.core.code_hash import LIBRARY
from mechanist.core.errors import FormatError
from mechanist.formats.sample import read_sample
from mechanist.predict.asked import read_reference
from mechanist.predict.predict_glass import predict_glass
from scripts.glass import figure_predicted

RELEASED = LIBRARY.parent / "models" / "ka2d" / "joint"
SHEAR = [{"type": "simple_shear", "plane": "xy", "sense": 1}]


def xyz(path: Path, *, frames: int = 1, ids: bool = False) -> Path:
    """Write a glass, the particles of later frames in another order; ids, if any, descend."""
    c = glass(2)[0]
    names, lattice = np.array(["Big", "Small"])[c.species], " ".join(map(str, c.cell.ravel()))
    lines: list[str] = []
    for k in range(frames):
        columns = "species:S:1:pos:R:3" + ids * ":id:I:1"
        lines += [str(len(c)), f'Lattice="{lattice}" Properties={columns} pbc="T T T"']
        for i in np.roll(np.arange(len(c)), k):
            x, y, z = c.positions[i]
            lines.append(f"{names[i]} {x} {y} {z}" + ids * f" {len(c) - i}")
    path.write_text("\n".join(lines) + "\n")
    return path


def entry(path: Path, species: str = "Big=A Small=B", **more: Any) -> Any:
    named = dict(one.split("=") for one in species.split())
    read = {"path": str(path), "format": "extxyz", "species": named, "dimension": 2, "units": "lj"}
    return {**read, "loads": SHEAR, **more}


@pytest.mark.parametrize("frames", [1, 2])
def test_a_file_without_ids_is_numbered_in_its_order(tmp_path: Path, frames: int) -> None:
    c = glass(2)[0]
    frame, found, _ = read_reference(entry(xyz(tmp_path / "mine.xyz", frames=frames)))
    np.testing.assert_array_equal(frame.ids, np.arange(1, len(c) + 1))
    np.testing.assert_allclose(found.positions, c.positions)


def test_ids_of_a_file_are_kept_and_stated_ones_must_be_there(tmp_path: Path) -> None:
    c = glass(2)[0]
    frame, found, _ = read_reference(entry(xyz(tmp_path / "ids.xyz", ids=True)))
    np.testing.assert_array_equal(frame.ids, np.arange(1, len(c) + 1))
    np.testing.assert_allclose(found.positions, c.positions[::-1])  # ids descend in the file
    with pytest.raises(FormatError, match="there is no column of ids"):
        read_reference(entry(xyz(tmp_path / "mine.xyz"), ids="file"))


def predicted(folder: Path, species: str) -> pd.DataFrame:
    """Predict a sample and draw it; return the table."""
    folder.mkdir()
    names = ("table.parquet", "summary.json", "state.h5", "mine.xyz", "mine.dump")
    files = [folder / name for name in names]
    one = entry(xyz(folder / "asked.xyz"), species)
    predict_glass(RELEASED, *files, entry=one, place="predict.tsv:2")
    figure_predicted.main(
        state=files[2],
        table=files[0],
        summary=files[1],
        stem=folder / "figure",
        strain=0.04,
        diameters={},
    )
    return pd.read_parquet(files[0])


def test_the_order_in_which_species_are_named_changes_nothing(tmp_path: Path) -> None:
    one = predicted(tmp_path / "one", "Big=A Small=B")
    other = predicted(tmp_path / "other", "Small=B Big=A")
    pd.testing.assert_frame_equal(one, other)
    states = [read_sample(tmp_path / name / "state.h5").reference for name in ("one", "other")]
    assert states[1].species_names == ("A", "B")
    np.testing.assert_array_equal(states[0].species, states[1].species)
    figures = [pd.read_csv(tmp_path / name / "figure.csv") for name in ("one", "other")]
    pd.testing.assert_frame_equal(*figures)
    exchanged = predicted(tmp_path / "exchanged", "Big=B Small=A")
    assert not np.allclose(exchanged["log10_d2min@0.020"], one["log10_d2min@0.020"])
