"""Every figure script runs on small inputs, and its CSV holds the drawn numbers."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from figure_inputs import (
    ANGULAR,
    DEFINITIONS,
    LOADS,
    MODELS,
    STRAINS,
    TELLING,
    Inputs,
    write_inputs,
)
from mechanist.draw.style import SUFFIXES, model_styles, new_figure
from mechanist.formats.described_columns import Column
from mechanist.formats.sample import Frame, LoadPath, read_sample, write_sample
from mechanist.formats.tables import keyed, read_table, write_table
from scripts.glass import figure_angular as glass_figure_angular
from scripts.glass import figure_definition as glass_figure_definition
from scripts.glass import figure_glass as glass_figure_glass
from scripts.glass import figure_indicator as glass_figure_indicator
from scripts.glass import figure_learning_curve as glass_figure_learning_curve
from scripts.glass import figure_parity as glass_figure_parity
from scripts.glass import figure_response as glass_figure_response
from scripts.glass import figure_strain as glass_figure_strain
from scripts.glass import figure_thesis as glass_figure_thesis
from scripts.glass import figure_transfer as glass_figure_transfer
from scripts.report import figure_scoreboard

QUANTITY = "log10_d2min"
TARGET = "log10_d2min@0.040"
METRICS = ("auc_top10", "spearman", "r2_within")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return write_inputs(tmp_path_factory.mktemp("inputs"), n_samples=4, n=40)


def drawn(stem: Path) -> pd.DataFrame:
    """Return the data of a figure after checking that all its files exist."""
    for suffix in SUFFIXES:
        assert stem.with_name(stem.name + suffix).stat().st_size > 0
    return pd.read_csv(stem.with_name(f"{stem.name}.csv"))


def records_of(path: Path) -> pd.DataFrame:
    return pd.DataFrame(json.loads(path.read_text()))


def test_glass(inputs: Inputs, tmp_path: Path) -> None:
    glass_figure_glass.main(
        samples=inputs.samples[1:],
        targets=inputs.folder / "targets.parquet",
        stem=tmp_path / "figure",
        load="tension",
        strains=STRAINS[:2],
        quantity=QUANTITY,
        diameters={"A": 1.0, "B": 0.88},
        predicted=inputs.predictions(["hybrid"]),
        models=MODELS,
    )
    table = drawn(tmp_path / "figure")
    said = read_table(inputs.predictions(["hybrid"])[0])
    said = said[(said["sample"] == "toy-0001") & (said["load"] == "tension")]
    predicted = [t for s in STRAINS[:2] if (t := f"{QUANTITY}@{s:.3f}") in set(said["target"])]
    assert predicted
    for panel, target in zip("def", predicted, strict=False):
        shown = table.loc[table["panel"] == panel, "value"]
        np.testing.assert_allclose(
            shown, said.loc[said["target"] == target, "prediction"], rtol=1e-6
        )
    assert (table["panel"] == "d").any()
    truth = read_table(inputs.folder / "targets.parquet")
    ours = truth[(truth["sample"] == "toy-0001") & (truth["load"] == "tension")]
    for panel, strain in (("a", STRAINS[0]), ("b", STRAINS[1]), ("c", STRAINS[1])):
        shown = table.loc[table["panel"] == panel, "value"]
        np.testing.assert_allclose(shown, ours[f"{QUANTITY}@{strain:.3f}"], rtol=1e-6)
    moved = table[table["panel"] == "c"]["x"].to_numpy() - table[table["panel"] == "a"]["x"]
    assert np.abs(moved).max() > 0


def test_glass_refuses_a_load_without_targets(inputs: Inputs, tmp_path: Path) -> None:
    targets = read_table(inputs.folder / "targets.parquet")
    targets[targets["load"] != "tension"].to_parquet(tmp_path / "targets.parquet")
    with pytest.raises(ValueError, match="no rows of sample 'toy-0000' under load 'tension'"):
        glass_figure_glass.main(
            samples=inputs.samples,
            targets=tmp_path / "targets.parquet",
            stem=tmp_path / "figure",
            load="tension",
            strains=STRAINS,
            quantity=QUANTITY,
            diameters={"A": 1.0, "B": 0.88},
        )


def test_response(inputs: Inputs, tmp_path: Path) -> None:
    glass_figure_response.main(samples=inputs.samples, stem=tmp_path / "figure")
    table = drawn(tmp_path / "figure")
    assert table.groupby("load").size().tolist() == [4 * 31] * len(LOADS)
    curve = read_sample(inputs.samples[2]).loads["tension"].curve
    ours = table[(table["sample"] == "toy-0002") & (table["load"] == "tension")]
    np.testing.assert_allclose(ours["stress"], curve["stress"], rtol=1e-6)
    fall = curve["stress"][:-1] - curve["stress"][1:]
    np.testing.assert_allclose(ours["drop"].iloc[1:], np.maximum(fall, 0), rtol=1e-5, atol=1e-9)
    assert (ours["drop"] > 0).any()


def test_definition(inputs: Inputs, tmp_path: Path) -> None:
    names = ["load_blind", "hybrid"]
    glass_figure_definition.main(
        scores=inputs.scores(names),
        stem=tmp_path / "figure",
        models=MODELS,
        strain=0.04,
        quantity=QUANTITY,
        metrics=("balanced_accuracy", "mcc"),
        published=[{"metric": "balanced_accuracy", "value": 0.75, "label": "published"}],
    )
    table = drawn(tmp_path / "figure")
    assert len(table) == len(names) * 2 * len(DEFINITIONS)
    shown = table[(table["model"] == "hybrid") & (table["metric"] == "mcc")]
    assert set(zip(shown["plastic"], shown["rigid"], strict=True)) == set(DEFINITIONS)
    records = records_of(inputs.scores(["hybrid"])[0])
    truth = records[(records["target"] == "plastic@0.040|0.10|0.50") & (records["metric"] == "mcc")]
    ours = shown[(shown["plastic"] == 0.1) & (shown["rigid"] == 0.5)]
    assert ours["value"].item() == pytest.approx(truth["value"].item(), rel=1e-6)


def test_figures_of_a_target_without_a_load_do_not_say_strain(
    inputs: Inputs, tmp_path: Path
) -> None:
    targets, glass = tmp_path / "targets.parquet", read_sample(inputs.samples[0])
    told = np.linspace(3.0, 4.0, len(glass.reference))
    zero = np.zeros((3, 3))
    state = Frame(0.0, glass.reference, np.eye(3), {"barrier": told})
    rest = replace(glass, loads={"no_load": LoadPath(zero, zero, {}, (state,))})
    write_sample(tmp_path / "a.h5", rest)
    table = keyed(told[:, None], ["barrier"], sample=glass.name, load="no_load")
    write_table(targets, table.drop(index=[2, 5]), columns={"barrier": Column("", "A barrier.")})
    glass_figure_glass.main(
        samples=[tmp_path / "a.h5"],
        targets=targets,
        stem=tmp_path / "glass",
        load="no_load",
        strains=[0.0],
        quantity="barrier",
        diameters={"A": 1.0, "B": 0.88},
    )
    assert '"not stated"' in (tmp_path / "glass.csv-metadata.json").read_text()
    shown = drawn(tmp_path / "glass")
    known = shown["value"].dropna().sort_values()
    np.testing.assert_allclose(known, np.delete(told, [2, 5]), rtol=1e-6)
    assert int(shown["value"].isna().sum()) == 2

    scores = tmp_path / "load_blind.json"
    records = json.loads(inputs.scores(["load_blind"])[0].read_text())
    text = json.dumps([r for r in records if r["target"].startswith("plastic@0.040")])
    scores.write_text(text.replace("plastic@0.040", "barrier"))
    glass_figure_definition.main(
        scores=[scores],
        stem=tmp_path / "definition",
        models=MODELS,
        strain=0.0,
        quantity="barrier",
        metrics=("balanced_accuracy", "mcc"),
        published=[{"metric": "balanced_accuracy", "value": 0.75, "label": "published"}],
    )
    shown = drawn(tmp_path / "definition")
    assert set(zip(shown["top"], shown["bottom"], strict=True)) == set(DEFINITIONS)
    for name, words in (("glass", "barrier"), ("definition", "Definition of high and low barrier")):
        svg = (tmp_path / f"{name}.svg").read_text()
        assert words in svg
        for word in ("strain", "load<", "gamma", "published", "plastic"):
            assert word not in svg, (name, word)


def test_definitions_run_from_extremes_to_everybody(
    inputs: Inputs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Figure] = []
    monkeypatch.setattr(
        glass_figure_definition, "save_figure", lambda figure, *_, **__: kept.append(figure)
    )
    glass_figure_definition.main(
        scores=inputs.scores(["hybrid", "load_blind"]), stem=tmp_path / "figure", models=MODELS,
        strain=0.04, quantity=QUANTITY, metrics=("mcc",),
    )  # fmt: skip
    panels = kept[0].axes
    titles = [" ".join(panel.get_title(loc="left").split()) for panel in panels]
    assert titles == [
        "top 3 % vs bottom 30 %", "top 5 % vs bottom 50 %", "top 10 % vs bottom 50 %",
        "top 5 % vs bottom 95 %", "top 50 % vs bottom 50 %",
    ]  # fmt: skip
    names = [text.get_text() for text in panels[0].get_yticklabels()]
    assert names == ["Structure, load-blind (ridge)", "Hybrid (ridge)"]
    hybrid = panels[0].containers[1].lines[0].get_xydata()
    scores = records_of(inputs.scores(["hybrid"])[0])
    truth = scores[(scores["target"] == "plastic@0.040|0.03|0.30") & (scores["metric"] == "mcc")]
    np.testing.assert_allclose(hybrid, [[truth["value"].iloc[0], -1.0]])


def test_strain(inputs: Inputs, tmp_path: Path) -> None:
    glass_figure_strain.main(
        scores=inputs.scores(list(MODELS)),
        stem=tmp_path / "figure",
        models=MODELS,
        quantity=QUANTITY,
        metrics=METRICS,
    )
    table = drawn(tmp_path / "figure")
    assert len(table) == len(METRICS) * len(MODELS) * len(STRAINS)
    shown = table[(table["model"] == "elastic_step") & (table["metric"] == "auc_top10")]
    np.testing.assert_allclose(shown["value"], [0.81, 0.715, 0.62], rtol=1e-6)
    np.testing.assert_allclose(shown["high"] - shown["low"], 0.04, rtol=1e-5)


def test_strain_refuses_a_metric_that_nobody_scored(inputs: Inputs, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no rows with .*rmse"):
        glass_figure_strain.main(
            scores=inputs.scores(["joint"]),
            stem=tmp_path / "figure",
            models=MODELS,
            quantity=QUANTITY,
            metrics=("rmse",),
        )
    assert list(tmp_path.iterdir()) == []


def test_thesis(inputs: Inputs, tmp_path: Path) -> None:
    names = ["hybrid", "load_blind", "joint", "elastic_step", "linear_response"]
    glass_figure_thesis.main(
        comparisons=inputs.folder / "comparisons.csv",
        frame_scores=inputs.frame_scores(names),
        stem=tmp_path / "figure",
        models=MODELS,
        hybrid="hybrid",
        quantity=QUANTITY,
        metrics=METRICS,
    )
    table = drawn(tmp_path / "figure")
    gains = table[table["panel"] == "gain"]
    assert len(gains) == len(METRICS) * len(STRAINS) * 2
    # The joint model always beats the load-blind one; the elastic step beats linear response.
    assert set(gains["second"]) == {"joint", "elastic_step"}
    first = gains[(gains["metric"] == "auc_top10") & (gains["strain"] == 0.02)].set_index("role")
    assert first.loc["mechanism", "value"] == pytest.approx(0.01)
    assert first.loc["data", "value"] == pytest.approx(0.11)
    glasses = table[(table["panel"] == "glasses") & (table["second"] == "joint")]
    frames = [read_table(path) for path in inputs.frame_scores(["hybrid", "joint"])]
    means = [
        f[(f["sample"] == "toy-0002") & (f["target"] == TARGET) & (f["metric"] == "spearman")]["value"].mean()
        for f in frames
    ]  # fmt: skip
    ours = glasses[(glasses["sample"] == "toy-0002") & (glasses["target"] == TARGET)]
    shown = ours.loc[ours["metric"] == "spearman", "gain"].item()
    assert shown == pytest.approx(means[0] - means[1], rel=1e-5)


def test_transfer(inputs: Inputs, tmp_path: Path) -> None:
    glass_figure_transfer.main(
        transfer=inputs.transfer,
        stem=tmp_path / "figure",
        models=MODELS,
        target=TARGET,
        metric="spearman",
    )
    table = drawn(tmp_path / "figure")
    assert len(table) == 3 * len(LOADS) ** 2
    values = glass_figure_transfer.square(table[table["model"] == "joint"])
    assert list(values.index) == [name.replace("_", " ") for name in LOADS]
    assert values.loc["shear forward", "compression"] == pytest.approx(0.29)
    assert np.diag(values.to_numpy()) == pytest.approx(0.38)


def test_indicator(inputs: Inputs, tmp_path: Path) -> None:
    glass_figure_indicator.main(
        features=[
            inputs.folder / f"features/{n}.parquet" for n in ("linear_response", "elastic_step")
        ],
        targets=inputs.folder / "targets.parquet",
        stem=tmp_path / "figure",
        indicators=[
            {"descriptor": name, "column": "log10_d2min", "label": name}
            for name in ("elastic_step", "linear_response")
        ],
        strains=STRAINS,
        quantity=QUANTITY,
    )
    table = drawn(tmp_path / "figure")
    cells = table[table["panel"] == "density"].groupby(["indicator", "strain"])["count"].sum()
    assert len(cells) == 2 * len(STRAINS)
    assert cells.min() > 0.97 * 4 * len(LOADS) * 36  # 36 of 40 particles fit the lattice
    medians = table[(table["panel"] == "median") & (table["indicator"] == "elastic_step")]
    assert np.corrcoef(medians["x"], medians["y"])[0, 1] > 0.5


def test_running_median_follows_the_points() -> None:
    x = np.random.default_rng(0).permutation(1000) / 1000
    median = glass_figure_indicator.running_median(x, x**2)
    np.testing.assert_allclose(median["y"], median["x"] ** 2, atol=1e-3)


def test_angular(inputs: Inputs, tmp_path: Path) -> None:
    glass_figure_angular.main(
        samples=inputs.samples,
        features=inputs.folder / "features/structure_functions.parquet",
        targets=inputs.folder / "targets.parquet",
        stem=tmp_path / "figure",
        strain=STRAINS[0],
        plastic_fraction=0.2,
        rigid_fraction=0.5,
    )
    table = drawn(tmp_path / "figure")
    assert set(table["centre"]) == {"A", "B"}
    assert set(table["function"]) == {ANGULAR[k] for k in TELLING}
    assert (table["separation"] > 1).all()
    area = (table["density"] * (table["right"] - table["left"])).groupby(
        [table["centre"], table["pair"], table["label"]]
    )
    np.testing.assert_allclose(area.sum(), 1, rtol=1e-5)


def test_learning_curve(inputs: Inputs, tmp_path: Path) -> None:
    glass_figure_learning_curve.main(
        curves=inputs.curves,
        stem=tmp_path / "figure",
        models=MODELS,
        target=TARGET,
        metrics=("auc_top10", "r2_within"),
    )
    table = drawn(tmp_path / "figure")
    assert len(table) == 2 * 3 * 5 * 3
    truth = pd.concat([read_table(path) for path in inputs.curves])
    truth = truth[truth["metric"].isin(["auc_top10", "r2_within"])]
    assert table["value"].sum() == pytest.approx(truth["value"].sum(), rel=1e-5)


def test_parity(inputs: Inputs, tmp_path: Path) -> None:
    names = ["dummy", "load_blind", "hybrid"]
    glass_figure_parity.main(
        predictions=inputs.predictions(names),
        scores=inputs.scores(names),
        stem=tmp_path / "figure",
        models=MODELS,
        target=TARGET,
    )
    table = drawn(tmp_path / "figure")
    assert list(table["panel"].unique()) == names
    truth = read_table(inputs.predictions(["hybrid"])[0])
    n = int((truth["target"] == TARGET).sum())
    counted = table.groupby("panel")["count"].sum()
    assert (counted <= n).all()
    assert (counted > 0.97 * n).all()


def test_parity_states_the_scores_that_were_computed(inputs: Inputs) -> None:
    records = records_of(inputs.scores(["dummy"])[0])
    texts = glass_figure_parity.statistics(records[records["target"] == TARGET])
    assert texts["Pearson"] == "0.00"
    assert texts["$R^2$"] == "\N{MINUS SIGN}0.10"
    assert texts["n"] == "240"


def test_scoreboard(inputs: Inputs, tmp_path: Path) -> None:
    figure_scoreboard.main(
        scoreboard=inputs.folder / "scoreboard.csv",
        stem=tmp_path / "figure",
        wing="glass",
        models=MODELS,
    )
    table = drawn(tmp_path / "figure")
    truth = pd.read_csv(inputs.folder / "scoreboard.csv")
    truth = truth.loc[truth["wing"] == "glass", table.columns]
    pd.testing.assert_frame_equal(table, truth, rtol=1e-6)


def test_scoreboard_lines_up_cases_and_values(inputs: Inputs) -> None:
    table = pd.read_csv(inputs.folder / "scoreboard.csv").fillna({"model": "", "bound": ""})
    table = table[table["metric"] == "spearman"]
    _, axes = new_figure(height=2)
    figure_scoreboard.draw_metric(axes[0, 0], table, model_styles(MODELS))
    marks = [container.lines[0].get_xydata()[0] for container in axes[0, 0].containers]
    np.testing.assert_allclose(marks, [[0.4, 0.35], [0.6, -0.35]])
    assert [text.get_text() for text in axes[0, 0].get_yticklabels()] == ["Where, in a frame"]


def test_scoreboard_points_to_the_side_of_a_bound(inputs: Inputs) -> None:
    table = pd.read_csv(inputs.folder / "scoreboard.csv").fillna({"model": "", "bound": ""})
    table = table[(table["metric"] == "balanced_accuracy") & (table["wing"] == "glass")]
    _, axes = new_figure(height=2)
    figure_scoreboard.draw_metric(axes[0, 0], table, model_styles(MODELS))
    (arrow,) = axes[0, 0].texts
    assert arrow.xyann[0] < 0


@pytest.mark.parametrize(
    ("heights", "columns"),
    [
        ([3.0, 4.0], [[0, 1]]),
        ([3.0, 5.5, 1.0, 1.5, 0.3], [[0, 2, 3], [1, 4]]),
        ([12.0], [[0]]),
    ],
)
def test_panels_of_a_tall_scoreboard_stand_in_two_columns_of_like_height(
    heights: list[float], columns: list[list[int]]
) -> None:
    assert figure_scoreboard.columns_of(heights) == columns


def test_labels_of_narrow_panels_have_short_lines() -> None:
    case = (
        "Rudy et al., Science Advances 3, e1602614 (2017)",
        "Kuramoto-Sivashinsky",
        "noise@0.01",
        "all",
    )
    lines = figure_scoreboard.case_label(*case, True, 30).splitlines()
    assert len(lines) > 1
    assert max(map(len, lines)) <= 30
    assert " ".join(lines) == "Rudy et al. (2017): Kuramoto- Sivashinsky, 1 % noise"


def test_scoreboard_cases_are_named_in_words() -> None:
    journal = "Phys. Rev. Lett. 114, 108001 (2015)"
    cubuk = (f"Cubuk et al., {journal}", "glass", "plastic@0.040|0.05|0.50", "all")
    assert figure_scoreboard.case_label(*cubuk, False) == "top 5 % vs bottom 50 %, 4 % strain"
    told = "Cubuk et al. (2015): top 5 % vs bottom 50 %, 4 % strain"
    assert figure_scoreboard.case_label(*cubuk, True) == told
    edges = (f"Some et al., {journal}", "edges", "stress@0.010", "undeformed")
    assert figure_scoreboard.case_label(*edges, False) == "stress, 1 % strain, undeformed"
    rudy = (f"Rudy et al., {journal}", "KdV", "noise@0.01", "all")
    assert figure_scoreboard.case_label(*rudy, False) == "KdV, 1 % noise"
