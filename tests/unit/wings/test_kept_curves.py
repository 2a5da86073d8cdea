"""Configurations to predict: how their rows are read, and names that refer to nothing."""

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
from mechanist.settings.defaults import fill_defaults
from mechanist.settings.schema_errors import SettingsError
from mechanist.wings.run import Run
from mechanist.wings.wing import Wildcards

ROOT = LIBRARY.parents[1]
COLUMNS = (
    "wing", "system", "sample", "group", "path", "format", "species", "dimension", "units", "load",
    "reference", "deformed", "target", "options",
)  # fmt: skip
GOOD = {
    "wing": "dislocation", "system": "n100", "sample": "mine", "path": "mine.csv", "format": "csv",
    "dimension": "2", "load": "simple_shear -xy", "options": "{box: [50, 50], relax: true}",
}  # fmt: skip


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that gives a run with these rows and these changes."""
    shutil.copytree(ROOT / "config", tmp_path / "config")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text("")

    def make(*rows: Mapping[str, str], **dislocation: object) -> Run:
        lines = ["\t".join(COLUMNS)]
        lines += ["\t".join(row.get(name, "-") for name in COLUMNS) for row in rows]
        Path("config/predict.tsv").write_text("\n".join(lines) + "\n")
        settings = yaml.safe_load(Path("config/config.yaml").read_text())
        settings["dislocation"] |= dislocation
        schema = json.loads((ROOT / "workflow/schemas/config.schema.json").read_text())
        fill_defaults(settings, schema)
        return Run(copy.deepcopy(settings), schema, checking=False, main=True)

    return make


def wildcards(**values: str) -> Wildcards:
    return cast("Wildcards", SimpleNamespace(**values))


def test_a_row_names_its_model_rivals_and_files(asked: Any) -> None:
    run = asked(GOOD, {**GOOD, "sample": "other", "options": "{box: [5, 5], model: first_burst}"})
    curves = run.curve_predictions
    mine = wildcards(system="n100", specimen="mine")
    assert curves.entry(mine) == {
        "path": "mine.csv",
        "format": "csv",
        "dimension": 2,
        "load": {"type": "simple_shear", "plane": "xy", "sense": -1},
        "box": [50, 50],
        "relax": True,
    }
    assert curves.place(mine) == "config/predict.tsv:2"
    assert curves.kept_models(mine) == {
        "model": "<results>/dislocation/n100/kept/both/model.json",
        "numbers": "<results>/dislocation/n100/kept/both/numbers.npz",
        "rivals": [
            f"<results>/dislocation/n100/kept/{name}/model.json"
            for name in ("first_burst", "taylor")
        ],
        "rival_numbers": [
            f"<results>/dislocation/n100/kept/{name}/numbers.npz"
            for name in ("first_burst", "taylor")
        ],
    }
    # A model is no rival of itself.
    other = curves.kept_models(wildcards(system="n100", specimen="other"))
    assert other["rivals"] == ["<results>/dislocation/n100/kept/taylor/model.json"]
    assert run.asked.predicted() == [
        "<results>/predicted/n100/mine/curve.parquet",
        "<results>/figures/predicted/n100_mine.pdf",
        "<results>/predicted/n100/other/curve.parquet",
        "<results>/figures/predicted/n100_other.pdf",
    ]
    assert curves.systems == "n100|n200|n36"
    assert curves.kept() == [
        f"<results>/dislocation/n100/kept/{name}/model.json"
        for name in ("both", "elastic", "first_burst", "hand", "taylor")
    ]


def test_released_models_stand_beside_the_workflow(asked: Any) -> None:
    curves = asked({**GOOD, "options": "{box: [50, 50], released: true}"}).curve_predictions
    found = curves.kept_models(wildcards(system="n100", specimen="mine"))
    assert found["model"].endswith("workflow/models/n100/both/model.json")
    assert not Path(found["model"]).is_absolute()
    assert [Path(path).parent.name for path in found["rivals"]] == ["first_burst", "taylor"]


def test_every_bad_row_is_told_at_once(asked: Any) -> None:
    run = asked(
        {**GOOD, "sample": "a", "system": "nowhere"},
        {**GOOD, "sample": "b", "options": "{model: hand_svm}"},
        {**GOOD, "sample": "c", "format": "hdf5"},
        {**GOOD, "sample": "d", "species": "1=A"},
        {**GOOD, "sample": "e", "options": "{boxx: [1, 1]}"},
        {**GOOD, "sample": "f", "system": "n36", "options": "{released: true}"},
        {**GOOD, "sample": "g", "load": "shear"},
    )
    with pytest.raises(SettingsError) as caught:
        run.asked.predicted()
    said = str(caught.value)
    for line, part in (
        (2, "system 'nowhere', expected one of ['n36', 'n100', 'n200']"),
        (
            3,
            "model 'hand_svm', expected one of ['both', 'elastic', 'first_burst', 'hand', 'taylor']",
        ),
        (4, "hdf5"),
        (5, "column 'species': given, but wing 'dislocation' does not use it"),
        (6, "boxx"),
        (7, "no model of system 'n36' is kept; see workflow/models"),
        (8, "'shear', expected a load"),
    ):
        lines = [one for one in said.splitlines() if f"config/predict.tsv:{line}" in one]
        assert len(lines) == 1, (line, said)
        assert part in lines[0]


def test_a_system_of_glasses_of_the_same_name_is_refused(asked: Any) -> None:
    systems = yaml.safe_load((ROOT / "config/config.yaml").read_text())["dislocation"]["systems"]
    run = asked({**GOOD, "system": "ka2d"}, systems={**systems, "ka2d": systems["n36"]})
    with pytest.raises(SettingsError, match="'ka2d' is also a system of glasses; rename one"):
        run.asked.predicted()


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ({"models": ["hand_svm"]}, "'hand_svm' has the estimator 'svr'; expected one of"),
        ({"models": ["nobody"]}, "nobody"),
        ({"models": ["hand"], "rivals": ["taylor"]}, "dislocation/kept/rivals.*taylor"),
    ],
)
def test_models_that_cannot_be_kept_are_refused(
    asked: Any, kept: dict[str, Any], said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        asked(kept={"level": 0.9, "rivals": [], **kept})


def test_without_kept_models_nothing_is_kept(asked: Any) -> None:
    run = asked(GOOD, kept=None)
    assert run.curve_predictions.kept() == []
    with pytest.raises(SettingsError, match=r"predict\.tsv:2: no model of system 'n100' is kept"):
        run.asked.predicted()
