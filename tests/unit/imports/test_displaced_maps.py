"""A user's maps of displacements become strain, fields for equations and a figure."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.field_files import FieldData
from mechanist.formats.tables import column_metadata, read_table
from mechanist.imports.fields import import_fields
from mechanist.imports.import_summary import understood
from mechanist.imports.measured_files import displaced_maps
from mechanist.settings.own_imports import Import
from scripts.experiment import figure_strain, strain

#: Shear of each frame, pixels between points, and the noise in pixels.
SHEARS = (0.0, 0.02, 0.04, 0.06)
STEP, NOISE = 10, 0.05


def written(folder: Path) -> dict[str, Any]:
    """Write maps in pixels that are sheared more from frame to frame, and return their entry."""
    rng = np.random.default_rng(3)
    for k, shear in enumerate(SHEARS):
        lines = ["x,y,u,v"]
        for i in range(16):
            for j in range(12):
                u, v = (
                    shear * STEP * j + NOISE * rng.standard_normal(),
                    NOISE * rng.standard_normal(),
                )
                failed = (i, j) == (5, 5) or (k == 2 and (i, j) == (8, 3))
                lines.append(f"{STEP * i},{STEP * j},{'' if failed else f'{u:.6f}'},{v:.6f}")
        (folder / f"m{k}.csv").write_text("\n".join(lines) + "\n")
    return {"format": "displacements", "path": str(folder / "m*.csv"), "unit": "mm", "pixel_size": 0.02,
            "cutoff": 0.5, "rest": [0], "times": [0.0, 1.0, 2.0, 3.0], "time_unit": "s"}  # fmt: skip


def test_maps_become_a_table_fields_a_summary_and_a_figure(tmp_path: Path) -> None:
    entry = written(tmp_path)
    table, fields, summary = (tmp_path / name for name in ("s.parquet", "f.npz", "s.md"))
    strain.main(entry, name="mine", table=table, fields=fields, summary=summary)
    found = read_table(table)
    assert column_metadata(table)["u"]["unit"] == "mm"
    assert column_metadata(table)["time"]["unit"] == "s"
    assert len(found) == 4 * 16 * 12
    assert found["failed"].sum() == 5
    for k, shear in enumerate(SHEARS):
        one = found[found["frame"] == k]
        assert one["strain_xy"].mean() == pytest.approx(shear / 2, abs=4e-4)
        assert np.mean(np.abs(one["strain_xy"] - shear / 2) < 1.96 * one["error_xy"]) > 0.85
    assert found["neighbours"].max() == 20
    said = summary.read_text()
    assert "fitted to the points within 0.5 mm: 20 neighbours in a whole window" in said
    assert "measured on the frames at rest" in said
    # what is written can be named as field data, with axes x, y and t
    (data,) = import_fields({"path": str(fields), "axes": {"x": "x", "y": "y", "t": "t"},
                             "fields": {"exy": "exy", "rho": "rho"}})  # fmt: skip
    assert isinstance(data, FieldData)
    assert data.shape[2] == 4
    np.testing.assert_allclose(
        data.fields["exy"].mean(axis=(0, 1)), np.array(SHEARS) / 2, atol=4e-4
    )
    (speed,) = import_fields({"path": str(fields), "axes": {"x": "x", "y": "y", "t": "tm"},
                              "fields": {"p": "p", "q": "q"}})  # fmt: skip
    assert speed.shape[2] == 3
    np.testing.assert_allclose(
        speed.fields["p"].mean(axis=(0, 2)), 0.02 * speed.axes["y"], atol=1e-3
    )
    figure_strain.main(table, tmp_path / "figure", unit="mm", time_unit="s")
    assert len(pd.read_csv(tmp_path / "figure.csv")) == len(found)
    assert (tmp_path / "figure.png").stat().st_size > 20_000


def test_the_length_of_a_pixel_must_be_stated(tmp_path: Path) -> None:
    entry = written(tmp_path)
    maps = displaced_maps(entry)  # type: ignore[arg-type]
    assert maps.spacings == pytest.approx((0.2, 0.2))
    del entry["pixel_size"]
    with pytest.raises(
        FormatError, match=r"m0\.csv: .*expected `pixel_size`.*or 1 if x, y, u and v are in mm"
    ):
        displaced_maps(entry)  # type: ignore[arg-type]
    short: Any = {**written(tmp_path), "times": [0.0, 1.0]}
    with pytest.raises(FormatError, match=r"m3\.csv:2: there are 4 frames, but `times` holds 2"):
        displaced_maps(short)


def test_the_check_of_users_data_says_what_is_read(tmp_path: Path) -> None:
    entry, block = written(tmp_path), ("experiment", "imports")
    told = understood(Import(block, ("mine",), entry, "mine.yaml:1"))
    assert told[0] == "4 frames of 16 x 12 points, 0.2 and 0.2 mm apart"
    assert told[1] == "0.7% of the points failed, at most 1.0% of a frame"
    assert told[2].startswith("displacements up to 0.13")
    with pytest.raises(ValueError, match=r"expected at least 0\.4, two spacings"):
        understood(Import(block, ("mine",), {**entry, "cutoff": 0.3}, "mine.yaml:1"))
