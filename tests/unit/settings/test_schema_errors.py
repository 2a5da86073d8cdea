"""A wrong configuration is rejected with its path, the value seen and the allowed values."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from mechanist.core.code_hash import LIBRARY
from mechanist.settings.descriptor_cards import declared_in_library
from mechanist.settings.references import check_references
from mechanist.settings.schema_errors import SettingsError, check_settings, setting_problems
from mechanist.settings.typed_settings import typed_settings

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "workflow/schemas/config.schema.json").read_text())
#: An import whose times are uneven.
UNEVEN = {"path": "u.npz", "axes": {"x": "x", "t": "t"}, "fields": {"u": "u"}, "uneven": ["t"]}


DEFAULT = yaml.safe_load((ROOT / "config/config.yaml").read_text())


def default() -> dict[str, Any]:
    return copy.deepcopy(DEFAULT)


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Merge an overlay into a configuration as Snakemake does."""
    result = copy.deepcopy(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


@pytest.mark.parametrize("size", ["config", "smoke", "paper"])
def test_every_size_is_valid(size: str) -> None:
    overlay = yaml.safe_load((ROOT / f"config/{size}.yaml").read_text())
    settings = merged(default(), overlay)
    check_settings(settings, SCHEMA)
    typed = typed_settings(settings)
    check_references(typed, LIBRARY)
    assert typed.seed == settings["seed"]  # all of it was valid


def put(settings: dict[str, Any], path: str, value: object) -> None:
    *parents, last = path.split("/")
    for parent in parents:
        settings = settings[parent]
    settings[last] = value


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("sed", 1, r"\(top level\): unknown key 'sed'; did you mean 'seed'\? Allowed: "),
        ("seed", "one", "seed: value 'one' is of type str. Expected: integer"),
        (
            "glass/systems/ka2d/density",
            "1e-3",
            r"Expected: number\. YAML reads it as text: write 1\.0e-3",
        ),
        (
            "glass/systems/ka2d/density",
            "2.5E6",
            r"Expected: number\. YAML reads it as text: write 2\.5e\+6",
        ),
        ("glass/systems/ka2d/density", "1,2", r"Expected: number\. Write a decimal point instead"),
        ("seed", -1, "seed: value -1 is out of range. Allowed: minimum 0"),
        ("glass/systems/ka2d/dimension", 4, "glass/systems/ka2d/dimension: .* Allowed: 2, 3"),
        ("glass/systems/ka2d/quench/hott", 1.0, "ka2d/quench: unknown key 'hott'; .*'hot'"),
        ("glass/systems/ka2d/density", 0, "ka2d/density: value 0 is out of range"),
        ("glass/systems/ka2d/loads/bad", {"type": "torsion"}, "loads/bad/type: .*'simple_shear'"),
        ("glass/systems/ka2d/loads/bad", {"type": "uniaxial"}, "loads/bad: missing 'axis'"),
        ("glass/systems/ka2d/loads/Bad", {"type": "random"}, "unknown key 'Bad'"),
        ("learning/folds", 1, "learning/folds: value 1 is out of range. Allowed: minimum 2"),
        ("learning/folds/surrogates", 1, "folds/surrogates: value 1 is out of range"),
        ("learning/folds/models", "four", "learning/folds/models: value 'four' is of type str"),
        ("learning/folds/pileups", 3, "learning/folds: unknown key 'pileups'"),
        ("dislocation/systems/n36/dislocations", 35, "dislocations: 35 is not a multiple of 2"),
        ("dislocation/systems/n36/pins", {}, "n36: unknown key 'pins'"),
        ("glass/models/dummy/role", "hero", "models/dummy/role: .*'mechanism'"),
    ],
)
def test_schema_problems_are_explained(path: str, value: object, message: str) -> None:
    settings = default()
    put(settings, path, value)
    with pytest.raises(SettingsError, match=message):
        check_settings(settings, SCHEMA)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("glass/run", ["ka4d"], "glass/run: no such name 'ka4d'.*Known: ka2d, ka3d"),
        ("glass/models/dummy/features", ["elastic_stop"], "did you mean 'elastic_step'"),
        ("glass/descriptors/joint_invariants/kind", "nothing", r"describe/nothing\.py"),
        ("glass/descriptors/joint_invariants/parameters", {"cut": 1}, "no such name 'cut'"),
        ("glass/systems/ka2d/deformation/frames", [0.0201], "not a multiple of the step"),
        ("glass/systems/ka2d/loads/z", {"type": "uniaxial", "axis": "z"}, "a 2D system has no z"),
        ("glass/systems/ka2d/samples", 3, "3 samples cannot fill 4 folds"),
        ("learning/class_definitions", [[0.6, 0.5]], "must not exceed 1"),
        ("learning/class_strains", [0.5], "none of"),
        ("glass/comparisons", [["hybrid", "nobody"]], "no such name 'nobody'"),
        ("glass/figures/load", "up", "no such name 'up'"),
        ("glass/figures/metric", "auc_tip10", "figures/metric: .*did you mean 'auc_top10'"),
        ("glass/figures/metric", "balanced_accuracy", "no such name .*Known: ap_top10, auc_top10"),
        ("glass/figures/metric", "base_rate_top10", "no such name 'base_rate_top10'"),
        ("glass/figures/metrics", ["pearsn", "rsme"], "(?s)mean 'pearson'.*mean 'rmse'"),
        ("glass/figures/metrics", ["auc_top20"], "no such name 'auc_top20'"),
        ("learning/top_fractions", [0.2], "no such name 'auc_top10'.*Known: ap_top20"),
        ("glass/figures/definition/metrics", ["balanced_acuracy"], "mean 'balanced_accuracy'"),
        ("glass/figures/definition/metrics", ["r2"], "definition/metrics: no such name 'r2'"),
        (
            "glass/figures/definition/published",
            [{"metric": "mmc", "value": 0.5, "label": "Published"}],
            "definition/published: no such name 'mmc' .did you mean 'mcc'",
        ),
        (
            "crystal/surrogate/models/gru/fields",
            ["orientatoin"],
            "models/gru/fields: no such name 'orientatoin' .did you mean 'orientation'",
        ),
        ("crystal/surrogate/models/gru_elastic/central", ["elastic"], "no such name 'elastic'"),
        ("crystal/surrogate/models/taylor/guess", ["orientation"], "taylor/guess: no such name"),
        ("dislocation/main", "n36x", "dislocation/main: no such name 'n36x' .did you mean 'n36'"),
        ("dislocation/models/hand/features", ["feild"], "did you mean 'field'"),
        ("dislocation/descriptors/field/kind", "nothing", r"describe/nothing\.py"),
        (
            "dislocation/confusion/features",
            {"nothing": {"label": "Nothing", "role": "data"}},
            r"describe/nothing\.py",
        ),
        ("dislocation/systems/n36/samples", 3, "3 samples cannot fill 4 folds"),
        (
            "learning/folds",
            49,
            r"48 samples cannot fill 49 folds \(learning/folds, of surrogates\)",
        ),
        ("dislocation/pinned/samples", 20, r"which cannot fill 5 folds \(learning/folds, of conf"),
        ("dislocation/pileup/models/pileup_cnn/features", ["landscapes"], "'landscape'"),
        ("dislocation/microstructures/nested", ["rho", "rho_kapa"], "did you mean 'rho_kappa'"),
        ("dislocation/figures/strain_shown", 0.03, "not among dislocation/strains"),
        ("dislocation/sizes/strains", [0.001], "lacks 0.01"),
        ("equations/run", ["burgerz"], "did you mean 'burgers'"),
        ("equations/figures/cases", ["hopff"], "no such name 'hopff'"),
        ("equations/rules", ["oracle"], "the oracle knows the truth"),
        ("equations/rivals/levels", [0.3], "not among equations/levels"),
        ("equations/latent/run", ["lorenz_channel"], "did you mean 'lorenz_channels'"),
        (
            "equations/latent/cases/rotating_spiral/kind",
            "series",
            "cases/rotating_spiral: kind is series, but no `path`; give the file",
        ),
        (
            "equations/latent/cases/rotating_spiral/size",
            None,
            "cases/rotating_spiral: no `size`; say how many",
        ),
        (
            "equations/latent/cases/rotating_spiral/path",
            "a.npz",
            r"rotating_spiral: \['path'\] belong to kind series, but kind is rotating_spiral",
        ),
        (
            "equations/latent/cases/pendulum_video/curve",
            None,
            "pendulum_video: no `curve`, but order 2 is found by it; give its settings",
        ),
        (
            "equations/latent/cases/rotating_spiral/autoencoder",
            None,
            "rotating_spiral: no `autoencoder`, but order 1 is found by it",
        ),
        (
            "equations/latent/cases/pendulum_video/order",
            1,
            r"kind pendulum_video has no law of order 1; expected one of \('lorenz_channels', ",
        ),
        ("equations/latent/cases/pendulum_video/latents", 2, "laws of order 2 have one coordinate"),
        (
            "equations/latent/cases/rotating_spiral/derivative",
            {"method": "local_polynomial"},
            "`derivative` belongs to kinds .* but kind is rotating_spiral",
        ),
        (
            "equations/latent/cases/lorenz_values/derivative",
            {"method": "finite_difference", "accuracy": 3},
            "lorenz_values/derivative: accuracy 3; expected an even number",
        ),
        (
            "equations/latent/cases/lorenz_values/derivative",
            {"method": "local_polynomial", "half_width": 1, "degree": 4},
            "degree 4 over 3 snapshots; expected at most 2",
        ),
        (
            "equations/cases/burgers/settings",
            {"snapshots": True},
            r"burgers/methods: \['finite_difference', .* cannot use `snapshots: true`; only weak can",
        ),
        ("equations/imports", {"burgers": UNEVEN}, r"burgers/methods: \['finite_.* uneven times"),
        (
            "equations/imports",
            {"burgers": UNEVEN},
            "burgers/rival: PySINDy cannot use uneven times",
        ),
        ("attribution/glass/models", ["hybryd"], "attribution/glass/models: .*'hybrid'"),
        ("attribution/dislocation/strains", [0.03], "not among dislocation/strains"),
        ("attribution/dislocation/folds", 9, "exceeds the 4 folds"),
        ("glass/models/dummy/estimator", "dumy", "did you mean 'dummy'"),
        ("dislocation/models/hand/parameters", {"penalty": 1}, "did you mean 'penalties'"),
        (
            "glass/figures/strain",
            0.08,
            "figures show strain 0.08, but system 'ka2d' stores the strains 0.02, 0.04, 0.06. Choose one of",
        ),
        (
            "learning/class_strains",
            [0.05, 0.04],
            "learning/class_strains: figures show strain 0.05",
        ),
        (
            "trust/panels/glass/target",
            "log10_d2min@0.090",
            r"no such name 'log10_d2min@0.090' \(did you mean .*Known: log10_d2min@0.020, log10",
        ),
        ("trust/panels/dislocation/target", "stress@0.011", "panels/dislocation/target: no such"),
        ("trust/panels/pileup/target", "flow_stres", "did you mean 'flow_stress'"),
        ("dislocation/strains", [0.01, 0.001, 0.3], "0.3 is beyond 0.2, where loading ends"),
    ],
)
def test_dangling_references_are_explained(path: str, value: object, message: str) -> None:
    settings = default()
    check_references(typed_settings(settings), LIBRARY)
    put(settings, path, value)
    with pytest.raises(SettingsError, match=message):
        check_references(typed_settings(settings), LIBRARY)


def test_strains_that_are_stored_or_of_own_glasses_are_accepted() -> None:
    settings = default()
    put(settings, "glass/systems/ka2d/deformation/frames", [0.02, 0.08])
    put(settings, "glass/figures/strain", 0.08)
    put(settings, "learning/class_strains", [0.08, 0.05])
    put(settings, "trust/panels/glass/target", "log10_d2min@0.080")
    put(settings, "trust/panels/pileup/target", "flow_stress")
    typed = typed_settings(settings)
    check_references(typed, LIBRARY)
    assert typed.glass.figures.strain == 0.08
    own = {
        "a": {
            "path": "a.npz",
            "format": "npz",
            "species": {"1": "A"},
            "dimension": 2,
            "units": "lj",
        }
    }
    put(settings, "glass/imports", {"mine": own})
    put(settings, "glass/figures/strain", 0.1)
    put(settings, "learning/class_strains", [0.1])
    put(settings, "glass/run", ["mine"])
    check_references(typed_settings(settings), LIBRARY)


def test_parameters_are_read_without_importing() -> None:
    declared = declared_in_library(LIBRARY)
    assert "descriptor" not in declared
    assert "radial_cutoff" in declared["structure_functions"].parameters
    assert "card" not in declared["structure_functions"].parameters


def test_a_value_that_is_no_number_is_refused() -> None:
    settings = default()
    settings["learning"]["level"] = float("nan")
    check_settings(settings, SCHEMA)
    with pytest.raises(SettingsError, match=r"learning/level: .* not nan"):
        typed_settings(settings)


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (("crystal", "lines"), {"m": {"path": "a.data", "systems": "fcc12", "burgers": "2.5e-10", "grid": [1, 1, 1]}},
         "write 2.5e-10, without quotation marks"),
        (("crystal", "lines"), {"m": {"path": "a.data", "systems": "fcc12", "burgers": "1e-10", "grid": [1, 1, 1]}},
         "crystal/lines/m/burgers: value '1e-10' is of type str. Expected: number. YAML reads it as text: write 1.0e-10"),
        (("crystal", "lines"), {"m": {"path": "a.data", "systems": "fcc12", "burgers": "2e7", "grid": [1, 1, 1]}},
         "write 2.0e+7,"),
        (("crystal", "lines"), {"m": {"path": "a.data", "systems": "fcc12", "burgers": "small", "grid": [1, 1, 1]}},
         "burgers: value 'small' is of type str. Expected: number"),
    ],
)  # fmt: skip
def test_paths_and_numbers_that_yaml_or_snakemake_would_change(
    place: tuple[str, str], value: dict[str, Any], words: str
) -> None:
    settings = default()
    settings[place[0]][place[1]] = value
    (problem,) = setting_problems(settings, SCHEMA)
    assert words in problem
    if "write" in words:
        assert float(problem.rpartition("write ")[2].split(",")[0]) == float(value["m"]["burgers"])
    else:
        assert "YAML" not in problem


def test_only_the_wrong_name_is_listed_where_names_are_free() -> None:
    settings = default()
    settings["equations"]["cases"]["my case"] = {"library": {"degree": 2}}
    problems = setting_problems(settings, SCHEMA)
    assert problems == [
        "equations/cases: unknown key 'my case' Allowed: names like ^[a-z][a-z0-9_]*$"
    ]


def test_a_value_that_fits_no_alternative_is_told_what_they_are() -> None:
    settings = default()
    entry = {"path": 3, "axes": {"t": "t"}, "fields": {"u": "u"}}
    settings["equations"]["imports"] = {"lorenz": entry}
    assert setting_problems(settings, SCHEMA) == [
        "equations/imports/lorenz/path: value 3 is not allowed. Expected: string or array of string"
    ]


def test_field_data_without_a_case_are_told_where_to_add_it() -> None:
    settings = default()
    entry = {"path": "a.npz", "axes": {"t": "t"}, "fields": {"u": "u"}}
    settings["equations"]["imports"] = {"mine": entry}
    with pytest.raises(SettingsError, match="Add a case of this name to equations/cases, with its"):
        check_references(typed_settings(settings), LIBRARY)
