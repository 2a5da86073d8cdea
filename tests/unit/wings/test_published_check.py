"""A published result that names what does not exist is refused before anything runs."""

import copy
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from mechanist.settings.schema_errors import SettingsError
from mechanist.wings.crystal import CrystalWing
from mechanist.wings.dislocation import DislocationWing
from mechanist.wings.equations import EquationsWing
from mechanist.wings.glass import GlassWing
from mechanist.wings.published_check import refuse_bad_published
from mechanist.wings.run import WORKFLOW, read_yaml

ROOT = Path(__file__).parents[3]
CONFIG: dict[str, Any] = yaml.safe_load((ROOT / "config/config.yaml").read_text())
SCHEMA = read_yaml(WORKFLOW / "schemas/published.schema.yaml")
METRICS = ("pearson", "accuracy", "auc", "r2", "auc_top10", "exact_share", "error_percent")
PUBLISHED = """\
references:
  Bapst2020: {citation: "Bapst et al. (2020)", doi: null}
systems: {glass: a glass}
tasks: {rank: rank particles}
rows:
  - id: bapst
    wing: glass
    system: glass
    reference: Bapst2020
    task: rank
    metric: correlation
    definition: Pearson
    value: 0.5
    status: read
    source: Bapst2020
    ours: {system: ka2d, model: joint, metric: pearson, targets: ["log10_d2min@0.040"]}
    baselines: {dummy: dummy}
    rivals: [mechanics]
"""


def check(tmp_path: Path, text: str, config: dict[str, Any] = CONFIG) -> None:
    path = tmp_path / "published.yaml"
    path.write_text(text)
    settings: Any = copy.deepcopy(config)
    found = (
        GlassWing(settings, {}), DislocationWing(settings), EquationsWing(settings),
        CrystalWing(settings),
    )  # fmt: skip
    content: Any = yaml.safe_load(text)
    refuse_bad_published(path, content, SCHEMA, {wing.name: wing for wing in found}, METRICS)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("value: 0.5", "valu: 0.5", 13, "entry 'bapst': unknown key 'valu'; did you mean 'value'?"),
        ("metric: pearson", "metric: auc_top11", 16,
         "/ours/metric: entry 'bapst': no such name 'auc_top11' (did you mean 'auc_top10'?)"),
        ("model: joint", "model: jont", 16, "/ours/model: entry 'bapst': no such name 'jont' (did you mean 'joint'?)"),
        ("system: ka2d", "system: ka2", 16, "/ours/system: entry 'bapst': no such name 'ka2' (did you mean 'ka2d'?)"),
        ("source: Bapst2020", "source: Bapst2021", 15, "/source: entry 'bapst': no such name 'Bapst2021'"),
        ("reference: Bapst2020", "reference: Bapst2021", 9, "no such name 'Bapst2021' (did you mean 'Bapst2020'?)"),
        ("system: glass", "system: glas", 8, "/system: entry 'bapst': no such name 'glas'"),
        ("task: rank", "task: rnk", 10, "/task: entry 'bapst': no such name 'rnk'"),
        ("dummy: dummy", "dummy: dumy", 17, "/baselines/dummy: entry 'bapst': no such name 'dumy'"),
        ("[mechanics]", "[mechanic]", 18, "/rivals: entry 'bapst': no such name 'mechanic'"),
        ("wing: glass", "wing: experiment", 7, "/wing: entry 'bapst': no such name 'experiment'"),
        ("log10_d2min@0.040", "log10_d2mim@0.040", 16,
         "/ours/targets: entry 'bapst': no model predicts 'log10_d2mim@0.040'. Known: log10_d2min@..., plastic@..."),
        ("log10_d2min@0.040", "log10_d2min", 16, "no model predicts 'log10_d2min'"),
        ("log10_d2min@0.040", "log10_d2min@0.04", 16,
         "'log10_d2min@0.04' names no strain. Expected three decimals, as in 'log10_d2min@0.040'"),
        ("log10_d2min@0.040", "plastic@four", 16, "names no strain"),
    ],
)  # fmt: skip
def test_what_refers_to_nothing_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    check(tmp_path, PUBLISHED)
    changed = PUBLISHED.replace(old, new, 1)
    with pytest.raises(SettingsError, match=r"published\.yaml is not valid") as error:
        check(tmp_path, changed)
    assert f"published.yaml:{line}: rows/0" in str(error.value)
    assert words in str(error.value)


def test_what_a_source_says_in_words_is_free(tmp_path: Path) -> None:
    check(tmp_path, PUBLISHED.replace("source: Bapst2020", "source: figure 3 of Bapst2021"))
    check(tmp_path, PUBLISHED.replace("metric: pearson", "metric: auc_top10"))
    check(tmp_path, PUBLISHED.replace("@0.040", "@0.0005"))


def test_a_model_that_a_small_run_leaves_out_is_known(tmp_path: Path) -> None:
    small = copy.deepcopy(CONFIG)
    small["crystal"]["surrogate"]["run"] = ["persistence", "ridge"]
    row = PUBLISHED.replace("wing: glass", "wing: crystal").replace(
        "rivals: [mechanics]", "rivals: []"
    )
    row = row.replace("system: ka2d, model: joint", "system: surrogate, model: gru")
    row = row.replace("dummy: dummy", "dummy: persistence").replace("log10_d2min", "orientation")
    check(tmp_path, row, small)
    with pytest.raises(SettingsError, match="no such name 'gruu'"):
        check(tmp_path, row.replace("model: gru", "model: gruu"), small)


def test_targets_of_other_wings_have_their_forms(tmp_path: Path) -> None:
    row = PUBLISHED.replace("wing: glass", "wing: dislocation").replace(
        "mechanics", "pileup_mechanics"
    )
    row = row.replace("dummy: dummy", "dummy: pileup_dummy")
    row = row.replace("system: ka2d, model: joint", "system: pileup, model: pileup_cnn")
    check(tmp_path, row.replace("log10_d2min@0.040", "flow_stress"))
    check(tmp_path, row.replace("log10_d2min", "stress"))
    with pytest.raises(
        SettingsError, match=r"no model predicts 'flow_stres'\. Known: .*flow_stress"
    ):
        check(tmp_path, row.replace("log10_d2min@0.040", "flow_stres"))
    with pytest.raises(SettingsError, match="no model predicts 'flow_stress'"):
        check(
            tmp_path,
            row.replace("log10_d2min@0.040", "flow_stress").replace("pileup, m", "n100, m"),
        )
    row = PUBLISHED.replace("wing: glass", "wing: equations").replace("mechanics", "pysindy_fd")
    row = row.replace("{dummy: dummy}", "{}").replace(
        "system: ka2d, model: joint", "system: lorenz, model: weak"
    )
    check(tmp_path, row.replace("log10_d2min@0.040", "noise@0.01"))
    with pytest.raises(SettingsError, match=r"Known: noise@\.\.\."):
        check(tmp_path, row)


def test_the_file_of_the_project_is_valid(tmp_path: Path) -> None:
    shutil.copyfile(ROOT / "config/published.yaml", tmp_path / "published.yaml")
    names = {
        "balanced_accuracy",
        "location",
        "nonzero_percent",
        "relative_misorientation",
        "mse",
        "unexplained",
    }
    metrics = [*METRICS, *names, "median_vector_error_percent"]
    content: Any = read_yaml(tmp_path / "published.yaml")
    settings: Any = copy.deepcopy(CONFIG)
    found = (
        GlassWing(settings, {}), DislocationWing(settings), EquationsWing(settings),
        CrystalWing(settings),
    )  # fmt: skip
    wings = {wing.name: wing for wing in found}
    refuse_bad_published(tmp_path / "published.yaml", content, SCHEMA, wings, metrics)
    with pytest.raises(SettingsError, match="no such name 'location'"):
        refuse_bad_published(
            tmp_path / "published.yaml", content, SCHEMA, wings, [*METRICS, *names - {"location"}]
        )
