"""The workflow as a whole: its targets, reruns, results and rejected configurations."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from checkouts import Checkout
from mechanist.draw.figure_data import check_written, holds_scores

LIBRARY = "workflow/mechanist"


@contextmanager
def appended(path: Path, text: str) -> Iterator[None]:
    """Append to a file while the block runs, then restore it."""
    before = path.read_bytes()
    try:
        path.write_bytes(before + text.encode())
        yield
    finally:
        path.write_bytes(before)


def job_counts(planned: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Return how many jobs of each rule a dry run lists, and their total."""
    return dict(re.findall(r"^(\w+) +(\d+)$", planned.stdout + planned.stderr, re.MULTILINE))


#: Targets that users name. Snakemake refuses a plan if one of them does not exist.
NAMED = [
    "glass", "dislocation", "equations", "crystal", "audit", "trust", "attribution", "efficiency",
    "models", "figures", "scoreboard", "article", "imports", "tour", "all",
]  # fmt: skip


@pytest.fixture(scope="module")
def plan(checkout: Checkout) -> subprocess.CompletedProcess[str]:
    """Return what a dry run of all named targets says in a copy without results."""
    return checkout.smoke(*NAMED, "--dry-run")


def test_named_targets_exist(plan: subprocess.CompletedProcess[str]) -> None:
    counts = job_counts(plan)
    assert {target: counts.get(target) for target in NAMED} == dict.fromkeys(NAMED, "1")


def test_both_doors_plan_the_same(
    checkout: Checkout, plan: subprocess.CompletedProcess[str]
) -> None:
    inner = checkout.smoke(*NAMED, "--dry-run", "-s", "workflow/Snakefile")
    assert int(job_counts(plan)["total"]) > 100
    assert job_counts(inner) == job_counts(plan)


@pytest.mark.parametrize(
    ("overlay", "message"),
    [
        ("learning: {fold: 3}", "learning: unknown key 'fold'; did you mean 'folds'?"),
        ("glass: {run: [ka4d]}", "glass/run: no such name 'ka4d'"),
        (
            "glass: {descriptors: {elastic_step: {kind: elastic_step, parameters: {raddi: [1]}}}}",
            "glass/descriptors/elastic_step/parameters: no such name 'raddi'",
        ),
    ],
)
def test_bad_configuration_is_refused_before_any_job(
    checkout: Checkout, tmp_path: Path, overlay: str, message: str
) -> None:
    path = tmp_path / "overlay.yaml"
    path.write_text(overlay)
    before = set((checkout.root / "results").rglob("*"))  # of tests that ran here earlier
    result = checkout.snakemake("--dry-run", "--configfile", str(path), check=False)
    assert result.returncode != 0
    assert message in result.stdout + result.stderr
    assert set((checkout.root / "results").rglob("*")) == before


def test_the_tour_goes_through_all_stages_of_every_wing(checkout: Checkout) -> None:
    counts = job_counts(checkout.smoke("tour", "--dry-run"))
    assert {
        "glass_simulate", "glass_targets", "glass_describe", "models_splits", "models_train",
        "models_compare", "glass_figure_scores", "dislocation_simulate", "dislocation_describe",
        "dislocation_figure_prediction", "crystal_simulate", "crystal_figure_simulation",
        "equations_simulate", "equations_paths", "equations_figure_paths",
    } <= set(counts)  # fmt: skip
    assert int(counts["total"]) <= 64


#: Rules that train networks, and a result of each.
NETWORKS = {
    "crystal_surrogate_train": "results/smoke/crystal/surrogate/predictions/gru.parquet",
    "models_train_states": "results/smoke/dislocation/n100/predictions/response_network.parquet",
}


def assert_devices(said: str, *, gpus: int) -> None:
    """Assert how many graphics devices the first job of each rule asks for."""
    for rule in NETWORKS:
        job = said.split(f"rule {rule}:")[1].split("\n\n", maxsplit=1)[0]
        assert f"gpu={gpus}" in job


def test_networks_ask_for_the_device_that_is_configured(
    checkout: Checkout, tmp_path: Path, plan: subprocess.CompletedProcess[str]
) -> None:
    assert_devices(plan.stdout + plan.stderr, gpus=0)  # the configuration says cpu
    path = tmp_path / "overlay.yaml"
    path.write_text("learning: {device: gpu}")
    files = ("config/smoke.yaml", str(path))
    result = checkout.snakemake(*NETWORKS.values(), "--dry-run", "--configfile", *files)
    assert_devices(result.stdout + result.stderr, gpus=1)


def assert_the_same_bytes(finished: Checkout, names: list[str]) -> None:
    """Make files twice in one copy, because kernels compiled elsewhere may round differently."""
    finished.smoke(*names, "--force")
    before = [(finished.root / name).read_bytes() for name in names]
    finished.smoke(*names, "--force")
    for name, content in zip(names, before, strict=True):
        assert (finished.root / name).read_bytes() == content, name


@pytest.mark.slow
class TestFinished:
    """Properties of a finished smoke run."""

    def test_nothing_to_do(self, finished: Checkout) -> None:
        assert finished.planned() == set()

    def test_a_run_that_was_moved_has_nothing_to_do(
        self, finished: Checkout, tmp_path: Path
    ) -> None:
        moved = Checkout(tmp_path / "elsewhere" / "renamed")
        moved.root.parent.mkdir()
        finished.root.rename(moved.root)
        try:
            assert moved.planned() == set()
        finally:
            moved.root.rename(finished.root)

    def test_a_descriptor_reruns_what_depends_on_it(self, finished: Checkout) -> None:
        with appended(finished.root / LIBRARY / "describe/joint_invariants.py", "\n# touched\n"):
            jobs = finished.planned()
        rules = {rule for rule, _ in jobs}
        described = {wildcards for rule, wildcards in jobs if rule == "glass_describe"}
        assert described == {
            f"system={system}, descriptor={name}"
            for system in ("ka2d",)
            for name in ("joint_invariants", "joint_invariants_wrong_load")
        }
        assert not rules & {"glass_simulate", "glass_targets"}
        trained = {wildcards for rule, wildcards in jobs if rule == "models_train"}
        assert any("model=joint" in wildcards for wildcards in trained)
        assert not any("model=load_blind" in wildcards for wildcards in trained)

    def test_the_style_reruns_only_figures(self, finished: Checkout) -> None:
        with appended(finished.root / LIBRARY / "draw/style.py", "\n# touched\n"):
            jobs = finished.planned()
        assert jobs
        named = {"all", "default", "figures", "glass", "dislocation", "equations", "scoreboard"}
        named |= {
            "crystal",
            "audit",
            "trust",
            "attribution",
            "efficiency",
            "models",
            "article",
            "tour",
        }
        drawn = {rule for rule, _ in jobs} - named
        drawn -= {"paper_numbers", "paper_typeset"}  # the paper shows figures
        assert drawn
        assert all("figure" in rule for rule in drawn), drawn

    def test_an_estimator_reruns_no_simulation_and_no_features(self, finished: Checkout) -> None:
        with appended(finished.root / LIBRARY / "learn/estimators/catalogue.py", "\n# touched\n"):
            rules = {rule for rule, _ in finished.planned()}
        assert "models_train" in rules
        assert not rules & {"glass_simulate", "glass_targets", "glass_describe"}

    def test_every_figure_has_its_four_files(self, finished: Checkout) -> None:
        folder = finished.root / "results/smoke/figures"
        stems = {path.with_suffix("") for path in folder.rglob("*.png")}
        assert len(stems) >= 29
        for stem in stems:
            for suffix in (".pdf", ".svg", ".png", ".csv"):
                assert stem.with_suffix(suffix).stat().st_size > 0

    def test_every_figure_can_be_read(self, finished: Checkout) -> None:
        """The log of the job that draws a figure tells what makes the figure hard to read."""
        folder = finished.root / "logs/smoke"
        lines = [line for log in folder.rglob("*.log") for line in log.read_text().splitlines()]
        told = [line.partition(" figure ")[2] for line in lines if " figure " in line]
        assert [line for line in told if not line.endswith(": 0 faults of legibility")] == []
        figures = (finished.root / "results/smoke/figures").rglob("*.png")
        assert {line.partition(":")[0] for line in told} >= {figure.stem for figure in figures}

    def test_every_job_logged_and_was_timed(self, finished: Checkout) -> None:
        logs = list((finished.root / "logs/smoke").rglob("*.log"))
        times = list((finished.root / "benchmarks/smoke").rglob("*.tsv"))
        assert len(times) > 30
        assert len(logs) >= len(times)

    def test_scores_name_subset_unit_interval_and_groups(self, finished: Checkout) -> None:
        paths = list((finished.root / "results/smoke").glob("*/*/scores/*.json"))
        wings = {"glass", "dislocation", "equations", "crystal"}
        assert {path.parents[2].name for path in paths} == wings
        for path in paths:
            for record in json.loads(path.read_text()):
                assert {"metric", "target", "subset", "unit", "value", "low", "high"} <= set(record)
                few = {"equations", "crystal"} & set(path.parts)
                assert record["n_samples"] >= (1 if few else 2)

    def test_out_of_fold_predictions_never_share_a_sample(self, finished: Checkout) -> None:
        paths = list((finished.root / "results/smoke").glob("*/*/predictions/*.parquet"))
        assert len(paths) > 10
        for path in paths:
            folds = pd.read_parquet(path, columns=["sample", "fold"])
            per_sample = folds.groupby("sample", observed=True)["fold"].nunique()
            assert (per_sample == 1).all(), path

    def test_three_dimensions_go_the_same_way(self, finished: Checkout) -> None:
        figure, scores = "figures/ka3d/glass.pdf", "glass/ka3d/scores/mechanics.json"
        made = [f"results/smoke/{name}" for name in (figure, scores)]
        finished.smoke(*made)
        for name in made:
            assert (finished.root / name).stat().st_size > 0

    def test_a_figure_is_drawn_again_in_the_same_bytes(self, finished: Checkout) -> None:
        assert_the_same_bytes(finished, ["results/smoke/figures/ka2d/strain.svg"])

    def test_a_rerun_gives_the_same_bytes(self, finished: Checkout) -> None:
        """Remake the simulations, targets, features and predictions of one model.

        The figure is not among them: it shows all models, which would be trained again for it.
        """
        base = "results/smoke/glass/ka2d"
        edges = "results/smoke/dislocation/n36"
        names = [
            f"{edges}/samples/0000.h5",
            f"{edges}/targets.parquet",
            f"{edges}/features/fold.parquet",
            "results/smoke/dislocation/pileup/samples/0000.h5",
            "results/smoke/equations/burgers/equations/weak.json",
            f"{base}/samples/ka2d-0000.h5",
            f"{base}/targets.parquet",
            f"{base}/features/linear_response.parquet",
            f"{base}/predictions/mechanics.parquet",
            f"{base}/scores/mechanics.json",
        ]
        assert_the_same_bytes(finished, names)


def test_every_number_beside_a_figure_says_what_it_is(finished: Checkout) -> None:
    """All columns have units; all scores have a subset, interval, level and number of samples."""
    tables = sorted((finished.root / "results/smoke/figures").rglob("*.csv"))
    assert len(tables) > 40
    for path in tables:
        check_written(path)
    scored = [path for path in tables if holds_scores(pd.read_csv(path, nrows=0).columns)]
    assert len(scored) > 15  # else no scores were tested
