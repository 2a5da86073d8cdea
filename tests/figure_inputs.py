"""Small synthetic inputs of every figure, in the files that earlier stages would write."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import disordered
from mechanist.formats.described_columns import Column
from mechanist.formats.predictions import write_predictions
from mechanist.formats.sample import Frame, LoadPath, Sample, write_sample
from mechanist.formats.tables import keyed, stacked, write_table
from mechanist.mechanics.loads import deformation_gradient, simple_shear, strain_of, uniaxial

STRAINS = (0.02, 0.04, 0.06)
LOADS = {
    "shear_forward": simple_shear("xy"),
    "shear_backward": simple_shear("xy", -1),
    "tension": uniaxial("x", 2),
    "compression": uniaxial("x", 2, -1),
}
MODELS = {
    "dummy": {"label": "Dummy (mean)", "role": "baseline"},
    "load_blind": {"label": "Structure, load-blind (ridge)", "role": "data"},
    "joint": {"label": "Structure, load-aware (ridge)", "role": "data"},
    "joint_wrong_load": {"label": "Load-aware, wrong load", "role": "control"},
    "elastic_step": {"label": "Elastic step", "role": "mechanism"},
    "linear_response": {"label": "Linear response", "role": "mechanism"},
    "hybrid": {"label": "Hybrid (ridge)", "role": "hybrid"},
    "other_loads": {"label": "Same glass, other loads", "role": "ceiling"},
}
DEFINITIONS = ((0.03, 0.3), (0.05, 0.5), (0.05, 0.95), (0.1, 0.5), (0.5, 0.5))
RANKING = ("auc_top10", "spearman", "pearson", "r2", "r2_within", "mae")
#: Only the functions at the indices ``TELLING`` correlate with plasticity.
ANGULAR = tuple(
    f"angular_{pair}_xi{xi}_lambda{sign:+d}_zeta2"
    for pair in ("A-A", "A-B", "B-B")
    for xi, sign in ((14.638, -1), (1.204, 1))
)
TELLING = [1, 2, 5]
#: Made-up AUC of each of ``MODELS`` at the first and at the last strain.
LEVELS = {
    "dummy": (0.5, 0.5),
    "load_blind": (0.70, 0.665),
    "joint": (0.71, 0.69),
    "joint_wrong_load": (0.70, 0.66),
    "elastic_step": (0.81, 0.62),
    "linear_response": (0.78, 0.61),
    "hybrid": (0.82, 0.70),
    "other_loads": (0.77, 0.68),
}


def glass(number: int, *, n: int = 60, dimension: int = 2) -> Sample:
    """Return a disordered sample with affine deformation plus noise that grows with strain."""
    rng = np.random.default_rng(number)
    reference = disordered(rng, n=n, dimension=dimension)
    loads = {}
    for name, gradient in LOADS.items():
        frames = []
        for strain in STRAINS:
            f = deformation_gradient(gradient, strain, dimension)
            noise = strain * rng.normal(size=reference.positions.shape)
            noise[:, dimension:] = 0
            state = reference.moved((reference.positions + noise) @ f.T, reference.cell @ f.T)
            frames.append(Frame(strain, state, np.eye(3)))
        strains = np.arange(31) * 0.002
        stress = 10 * strains * np.exp(-20 * strains) + 0.02 * rng.normal(size=31).cumsum()
        curve = {"strain": strains, "stress": stress}
        loads[name] = LoadPath(gradient, strain_of(gradient), curve, tuple(frames))
    return Sample(f"toy-{number:04d}", "toy", number, reference, loads)


@dataclass(frozen=True)
class Inputs:
    """Paths of the written files."""

    folder: Path

    @property
    def samples(self) -> list[Path]:
        """Return all sample files."""
        return sorted((self.folder / "samples").glob("*.h5"))

    @property
    def transfer(self) -> list[Path]:
        """Return all transfer tables."""
        return sorted((self.folder / "transfer").glob("*.parquet"))

    @property
    def curves(self) -> list[Path]:
        """Return all learning curves."""
        return sorted((self.folder / "learning_curve").glob("*.parquet"))

    def scores(self, names: Sequence[str]) -> list[Path]:
        """Return the score files of the named models."""
        return [self.folder / "scores" / f"{name}.json" for name in names]

    def frame_scores(self, names: Sequence[str]) -> list[Path]:
        """Return the frame-score files of the named models."""
        return [self.folder / "frame_scores" / f"{name}.parquet" for name in names]

    def predictions(self, names: Sequence[str]) -> list[Path]:
        """Return the prediction files of the named models."""
        return [self.folder / "predictions" / f"{name}.parquet" for name in names]


def write_inputs(folder: Path, *, n_samples: int = 6, n: int = 60) -> Inputs:
    """Write every file that a figure of the glass wing reads."""
    samples = [glass(k, n=n) for k in range(n_samples)]
    for sample in samples:
        write_sample(folder / "samples" / f"{sample.name}.h5", sample)
    truth = _write_targets(folder, samples)
    _write_features(folder, truth, samples)
    for name in MODELS:
        _write_predictions(folder, name, truth)
        _write_scores(folder, name, n_samples)
        _write_frame_scores(folder, name, [sample.name for sample in samples])
    _write_comparisons(folder, n_samples)
    _write_transfer(folder)
    _write_learning_curve(folder)
    _write_scoreboard(folder)
    return Inputs(folder)


def value_of(model: str, metric: str, strain: float) -> float:
    """Return the made-up score of a model."""
    first, last = LEVELS[model]
    auc = first + (last - first) * (strain - STRAINS[0]) / (STRAINS[-1] - STRAINS[0])
    skill = {"auc_top10": auc, "spearman": 2 * (auc - 0.5), "pearson": 2.1 * (auc - 0.5),
             "r2": 3 * (auc - 0.5) ** 2 - 0.1, "r2_within": 4 * (auc - 0.5) ** 2,
             "mae": 0.6 - 0.5 * (auc - 0.5)}  # fmt: skip
    return skill[metric]


def _write_targets(folder: Path, samples: list[Sample]) -> pd.DataFrame:
    tables = []
    for k, sample in enumerate(samples):
        rng = np.random.default_rng([7, k])
        softness = 0.5 * rng.normal(size=(len(sample.reference), 1))
        for load in sample.loads:
            logs = softness - 3 + 20 * np.array(STRAINS)
            logs = logs + 0.2 * rng.normal(size=logs.shape)
            values = np.hstack([logs, 10**logs])
            names = [f"{q}@{s:.3f}" for q in ("log10_d2min", "d2min") for s in STRAINS]
            tables.append(keyed(values, names, sample=sample.name, load=load))
    table = stacked(tables)
    columns = {name: Column("log10(sigma^2)", "A target.") for name in table.columns[3:]}
    write_table(folder / "targets.parquet", table, columns=columns)
    return table


def _write_features(folder: Path, truth: pd.DataFrame, samples: list[Sample]) -> None:
    rng = np.random.default_rng(3)
    keys = truth[["sample", "load", "object"]]
    logs = truth[f"log10_d2min@{STRAINS[0]:.3f}"]
    for descriptor, noise in (("elastic_step", 0.3), ("linear_response", 0.5)):
        values = (logs + noise * rng.normal(size=len(logs))).astype(np.float32)
        write_table(folder / f"features/{descriptor}.parquet", keys.assign(log10_d2min=values))
    first = truth[truth["load"] == next(iter(LOADS))].set_index("sample")
    tables = []
    for sample in samples:
        plasticity = first.loc[sample.name, f"log10_d2min@{STRAINS[0]:.3f}"].to_numpy()
        noise = rng.normal(size=(len(plasticity), len(ANGULAR)))
        noise[:, TELLING] += 4 * (plasticity - plasticity.mean())[:, None]
        tables.append(keyed(noise.astype(np.float32), list(ANGULAR), sample=sample.name))
    write_table(folder / "features/structure_functions.parquet", stacked(tables))


def _write_predictions(folder: Path, name: str, truth: pd.DataFrame) -> None:
    tables = []
    for strain in STRAINS:
        target = f"log10_d2min@{strain:.3f}"
        true = truth[target].to_numpy()
        rng = np.random.default_rng([len(name), round(1000 * strain)])
        weight = 2 * (LEVELS[name][0] - 0.5)
        guess = (
            true.mean() + weight * (true - true.mean()) + 0.3 * weight * rng.normal(size=len(true))
        )
        tables.append(
            truth[["sample", "load", "object"]].assign(
                fold=np.int8(0), target=target, truth=true.astype(np.float32),
                prediction=guess.astype(np.float32),
            )
        )  # fmt: skip
    table = pd.concat(tables, ignore_index=True).astype({"target": "category"})
    units = dict.fromkeys(table["target"].cat.categories, "log10(sigma^2)")
    write_predictions(folder / f"predictions/{name}.parquet", table, units=units)


def _write_scores(folder: Path, name: str, n_samples: int) -> None:
    common = {"subset": "all", "level": 0.95, "n_samples": n_samples, "n_objects": 60 * n_samples}
    records = []
    for strain in STRAINS:
        for metric in RANKING:
            value = value_of(name, metric, strain)
            records.append({"metric": metric, "target": f"log10_d2min@{strain:.3f}", "unit": "1",
                            "value": value, "low": value - 0.02, "high": value + 0.02, **common})  # fmt: skip
        for plastic, rigid in DEFINITIONS:
            value = 0.5 + (LEVELS[name][0] - 0.5) * (1 - 0.4 * (plastic + rigid))
            target = f"plastic@{strain:.3f}|{plastic:.2f}|{rigid:.2f}"
            records += [
                {"metric": metric, "target": target, "unit": "1", "value": scale * value - shift,
                 "low": scale * value - shift - 0.01, "high": scale * value - shift + 0.015, **common}
                for metric, scale, shift in (("balanced_accuracy", 1, 0), ("mcc", 1.5, 0.75))
            ]  # fmt: skip
    path = folder / "scores" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(records))


def _write_frame_scores(folder: Path, name: str, samples: list[str]) -> None:
    rng = np.random.default_rng([11, len(name)])
    rows = [
        (sample, load, f"log10_d2min@{strain:.3f}", metric,
         value_of(name, metric, strain) + 0.02 * rng.normal())
        for sample in samples for load in LOADS for strain in STRAINS for metric in RANKING
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["sample", "load", "target", "metric", "value"])
    write_table(folder / f"frame_scores/{name}.parquet", table, check=False)


def _write_comparisons(folder: Path, n_samples: int) -> None:
    rows = []
    for second in ("load_blind", "joint", "elastic_step", "linear_response"):
        for strain in STRAINS:
            for metric in RANKING:
                gain = value_of("hybrid", metric, strain) - value_of(second, metric, strain)
                rows.append(("hybrid", second, metric, f"log10_d2min@{strain:.3f}", "all", gain,
                             "1", gain - 0.008, gain + 0.009, 0.95, n_samples, 0.01))  # fmt: skip
    columns = ["first", "second", "metric", "target", "subset", "difference", "unit", "low", "high",
               "level", "n_samples", "p_value"]  # fmt: skip
    pd.DataFrame(rows, columns=columns).to_csv(folder / "comparisons.csv", index=False)


def _write_transfer(folder: Path) -> None:
    rows = []
    for model, gain in (("load_blind", 0.0), ("joint", 0.05), ("joint_wrong_load", -0.01)):
        for i, train in enumerate(LOADS):
            for j, test in enumerate(LOADS):
                value = 0.33 + gain - 0.03 * abs(i - j)
                rows.append((model, train, test, "log10_d2min@0.040", "spearman", value,
                             value - 0.01, value + 0.01))  # fmt: skip
    columns = ["model", "train", "test", "target", "metric", "value", "low", "high"]
    table = pd.DataFrame(rows, columns=columns).assign(unit="1", level=0.95, n_samples=6)
    _write_by_model(folder / "transfer", table)


def _write_learning_curve(folder: Path) -> None:
    rng = np.random.default_rng(5)
    rows = [
        (model, "log10_d2min@0.040", metric, n_train, draw,
         value_of(model, metric, 0.04) * (1 - 0.5 / n_train**0.5) + 0.01 * rng.normal() / n_train**0.5)
        for model in ("load_blind", "joint", "hybrid") for metric in RANKING
        for n_train in (4, 8, 16, 32, 45) for draw in range(3)
    ]  # fmt: skip
    columns = ["model", "target", "metric", "n_train", "draw", "value"]
    table = pd.DataFrame(rows, columns=columns).assign(subset="all", unit="1", level=0.95)
    table = table.assign(low=table["value"] - 0.02, high=table["value"] + 0.02, n_samples=6)
    _write_by_model(folder / "learning_curve", table)


def _write_scoreboard(folder: Path) -> None:
    rows = [
        ("Top 5 % against bottom 50 %", "balanced_accuracy", "", "published", 0.75, None, None, "<")
    ]
    rows += [
        ("Top 5 % against bottom 50 %", "balanced_accuracy", name, str(model["label"]),
         LEVELS[name][0], LEVELS[name][0] - 0.02, LEVELS[name][0] + 0.01, "")
        for name, model in MODELS.items()
    ]  # fmt: skip
    rows += [("Where, in a frame", "spearman", "", "published", 0.4, 0.35, 0.45, ""),
             ("Where, in a frame", "spearman", "hybrid", "Hybrid", 0.6, 0.55, 0.62, "")]  # fmt: skip
    columns = ["case", "metric", "model", "label", "value", "low", "high", "bound"]
    table = pd.DataFrame(rows, columns=columns).assign(source="made up", wing="glass")
    table = table.assign(publication="Made et al., J. 1, 1 (2020)", system="glass", subset="all")
    table["target"] = table["case"]
    table = table.assign(unit="1", level=0.95, method="bca", n_samples=40, n_objects=4000)
    table = pd.concat([table, table.head(1).assign(wing="equations")])
    table.to_csv(folder / "scoreboard.csv", index=False)


def _write_by_model(folder: Path, table: pd.DataFrame) -> None:
    for model, part in table.groupby("model"):
        write_table(folder / f"{model}.parquet", part.reset_index(drop=True), check=False)
