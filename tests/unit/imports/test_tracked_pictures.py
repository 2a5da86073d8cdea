"""A user's pictures and tables become tracks in a view, with their errors and D2min above the floor."""

from pathlib import Path
from typing import Any

import imageio.v3 as imageio
import numpy as np
import pandas as pd
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.particle_tracks import read_tracks
from mechanist.formats.tables import column_metadata, read_table
from mechanist.imports.import_summary import understood
from mechanist.imports.measured_files import series_of, tracked_table
from mechanist.imports.tracked_pictures import tracked_pictures
from mechanist.pictures.rendering import Camera, quantised, render
from mechanist.pictures.tracked_series import TrackedSeries, floor_of, motion_table
from mechanist.settings.own_imports import Import
from scripts.experiment import figure_flow, figure_own, flow, own

SIDE = 12
#: Deformation from each frame to the next; the first two frames show the same state.
STEP = np.array([[1.0, 0.02], [0.0, 1.0]])
DETECTOR = {"method": "watershed", "diameter": 0.8}


def places(jump: float = 0.0) -> list[np.ndarray]:
    """Return places in five frames; one particle in the middle jumps in the last step."""
    rng = np.random.default_rng(6)
    grid = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), -1).reshape(-1, 2)
    first = grid + 0.5 + 0.12 * rng.uniform(-1, 1, grid.shape)
    steps = [first, first]
    for _ in range(3):
        steps.append((steps[-1] - SIDE / 2) @ STEP.T + SIDE / 2)
    steps[-1] = steps[-1].copy()
    steps[-1][66] += [jump, 0]
    return steps


def tracked_of(entry: Any) -> TrackedSeries:
    """Return the tracks of an entry of either format."""
    if entry["format"] == "tracks":
        return tracked_table(entry)
    return tracked_pictures(entry, series_of(entry))


def photographed(folder: Path, jump: float = 0.0) -> dict[str, Any]:
    """Write five pictures and return the entry that reads them."""
    rng = np.random.default_rng(7)
    small = rng.random(SIDE**2) < 0.4
    for k, one in enumerate(places(jump)):
        picture = render(
            one, np.where(small, 0.3, 0.4), float(SIDE), Camera(pixels=12, snr=15), rng
        )
        imageio.imwrite(folder / f"p{k}.png", quantised(picture))
    return {"format": "pictures", "path": str(folder / "p*.png"), "unit": "um", "pixel_size": 1 / 12,
            "cutoff": 2.0, "detector": DETECTOR, "species": 2, "exposures": [0, 1]}  # fmt: skip


def written(folder: Path, jump: float = 0.3, error: float = 0.004) -> dict[str, Any]:
    """Write the same tracks with known errors as a table, and return its entry."""
    rng = np.random.default_rng(8)
    rows = [
        f"{k},{p},{x + error * rng.standard_normal():.9f},{y + error * rng.standard_normal():.9f}"
        for k, one in enumerate(places(jump))
        for p, (x, y) in enumerate(one)
    ]
    (folder / "t.csv").write_text("\n".join(["frame,particle,x,y", *rows]) + "\n")
    return {"format": "tracks", "path": str(folder / "t.csv"), "unit": "um", "cutoff": 2.0,
            "view": [-1.0, -1.0, 13.0, 13.0]}  # fmt: skip


def test_pictures_become_tracks_and_the_jump_has_the_largest_d2min(tmp_path: Path) -> None:
    entry = photographed(tmp_path, jump=0.25)
    stem = tmp_path / "out"
    files = {key: tmp_path / f"out.{key}" for key in ("tracks", "motion", "summary", "picture")}
    own.main(entry, name="mine", **files)
    tracks = read_tracks(files["tracks"]).table
    truth = places(0.25)
    assert tracks.groupby("frame").size().min() >= 140
    last = tracks[tracks["frame"] == 4]
    away = np.linalg.norm(last[["x", "y"]].to_numpy()[:, None] - truth[4], axis=2)
    jumped = int(last["particle"].iloc[int(away[:, 66].argmin())])
    assert away[:, 66].min() < 0.02
    motion = read_table(files["motion"])
    assert column_metadata(files["motion"])["d2min"]["unit"] == "um^2"
    free = motion[~motion["censored"]]
    assert free.loc[free["d2min"].idxmax(), ["frame", "particle"]].tolist() == [3, jumped]
    assert free["edge_distance"].min() >= 2
    said = files["summary"].read_text()
    assert "the error of a coordinate is measured between two exposures at rest: 0.00" in said
    assert set(pd.read_csv(files["tracks"])["species"]) == {"small", "large"}
    figure_own.main(files["tracks"], files["motion"], files["picture"], stem, unit="um")
    assert len(pd.read_csv(f"{stem}.csv")) == len(motion)


def test_what_a_series_shows_is_a_table_with_nulls(tmp_path: Path) -> None:
    entry = photographed(tmp_path, jump=0.25)
    files = {key: tmp_path / f"out.{key}" for key in ("tracks", "motion", "summary", "picture")}
    own.main(entry, name="mine", **files)
    files.pop("summary")
    flow.main(**files, entry=entry, table=tmp_path / "found.csv", fields=tmp_path / "flow.npz",
              interval={"level": 0.9, "resamples": 50, "seed": 1})  # fmt: skip
    found = pd.read_csv(tmp_path / "found.csv").fillna({"subset": ""})
    rows = found.set_index(["quantity", "subset"])
    assert rows.loc[("frames", ""), "value"] == 5
    assert rows.loc[("particles_through", "all frames"), "value"] >= 130
    share = rows.loc[("share_above_floor", "uncensored, all pairs of frames")]
    assert share["low"] <= share["value"] <= share["high"]
    assert share["null"] < 0.15
    assert rows.loc[("t1_events", "first frame to last"), "null"] < 10
    within = rows.loc[("flux_coefficient_x", "particles in all frames")]
    assert within["value"] == pytest.approx(-1, abs=0.1)
    assert abs(within["null"]) < 0.6
    figure_flow.main(tmp_path / "found.csv", tmp_path / "flow.npz", tmp_path / "figure", unit="um")
    drawn = pd.read_csv(tmp_path / "figure.csv")
    inside = drawn[drawn["subset"] == "particles in all frames"]
    assert np.corrcoef(inside["change"], inside["predicted"])[0, 1] > 0.95


def test_two_frames_have_a_table_and_a_figure_without_continuity(tmp_path: Path) -> None:
    entry = written(tmp_path)
    rows = (tmp_path / "t.csv").read_text().splitlines()
    (tmp_path / "t.csv").write_text("\n".join(row for row in rows if row[0] in "f01") + "\n")
    files = {key: tmp_path / f"out.{key}" for key in ("tracks", "motion", "summary", "picture")}
    own.main(entry, name="mine", **files)
    files.pop("summary")
    flow.main(**files, entry=entry, table=tmp_path / "found.csv", fields=tmp_path / "flow.npz",
              interval={"level": 0.9, "resamples": 50, "seed": 1})  # fmt: skip
    found = pd.read_csv(tmp_path / "found.csv")
    assert "flux_coefficient_x" not in set(found["quantity"])
    assert "t1_events" in set(found["quantity"])
    figure_flow.main(tmp_path / "found.csv", tmp_path / "flow.npz", tmp_path / "figure", unit="um")
    assert pd.read_csv(tmp_path / "figure.csv").empty


@pytest.mark.parametrize(
    ("changed", "origin"),
    [({}, "roughness"), ({"exposures": (0, 1)}, "exposures"), ({"error": 0.004}, "stated")],
)
def test_the_error_of_tracks_is_known_in_three_ways(
    tmp_path: Path, changed: dict[str, Any], origin: str
) -> None:
    series = tracked_of(written(tmp_path))
    floor, how = floor_of(series, 2.0, **changed)
    assert how == origin
    assert floor is not None
    assert floor.error == pytest.approx(0.004, rel=0.12)
    assert floor.d2min == pytest.approx(7.4 * 0.004**2, rel=0.35)
    motion = motion_table(series, 2.0, floor)
    still = motion[(motion["frame"] == 0) & ~motion["censored"]]
    assert still["d2min"].mean() == pytest.approx(floor.d2min, rel=0.3)
    assert motion["d2min_above_floor"].min() == pytest.approx(floor.d2min / 4)
    late = motion[(motion["frame"] == 3) & ~motion["censored"]]
    assert late.loc[late["d2min"].idxmax(), "particle"] == 66


def test_without_frames_enough_no_floor_is_made_up(tmp_path: Path) -> None:
    series = tracked_of(written(tmp_path))
    short = type(series)(series.table[series.table["frame"] < 3], series.low, series.high)
    assert floor_of(short, 2.0) == (None, "unknown")
    assert motion_table(short, 2.0, None)["d2min_above_floor"].isna().all()
    with pytest.raises(ValueError, match="there are 3 frames, and `steps` is 3"):
        motion_table(short, 2.0, None, steps=3)
    with pytest.raises(ValueError, match=r"exposures are frames \[0, 7\], but there are 3"):
        floor_of(short, 2.0, exposures=(0, 7))


def test_torn_outlines_are_left_out(tmp_path: Path) -> None:
    series = tracked_of(written(tmp_path))
    radius = np.where((series.table["particle"] == 66) & (series.table["frame"] == 4), 0.6, 0.5)
    torn = type(series)(series.table.assign(radius=radius), series.low, series.high)
    whole, cleaned = (motion_table(torn, 2.0, None, outline=limit) for limit in (None, 0.1))
    assert len(whole) - len(cleaned) == 1
    assert cleaned["d2min"].max() < 0.1 * whole["d2min"].max()


def test_what_cannot_be_followed_is_refused(tmp_path: Path) -> None:
    entry = photographed(tmp_path)
    with pytest.raises(
        FormatError, match=r"p0\.png: \d particles were found, expected at least 10"
    ):
        tracked_of({**entry, "detector": {**DETECTOR, "diameter": 9.0}})
    with pytest.raises(FormatError, match="is neither stated in the file nor in the entry"):
        series_of({key: v for key, v in entry.items() if key != "pixel_size"})
    rng = np.random.default_rng(9)
    other = render(SIDE * rng.random((140, 2)), np.full(140, 0.35), 12.0, Camera(snr=15), rng)
    imageio.imwrite(tmp_path / "p3.png", quantised(other))
    with pytest.raises(FormatError, match=r"from .*p2\.png to .*p3\.png, \d+% of the particles"):
        tracked_of(entry)


def test_tables_that_do_not_fit_their_entry_are_refused(tmp_path: Path) -> None:
    entry = written(tmp_path)
    with pytest.raises(FormatError, match=r"particle \d+ of frame 0 is at .*outside the view"):
        tracked_of({**entry, "view": [0.0, 0.0, 5.0, 5.0]})
    deep = "frame,particle,x,y,z\n0,0,1,1,1\n1,0,1,1,2\n"
    (tmp_path / "t.csv").write_text(deep)
    with pytest.raises(FormatError, match="different z, but what is measured on tracks is two-dim"):
        tracked_of(entry)


def test_the_check_of_users_data_says_what_is_read(tmp_path: Path) -> None:
    names = ("experiment", "imports")
    told = understood(Import(names, ("mine",), photographed(tmp_path), "mine.yaml:1"))
    assert told == [
        "5 frames of 144 x 144 pixels; view 12 x 12 um",
        "time between frames not known",
        "a particle has a diameter of 9.6 pixels",
        "16 bits a pixel",
    ]
    told = understood(Import(names, ("mine",), written(tmp_path), "mine.yaml:1"))
    assert told[0] == "5 frames; view 14 x 14 um"
    assert told[2] == "0 particles vanish before the last frame, 0 appear after the first"
