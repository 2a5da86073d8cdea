"""What the rules of experiments ask, rows of the sample sheet, and contradictions in the settings."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from mechanist.settings.experiment_references import experiment_problems
from mechanist.settings.models.experiment_block import ExperimentBlock
from mechanist.settings.models.learning_block import Folds
from mechanist.settings.own_imports import sheet_imports
from mechanist.settings.typed_settings import typed_settings
from mechanist.wings.experiment import Experiment
from mechanist.wings.glass import GlassWing
from mechanist.wings.sheets import SHEET_RULES

ROOT = Path(__file__).parents[3]
CONFIG: dict[str, Any] = yaml.safe_load((ROOT / "config/config.yaml").read_text())
SCHEMA = json.loads((ROOT / "workflow/schemas/config.schema.json").read_text())
FOLDS = Folds.model_validate(CONFIG["learning"]["folds"])
LABEL = {"label": "A", "role": "data"}
MAPS = {"format": "displacements", "path": "m.csv", "unit": "mm", "pixel_size": 1.0, "cutoff": 2.0}
ENTRY = {"format": "tracks", "path": "t.csv", "unit": "um", "cutoff": 2.0}


def asked(**changes: Any) -> Experiment:
    settings: Any = {**copy.deepcopy(CONFIG)}
    settings["experiment"] = settings["experiment"] | changes
    return Experiment(settings, GlassWing(settings, {}))


def test_each_glass_is_a_job_and_entries_of_the_user_have_figures() -> None:
    one = asked(samples=2, imports={"mine": ENTRY})
    assert one.rendered() == [
        f"<results>/experiment/rendered/ka2d-000{k}.parquet" for k in range(2)
    ]
    assert one.sample_pattern == "<results>/glass/ka2d/samples/{sample}.h5"
    assert one.figures()[-2:] == [
        f"<results>/figures/experiment/{kind}_mine.pdf" for kind in ("own", "flow")
    ]
    assert one.import_file("imports", ["mine"]) == "<results>/experiment/own/mine/tracks.csv"


def test_maps_of_displacements_have_a_strain_and_no_tracks() -> None:
    one = asked(imports={"mine": ENTRY, "band": MAPS})
    drawn = one.figures()
    assert drawn[-1] == "<results>/figures/experiment/strain_band.pdf"
    assert "<results>/figures/experiment/own_band.pdf" not in drawn
    assert "<results>/figures/experiment/strain_mine.pdf" not in drawn
    assert one.import_file("imports", ["band"]) == "<results>/experiment/own/band/strain.parquet"
    assert (one.imported, one.displaced) == ("mine", "band")
    assert asked().displaced == "(?!)"


def test_names_and_numbers_of_samples_rerun_nothing() -> None:
    series = copy.deepcopy(CONFIG["experiment"]["series"])
    series["discs_watershed"]["label"] = "Another"
    same = asked(samples=1, series=series, imports={"mine": ENTRY}).rendering()
    assert same == asked().rendering()
    assert asked(window=20.0).rendering() != same
    assert ["discs", "trackpy"] in same["pairs"]


def test_the_ladder_is_asked_for_where_it_is_configured() -> None:
    one = asked()
    assert "<results>/figures/experiment/ladder.pdf" in one.figures()
    assert "<results>/figures/experiment/twin.pdf" in one.figures()
    assert len(one.twin_samples()) == CONFIG["experiment"]["twin"]["samples"]
    assert one.twin()["window"] == CONFIG["experiment"]["window"]
    assert one.twin()["renderer"] == CONFIG["experiment"]["renderers"]["discs"]
    assert len(one.ladder_samples()) == CONFIG["experiment"]["ladder"]["samples"]
    assert "<results>/figures/experiment/forces.pdf" in one.figures()
    assert one.forces()["error"] == CONFIG["experiment"]["forces"]["error"]
    # one potential for each fold of the glasses of the ladder
    assert one.potentials() == [
        f"<results>/experiment/potentials/without_fold_{k}.table" for k in range(4)
    ]
    assert len(one.ladder_names) == len(one.ladder_samples())
    assert one.ladder_names[0] == "ka2d-0000"
    assert one.ladder()["settings"]["noise"] == CONFIG["experiment"]["ladder"]["noise"]
    assert "<results>/figures/experiment/heat_maps.pdf" in one.figures()
    assert len(one.heat_map_samples()) == CONFIG["experiment"]["heat_maps"]["samples"]
    assert one.heat_maps()["radii"] == CONFIG["experiment"]["renderers"]["discs"]["radii"]
    assert not {"samples", "renderer"} & set(one.heat_maps())
    assert "<results>/figures/experiment/sections.pdf" in one.figures()
    assert one.sections()["material"] == CONFIG["crystal"]["materials"]["copper"]
    assert "methods" not in one.sections()
    settings: Any = copy.deepcopy(CONFIG)
    del settings["experiment"]["ladder"], settings["experiment"]["twin"]
    del settings["experiment"]["sections"], settings["experiment"]["forces"]
    none = Experiment(settings, GlassWing(settings, {}))
    assert none.ladder_samples() == []
    assert none.ladder() == none.twin() == none.sections() == {}
    assert none.twin_samples() == none.potentials() == none.ladder_names == []
    assert none.forces() == {}
    assert "<results>/figures/experiment/ladder.pdf" not in none.figures()


def test_without_the_block_there_is_nothing_to_do() -> None:
    settings: Any = {key: value for key, value in CONFIG.items() if key != "experiment"}
    none = Experiment(settings, GlassWing(settings, {}))
    assert none.figures() == none.samples() == []
    assert none.rendering() == none.titles == {}


def test_a_row_of_the_sheet_is_an_entry(tmp_path: Path) -> None:
    header = (ROOT / "config/samples.tsv").read_text().splitlines()[0].split("\t")
    options = "{pixel_size: 0.5, cutoff: 2.0, detector: {method: trackpy, diameter: 1.0}}"
    cells = {"wing": "experiment", "system": "foam", "sample": "all", "format": "pictures",
             "units": "um", "options": options}  # fmt: skip
    for name in ("a1.tif", "a2.tif"):
        (tmp_path / name).touch()
    rows = [
        {**cells, "path": str(tmp_path / "a*.tif")},
        {**cells, "system": "b", "path": str(tmp_path / "a1.tif"), "options": "-"},
    ]
    text = "\n".join(
        ["\t".join(header), *("\t".join(row.get(c, "") for c in header) for row in rows)]
    )
    (tmp_path / "s.tsv").write_text(text + "\n")
    (made,), problems = sheet_imports(tmp_path / "s.tsv", CONFIG, SCHEMA, SHEET_RULES)
    assert made.title == "experiment/imports/foam"
    assert made.entry["unit"] == "um"
    assert made.entry["detector"] == {"method": "trackpy", "diameter": 1.0}
    assert len(problems) == 1
    assert "s.tsv:3" in str(problems[0])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"system": "ka4d"}, "experiment/system: no such name 'ka4d'"),
        ({"system": "ka3d"}, "'ka3d' has 3 dimensions"),
        ({"samples": 999}, "experiment/samples: 999; 'ka2d' has 64"),
        ({"load": "twist"}, "experiment/load: no such name 'twist'"),
        ({"strain": 0.05}, "no state is stored at 0.05. Stored: 0.02, 0.04, 0.06"),
        ({"window": 8.0}, "expected more than 8"),
        ({"shown": {"renderer": "discs", "detector": "eye", "snr": 5.0}}, "shown/detector: no such"),
        ({"series": {"a": {"label": "A", "role": "data", "renderer": "x", "detector": "trackpy"}}},
         "experiment/series/a/renderer: no such name 'x'"),
        ({"ladder": {**CONFIG["experiment"]["ladder"], "samples": 3}}, "3 samples cannot fill 4 folds"),
        ({"ladder": {**CONFIG["experiment"]["ladder"], "loads": ["twist"]}}, "ladder/loads: no such name 'twist'"),
        ({"ladder": {**CONFIG["experiment"]["ladder"], "descriptors": {}}}, "features: no such name 'local'"),
        ({"twin": {**CONFIG["experiment"]["twin"], "past": 0.04}},
         "twin/past: no state is stored at 0.04 before the predicted strain 0.04. Stored before it: 0.02"),
        ({"ladder": None}, "experiment/forces: forces are learnt from the glasses of experiment/ladder"),
        ({"forces": {**CONFIG["experiment"]["forces"], "reach": 0.5}}, "forces/reach: 0.5; expected more than first = 0.6"),
        ({"forces": None}, "models/learnt_twin/features: no such name 'learnt_twin'"),
        ({"forces": None}, "twin/methods: no such name 'learnt'"),
        ({"twin": {**CONFIG["experiment"]["twin"], "rim": 2.4}}, "twin/rim: 2.4 is narrower than forces reach"),
        ({"twin": {**CONFIG["experiment"]["twin"], "rim": 10.0}}, "twin/window: 24 leaves too few"),
        ({"twin": {**CONFIG["experiment"]["twin"], "loads": ["twist"]}}, "twin/loads: no such name 'twist'"),
        ({"sections": {**CONFIG["experiment"]["sections"], "material": "tin"}}, "sections/material: no such name 'tin'"),
        ({"sections": {**CONFIG["experiment"]["sections"], "known": [4, 2]}}, "sections/known: [4, 2]; expected 1"),
        ({"sections": {**CONFIG["experiment"]["sections"], "known": [13, 1]}}, "experiment/sections/grid = 12"),
        ({"twin": {**CONFIG["experiment"]["twin"], "detector": "eye"}}, "twin/detector: no such name 'eye'"),
        ({"imports": {"mine": {**ENTRY, "format": "pictures", "exposures": [1, 1],
                               "detector": {"method": "trackpy", "diameter": 1.0}}}},
         "imports/mine/exposures: [1, 1]; expected two different frames"),
        ({"imports": {"mine": {**ENTRY, "format": "pictures", "crop": [5, 0, 5, 9],
                               "detector": {"method": "trackpy", "diameter": 1.0}}}},
         "imports/mine/crop: [5, 0, 5, 9]; expected first column"),
        ({"heat_maps": {**CONFIG["experiment"]["heat_maps"], "methods": {"activation": LABEL}}},
         "heat_maps/methods: brightness is missing"),
        ({"heat_maps": {**CONFIG["experiment"]["heat_maps"], "samples": 3}},
         "heat_maps/samples: 3 samples leave fewer than 2 in some of 2 folds (learning/folds/heat_maps); expected at least 4"),
        ({"heat_maps": {**CONFIG["experiment"]["heat_maps"], "renderer": "none"}},
         "heat_maps/renderer: no such name 'none'"),
        ({"imports": {"mine": {**MAPS, "quality": {"column": "c"}}}},
         "imports/mine/quality: no threshold of 'c'; expected `least` or `most`"),
        ({"imports": {"mine": {**MAPS, "times": [1, 3, 2]}}},
         "imports/mine/times: 3 is followed by 2; expected an increasing list"),
    ],
)  # fmt: skip
def test_contradictions_are_told(changes: dict[str, Any], said: str) -> None:
    glass = typed_settings(copy.deepcopy(CONFIG)).glass
    block = ExperimentBlock.model_validate(CONFIG["experiment"] | changes)
    problems = list(experiment_problems(block, glass, FOLDS, CONFIG["crystal"]["materials"]))
    assert any(said in line for line in problems), problems
    assert not list(
        experiment_problems(
            ExperimentBlock.model_validate(CONFIG["experiment"]),
            glass,
            FOLDS,
            CONFIG["crystal"]["materials"],
        )
    )


def test_a_ladder_takes_all_glasses_of_a_system_that_has_fewer() -> None:
    """A smaller system, such as of a first try, needs no further settings; folds must be filled."""
    settings = copy.deepcopy(CONFIG)
    block = ExperimentBlock.model_validate(CONFIG["experiment"])
    assert block.ladder is not None
    for samples, fits in ((12, True), (3, False)):
        assert samples < block.ladder.samples
        settings["glass"]["systems"][block.system]["samples"] = samples
        problems = list(
            experiment_problems(
                block, typed_settings(settings).glass, FOLDS, CONFIG["crystal"]["materials"]
            )
        )
        assert any("cannot fill 4 folds" in line for line in problems) is not fits
