"""Samples to predict: how their sheet is read, and names that refer to nothing."""

import copy
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml

from mechanist.core.code_hash import LIBRARY
from mechanist.predict.kept_surrogate import KEPT_KINDS as LIBRARY_KINDS
from mechanist.settings.defaults import fill_defaults
from mechanist.settings.schema_errors import SettingsError
from mechanist.wings.kept_models import Predictions
from mechanist.wings.kept_surrogates import KEPT_KINDS as RULES_KINDS
from mechanist.wings.run import Run
from mechanist.wings.wing import Wildcards

ROOT = LIBRARY.parents[1]
COLUMNS = (
    "wing", "system", "sample", "group", "path", "format", "species", "dimension", "units", "load",
    "reference", "deformed", "target", "options",
)  # fmt: skip
GOOD = {
    "wing": "glass", "system": "ka2d", "sample": "mine", "path": "mine.dump",
    "format": "lammps_dump", "species": "1=A 2=B", "dimension": "2", "units": "lj",
    "load": "simple_shear xy, uniaxial -x",
}  # fmt: skip


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that gives the questions of a run with these rows and these changes."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.dump").write_text("")

    def make(*rows: Mapping[str, str], **glass: object) -> Predictions:
        lines = ["\t".join(COLUMNS)]
        lines += ["\t".join(row.get(name, "-") for name in COLUMNS) for row in rows]
        Path("config/predict.tsv").write_text("\n".join(lines) + "\n")
        settings = yaml.safe_load(Path("config/config.yaml").read_text())
        settings["glass"] |= glass
        schema = json.loads((ROOT / "workflow/schemas/config.schema.json").read_text())
        fill_defaults(settings, schema)
        run = Run(copy.deepcopy(settings), schema, checking=False, main=True)
        runs.append(run)
        return run.predictions

    runs: list[Run] = []
    make.runs = runs  # type: ignore[attr-defined]
    return make


def wildcards(**values: str) -> Wildcards:
    return cast("Wildcards", SimpleNamespace(**values))


def test_a_row_names_its_model_loads_and_files(asked: Any) -> None:
    found = asked(GOOD, {**GOOD, "sample": "all", "load": "scan", "options": "{model: hybrid}"})
    mine = wildcards(system="ka2d", specimen="mine")
    assert found.entry(mine) == {
        "path": "mine.dump",
        "format": "lammps_dump",
        "species": {"1": "A", "2": "B"},
        "dimension": 2,
        "units": "lj",
        "loads": [
            {"type": "simple_shear", "plane": "xy", "sense": 1},
            {"type": "uniaxial", "axis": "x", "sense": -1},
        ],
    }
    assert found.place(mine) == "config/predict.tsv:2"
    # The first of glass/kept/models, unless the row names another.
    assert found.kept_model(mine)["model"] == "<results>/glass/ka2d/kept/joint/model.json"
    everything = wildcards(system="ka2d", specimen="all")
    assert found.entry(everything)["loads"] == "scan"
    assert found.kept_model(everything)["numbers"] == "<results>/glass/ka2d/kept/hybrid/numbers.npz"
    assert found.predicted() == [
        "<results>/predicted/ka2d/mine/particles.parquet",
        "<results>/figures/predicted/ka2d_mine.pdf",
        "<results>/predicted/ka2d/all/particles.parquet",
        "<results>/figures/predicted/ka2d_all.pdf",
    ]


def test_every_bad_row_is_told_at_once_and_only_when_predictions_are_asked_for(asked: Any) -> None:
    found = asked(
        {**GOOD, "sample": "a", "system": "nowhere"},
        {**GOOD, "sample": "b", "options": "{model: cubuk_svm}"},
        {**GOOD, "sample": "c", "load": "simple_shear"},
        {**GOOD, "sample": "d", "load": "inferred"},
        {**GOOD, "sample": "e", "deformed": "all"},
        {**GOOD, "sample": "f", "species": "-"},
        {**GOOD, "sample": "g", "options": "{modell: joint}"},
        {**GOOD, "sample": "h", "dimension": "4"},
    )
    assert len(found.files()) == 3  # keeping models does not need the sheet
    with pytest.raises(SettingsError) as caught:
        asked.runs[-1].asked.predicted()
    said = str(caught.value)
    for line, part in (
        (2, "system 'nowhere', expected one of ['ka2d', 'ka3d']"),
        (3, "model 'cubuk_svm', expected one of ['joint', 'load_blind', 'hybrid']"),
        (4, "column 'load': 'simple_shear', expected a load"),
        (
            5,
            "column 'load': 'inferred', expected a load. Nothing can be inferred from a single state",
        ),
        (6, "column 'deformed': given, but wing 'glass' does not use it"),
        (7, "column 'species': empty, but wing 'glass' requires it"),
        (8, "modell"),
        (9, "column 'dimension': '4', expected 2 or 3"),
    ):
        lines = [one for one in said.splitlines() if f"config/predict.tsv:{line}" in one]
        assert len(lines) == 1, (line, said)
        assert part in lines[0]


def test_without_rows_the_message_says_where_to_name_samples(asked: Any) -> None:
    asked()
    with pytest.raises(SettingsError, match=r"no samples to predict are named.*own_data/predict"):
        asked.runs[-1].asked.predicted()


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (
            "hist_boosting",
            r"has the estimator 'hist_boosting'; expected one of \['ridge', 'logistic', 'xgboost'\]",
        ),
        ("joint_wrong_load", r"reads \['joint_invariants_wrong_load'\], computed for a wrong load"),
        ("dummy", r"has the estimator 'dummy'"),
    ],
)
def test_models_that_cannot_be_kept_are_refused(asked: Any, model: str, said: str) -> None:
    found = asked(kept={"models": [model], "level": 0.9})
    with pytest.raises(SettingsError, match=said):
        found.descriptors(wildcards(system="ka2d", model=model))


def test_without_kept_models_nothing_is_kept(asked: Any) -> None:
    found = asked(GOOD, kept=None)
    assert found.files() == []
    with pytest.raises(SettingsError, match=r"predict\.tsv:2: no model of system 'ka2d' is kept"):
        asked.runs[-1].asked.predicted()


POLYCRYSTAL = {
    "wing": "crystal", "system": "fcc8", "sample": "grid", "path": "mine.dump", "format": "run",
    "load": "uniaxial x",
}  # fmt: skip


def test_polycrystals_are_asked_for_beside_glasses(asked: Any) -> None:
    asked(GOOD, POLYCRYSTAL, {**POLYCRYSTAL, "sample": "other", "options": "{released: true}"})
    run = asked.runs[-1]
    assert run.asked.predicted() == [
        "<results>/predicted/ka2d/mine/particles.parquet",
        "<results>/figures/predicted/ka2d_mine.pdf",
        "<results>/predicted/fcc8/grid/voxels.parquet",
        "<results>/figures/predicted/fcc8_grid.pdf",
        "<results>/figures/predicted/poles/fcc8_grid.pdf",
        "<results>/predicted/fcc8/other/voxels.parquet",
        "<results>/figures/predicted/fcc8_other.pdf",
        "<results>/figures/predicted/poles/fcc8_other.pdf",
    ]
    crystals = run.crystal_predictions
    grid = wildcards(system="fcc8", specimen="grid")
    assert crystals.entry(grid) == {
        "path": "mine.dump",
        "format": "run",
        "load": {"type": "uniaxial", "axis": "x", "sense": 1},
    }
    assert crystals.place(grid) == "config/predict.tsv:3"
    kept = "<results>/crystal/surrogate/kept/gru_plastic"
    assert crystals.kept_model(grid) == {
        "model": f"{kept}/model.json",
        "numbers": f"{kept}/numbers.npz",
    }
    other = crystals.kept_model(wildcards(system="fcc8", specimen="other"))
    assert other["numbers"].endswith("workflow/models/crystal/fcc8/gru_plastic/numbers.npz")
    assert (run.predictions.systems, crystals.systems) == ("ka2d", "fcc8")
    assert crystals.files() == [
        f"<results>/crystal/surrogate/kept/{name}/model.json"
        for name in ("gru_plastic", "taylor_plastic", "gru")
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"system": "fcc99"}, "no surrogate of system 'fcc99' is kept; expected one of ['fcc8']"),
        (
            {"system": "fcc6", "options": "{released: true}"},
            "no surrogate of system 'fcc6' is kept; expected one of ['fcc8'], see workflow/models",
        ),
        ({"options": "{model: xgboost}"}, "model 'xgboost', expected one of ['gru_plastic'"),
        ({"load": "uniaxial -x"}, "expected tension along an axis of the grid"),
        ({"load": "simple_shear xy"}, "expected tension along an axis of the grid"),
        ({"load": "-"}, "column 'load': empty, but wing 'crystal' requires it"),
        ({"format": "picture"}, "'picture', expected one of ['damask', 'map', 'run', 'vti']"),
        ({"options": "{strain: -0.1}"}, "strain"),
        ({"options": "{axis: 0}"}, "axis"),
    ],
)
def test_a_bad_row_of_a_polycrystal_is_told(asked: Any, change: dict[str, str], said: str) -> None:
    asked({**POLYCRYSTAL, **change})
    with pytest.raises(SettingsError) as caught:
        asked.runs[-1].asked.predicted()
    (line,) = [one for one in str(caught.value).splitlines() if "config/predict.tsv:2" in one]
    assert said in line


def test_two_wings_do_not_share_a_system_and_a_name(asked: Any) -> None:
    asked(GOOD, {**POLYCRYSTAL, "system": "ka2d", "sample": "mine"})
    with pytest.raises(SettingsError, match="no surrogate of system 'ka2d' is kept"):
        asked.runs[-1].asked.predicted()


def test_a_surrogate_that_is_no_numbers_is_not_kept(asked: Any) -> None:
    asked(POLYCRYSTAL)
    crystals = asked.runs[-1].crystal_predictions
    with pytest.raises(SettingsError, match="'xgboost' is of the kind 'trees'"):
        crystals.model(wildcards(model="xgboost"))
    assert crystals.model(wildcards(model="gru"))["kind"] == "recurrent"
    # The wing imports no numerical package, and so has a list of its own.
    assert RULES_KINDS == LIBRARY_KINDS


def test_a_sample_that_a_released_model_has_not_seen_is_refused_before_anything_runs(
    asked: Any,
) -> None:
    row = {**GOOD, "units": "metal", "species": "1=A 2=C", "options": "{released: true}",
           "load": "simple_shear xz, uniaxial y"}  # fmt: skip
    asked(row)
    with pytest.raises(SettingsError) as caught:
        asked.runs[-1].check_asked(["predict", "--cores", "1"], "results")
    load, first, second = str(caught.value).splitlines()[1:]
    assert "predict.tsv:2: a load along 'xz', but the glass has two dimensions" in load
    assert first.startswith("  config/predict.tsv:2: units 'metal'; model 'joint' of system 'ka2d'")
    assert "species ['C']; model 'joint' of system 'ka2d' knows ['A', 'B']" in second
    asked.runs[-1].check_asked(["glass", "--cores", "1"], "results")  # not asked for


def test_a_sheet_whose_file_is_gone_shows_no_prediction_of_another(asked: Any) -> None:
    asked({**GOOD, "path": "mime.dump"})
    file = "results/predicted/ka2d/mine/particles.xyz"
    with pytest.raises(SettingsError, match=r"config/predict.tsv:2, .*'mime\.dump'"):
        asked.runs[-1].check_asked([file], "results")
    asked(GOOD)
    asked.runs[-1].check_asked([file], "results")
