"""Counts and errors of identified laws, errors of curves, and the scripts from data to scores."""

import json

import numpy as np
import pandas as pd
import pytest

from mechanist.assess.curve_errors import curve_errors
from mechanist.assess.interaction_scores import law_counts, tensor_score
from mechanist.formats.tables import read_table
from mechanist.mechanics.slip_systems import slip_systems
from mechanist.simulate.slip_paths_truth import true_law
from scripts.crystal import feedback as crystal_feedback
from scripts.crystal import figure_coefficients as crystal_figure_coefficients
from scripts.crystal import figure_feedback as crystal_figure_feedback
from scripts.crystal import figure_orbits as crystal_figure_orbits
from scripts.crystal import figure_sparsity as crystal_figure_sparsity
from scripts.crystal import identify as crystal_identify
from scripts.crystal import interaction_errors as crystal_interaction_errors
from scripts.crystal import interaction_scores as crystal_interaction_scores
from scripts.crystal import interaction_table as crystal_interaction_table
from scripts.crystal import slip_data as crystal_slip_data

MODELS = {
    "tied_lasso": {"label": "Symmetry, then LASSO", "role": "data"},
    "free": {"label": "No symmetry", "role": "baseline"},
    "taylor_scalar": {"label": "Taylor", "role": "mechanism"},
}
METHODS = list(MODELS)
SETTINGS = {"parts": 4, "penalties": 6, "corners": 20, "draws": 2}
DATA = {
    "fcc12": {"systems": "fcc12", "truth": "published", "runs": 12, "noise": 0.05, "methods": METHODS},
    "hcp30": {
        "systems": "hcp30", "truth": "sparse", "runs": 4, "noise": 0.05, "methods": ["tied_lasso"],
        "protocol": {"steps": 10, "frames": 2},
    },
}  # fmt: skip


def test_a_tensor_is_scored_by_its_norm_and_support():
    truth = np.array([3.0, 4.0, 0.0, 0.0])
    score = tensor_score(np.array([3.0, 0.0, 1.0, 0.0]), truth)
    assert score.error_percent == pytest.approx(100 * np.sqrt(17) / 5)
    assert (score.precision, score.recall) == (0.5, 0.5)
    assert tensor_score(truth, truth).error_percent == 0.0
    nothing = tensor_score(0.0 * truth, truth)
    assert (nothing.error_percent, nothing.precision, nothing.recall) == (100.0, 1.0, 0.0)
    with pytest.raises(ValueError, match="expected equal shapes and a truth"):
        tensor_score(truth, 0.0 * truth)


def test_coefficients_are_counted_as_entries_and_as_orbits():
    systems = slip_systems("fcc12")
    counts = law_counts(true_law("published", systems, rng=np.random.default_rng(0)), systems)
    assert (counts["H"].entries, counts["H"].orbits, counts["H"].kept_orbits) == (144, 7, 7)
    assert (counts["K"].entries, counts["K"].orbits, counts["K"].kept_orbits) == (1728, 74, 5)
    assert counts["K"].entry_percent == pytest.approx(100 * 120 / 1728)
    assert counts["K"].orbit_percent == pytest.approx(100 * 5 / 74)


def test_curves_are_compared_at_the_true_strains_and_not_if_they_end_early():
    strain = np.linspace(0.0, 0.1, 11)
    true = pd.DataFrame({"law": "truth", "specimen": "a", "strain": strain, "stress": 100.0})
    near = true.assign(law="near", stress=102.0).iloc[::2]
    short = true.assign(law="short").iloc[:-1]
    errors = curve_errors(pd.concat([true, near, short]), truth="truth").set_index("law")
    assert errors.loc["near", "error_percent"] == pytest.approx(2.0)
    assert np.isnan(errors.loc["short", "error_percent"])


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Return the folder after a small run of all scripts."""
    base = tmp_path_factory.mktemp("interactions")
    tables = [base / f"data/{name}.csv" for name in DATA]
    truths = [base / f"truth/{name}.json" for name in DATA]
    crystal_slip_data.main(tables, truths, data=DATA, flow={}, seed=1)
    pairs = [(name, method) for name, entry in DATA.items() for method in entry["methods"]]
    laws = [base / f"laws/{name}/{method}.json" for name, method in pairs]
    paths = [base / f"paths/{name}/{method}.csv" for name, method in pairs]
    crystal_identify.main(
        dict(zip(DATA, tables, strict=True)), laws, paths, data=DATA, settings=SETTINGS, folds=2, flow={},
        seed=1,
    )  # fmt: skip
    study = {"systems": "fcc12", "truth": "published", "runs": [6, 12], "noises": [0.05],
             "methods": METHODS, "seeds": 2}  # fmt: skip
    crystal_interaction_errors.main(
        base / "errors.parquet", study=study, settings=SETTINGS, folds=2, flow={}, seed=1
    )
    crystal_interaction_table.main(
        laws, truths, base / "parameters.csv", published={"H": 27.0, "K": 0.3}
    )
    crystal_feedback.main(
        truths[0], {path.stem: path for path in laws[:3]}, base / "feedback.parquet",
        settings={"crystals": 2, "strain": 0.02, "steps": 8, "density": 1e12, "grid": 3, "grains": 2,
                  "polycrystal_strain": 0.01, "frames": 1},
        flow={}, seed=1,
    )  # fmt: skip
    return base


def test_scripts_lead_from_a_known_law_to_scores(done):
    outs = [done / f"scores/{method}.json" for method in METHODS]
    crystal_interaction_scores.main(
        done / "errors.parquet", done / "parameters.csv", done / "feedback.parquet", outs,
        shown={"runs": 12, "noise": 0.05, "data": ["hcp30"]}, level=0.95, resamples=50,
    )  # fmt: skip
    records = {path.stem: json.loads(path.read_text()) for path in outs}
    error = {
        model: next(
            r["value"] for r in listed if (r["metric"], r["target"]) == ("error_percent", "H")
        )
        for model, listed in records.items()
    }
    assert error["tied_lasso"] < error["taylor_scalar"]
    named = {record["target"] for record in records["tied_lasso"]}
    assert {"K of hcp30, entries", "K of hcp30, orbits", "stress of a polycrystal"} <= named


def test_the_table_holds_both_ways_to_count_and_the_published_share(done):
    table = pd.read_csv(done / "parameters.csv")
    row = table[(table["data"] == "hcp30") & (table["tensor"] == "K")].iloc[0]
    assert (row["entries"], row["orbits"], row["published_percent"]) == (27000, 2300, 0.3)
    assert row["kept_orbits"] < 100
    assert (table["entry_percent"] <= 100).all()


def test_data_of_others_need_no_truth(done, tmp_path):
    out = tmp_path / "own.csv"
    laws = [done / "laws/fcc12/tied_lasso.json"]
    crystal_interaction_table.main(laws, [], out, published={"H": 27.0, "K": 0.3})
    table = pd.read_csv(out)
    assert table["entry_percent"].notna().all()
    assert table["true_entry_percent"].isna().all()


def test_a_law_that_cannot_be_loaded_has_no_curve(done, tmp_path):
    path = tmp_path / "weak.json"
    content = json.loads((done / "truth/fcc12.json").read_text())
    content["interactions"][4] = [0.0] * 12
    path.write_text(json.dumps(content))
    out = tmp_path / "curves.parquet"
    crystal_feedback.main(
        done / "truth/fcc12.json", {"weak": path}, out,
        settings={"crystals": 1, "strain": 0.01, "steps": 4, "density": 1e12, "grid": 3, "grains": 2,
                  "polycrystal_strain": 0.01, "frames": 1},
        flow={}, seed=1,
    )  # fmt: skip
    errors = curve_errors(read_table(out), truth="truth")
    assert len(errors) == 2
    assert errors["error_percent"].isna().all()


def test_reruns_give_the_same_bytes(done, tmp_path):
    table, truth = tmp_path / "fcc12.csv", tmp_path / "fcc12.json"
    crystal_slip_data.main([table], [truth], data=DATA, flow={}, seed=1)
    assert table.read_bytes() == (done / "data/fcc12.csv").read_bytes()
    assert truth.read_bytes() == (done / "truth/fcc12.json").read_bytes()


def test_an_unknown_source_is_refused(tmp_path):
    entry = {**DATA["fcc12"], "source": "oracle"}
    with pytest.raises(ValueError, match="source is 'oracle'"):
        crystal_slip_data.main(
            [tmp_path / "a.csv"], [tmp_path / "a.json"], data={"a": entry}, flow={}, seed=1
        )


def test_figures_are_drawn_with_their_data(done, tmp_path):
    crystal_figure_orbits.main(
        hexagonal=done / "laws/hcp30/tied_lasso.json", stem=tmp_path / "orbits"
    )
    crystal_figure_coefficients.main(
        errors=done / "errors.parquet", stem=tmp_path / "coefficients", models=MODELS
    )
    crystal_figure_sparsity.main(
        paths=[done / f"paths/{name}/tied_lasso.csv" for name in DATA],
        counts=done / "parameters.csv", stem=tmp_path / "sparsity", method="tied_lasso",
    )  # fmt: skip
    crystal_figure_feedback.main(
        curves=done / "feedback.parquet", stem=tmp_path / "feedback", models=MODELS, crystals=1
    )
    for name in ("orbits", "coefficients", "sparsity", "feedback"):
        assert (tmp_path / f"{name}.png").stat().st_size > 10_000
        assert len(pd.read_csv(tmp_path / f"{name}.csv")) > 5
