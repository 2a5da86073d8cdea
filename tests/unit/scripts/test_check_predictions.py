"""The check of users' data covers samples to predict: all problems at once, nothing computed."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import yaml

from glasses import glass
from mechanist.command.user_data import DataError
from mechanist.command.user_data import check_user_data as main
from mechanist.core.code_hash import LIBRARY
from mechanist.formats.lammps_dump import write_lammps_dump
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.settings.defaults import fill_defaults
from mechanist.settings.sample_sheet import COLUMNS
from mechanist.wings.run import Run

ROOT = LIBRARY.parents[1]
GOOD = {
    "wing": "glass", "system": "ka2d", "path": "flat.dump", "format": "lammps_dump",
    "species": "1=A 2=B", "dimension": "2", "units": "lj", "load": "simple_shear xy, uniaxial -x",
    "options": "{released: true}",
}  # fmt: skip
OWN = {**GOOD, "options": "-"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write a flat and a solid glass, and change to their folder."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    (tmp_path / "workflow").symlink_to(ROOT / "workflow")
    monkeypatch.chdir(tmp_path)
    for dimension, name in ((2, "flat.dump"), (3, "solid.dump")):
        c = glass(dimension)[0]
        frame = TrajectoryFrame(
            timestep=0,
            ids=np.arange(1, len(c) + 1),
            species=c.species,
            labels=("1", "2"),
            positions=c.positions,
            cell=c.cell,
        )
        write_lammps_dump(Path(name), [frame])
    text = Path("flat.dump").read_text()
    Path("cut.dump").write_text(text[:-30])


def check(*rows: Mapping[str, str]) -> None:
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join(row.get(name, "-") for name in COLUMNS) for row in rows]
    Path("config/predict.tsv").write_text("\n".join(lines) + "\n")
    settings = yaml.safe_load(Path("config/config.yaml").read_text())
    schema = json.loads((ROOT / "workflow/schemas/config.schema.json").read_text())
    fill_defaults(settings, schema)
    run = Run(settings, schema, checking=True, main=True)
    main(
        None,
        settings=run.import_settings,
        schema=schema,
        asked=run.predictions.to_check(),
        asked_problems=run.asked.problems_to_tell(),
    )


def test_good_rows_are_described(capsys: pytest.CaptureFixture[str]) -> None:
    check({**GOOD, "sample": "mine"}, {**OWN, "sample": "all", "load": "scan"})
    said = capsys.readouterr().out
    first, second = said.split("glass/predictions/ka2d/all (config/predict.tsv:3)")
    assert first == (
        "glass/predictions/ka2d/mine (config/predict.tsv:2)\n"
        "  loads: shear_xy, compression_x\n"
        "  120 particles: 78 A, 42 B; dimension 2; units lj\n"
        "  model ka2d/joint knows its species and units\n"
    )
    assert second == (
        "\n  loads: all directions\n"
        "  120 particles: 78 A, 42 B; dimension 2; units lj\n"
        "  its model is not made yet, which may know other species or units\n"
        "all 2 of your entries can be used\n"
    )


def test_every_problem_is_told_with_its_line_and_a_remedy(
    capsys: pytest.CaptureFixture[str],
) -> None:
    solid = {"path": "solid.dump", "dimension": "3"}
    with pytest.raises(DataError) as caught:
        check(
            {**GOOD, "sample": "fine"},
            {**GOOD, "sample": "metal", "units": "metal", "species": "1=A 2=Cu"},
            {**GOOD, "sample": "solid", **solid, "load": "scan"},
            {**OWN, "sample": "own", **solid, "load": "uniaxial x"},
            {**GOOD, "sample": "swollen", "load": "1 0 0; 0 1 0; 0 0 0", "path": "cut.dump"},
            {**GOOD, "sample": "none", "load": "-"},
            {**GOOD, "sample": "gone", "path": "gone.dump"},
            {**GOOD, "sample": "where", "system": "nowhere"},
            {**GOOD, "sample": "which", "options": "{released: true, model: forest}"},
            {**GOOD, "sample": "four", "dimension": "4"},
        )
    said = str(caught.value)
    assert said.startswith("1 of your entries can be used; 11 problems:\n")
    seen = "model 'joint' of system 'ka2d'"
    for line, *parts in (
        (3, f"units 'metal'; {seen} has seen samples in 'lj' units: convert the file",
         f"species ['Cu']; {seen} knows ['A', 'B']: give the particles these names"),
        (4, f"dimension 3; {seen} has seen samples in 2 dimensions: name another system"),
        (5, "dimension 3; the system has 2: name another system"),
        (6, "trace", "cut.dump:", "cut short"),
        (7, "reads the load, but none is given; name at least one, such as simple_shear xy"),
        (8, "gone.dump"),
        (9, "system 'nowhere', expected one of ['ka2d']: name the system whose models predict"),
        (10, "model 'forest', expected one of ['joint', 'load_blind', 'hybrid'], those of workflow/models"),
        (11, "column 'dimension': '4', expected 2 or 3"),
    ):  # fmt: skip
        of_line = "\n".join(x for x in said.splitlines() if f"config/predict.tsv:{line}" in x)
        for part in parts:
            assert part in of_line, (line, part, said)
    lines = [
        int(x.split("predict.tsv:")[1].split(":")[0].split(",")[0]) for x in said.splitlines()[1:]
    ]
    assert lines == sorted(lines)
    assert "glass/predictions/ka2d/fine" in capsys.readouterr().out
