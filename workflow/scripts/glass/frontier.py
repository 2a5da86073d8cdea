"""Score coarse paths and models, and set each score beside its cost and the paths of the same cost."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mechanist.assess.evaluate import frame_scores
from mechanist.assess.metrics import metric_named
from mechanist.assess.path_frontier import at_cost
from mechanist.assess.resampling import mean_interval
from mechanist.core.progress import log_to, progress
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_scores import FRONTIER
from mechanist.formats.tables import SAMPLE, read_table
from mechanist.learn.dataset import load_dataset
from mechanist.learn.splits import read_splits
from mechanist.learn.training import train
from mechanist.learn.training_task import ModelSpec, given_features, make_task
from mechanist.settings.entry_types.block_entries import ModelEntry
from mechanist.settings.target_names import at_strain

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    features: Mapping[str, Path],
    paths: Mapping[str, Path],
    path_costs: Mapping[str, Path],
    costs: Path,
    twins: Path,
    frames: Mapping[str, Path],
    targets: Path,
    splits: Path,
    out: Path,
    *,
    models: Mapping[str, ModelEntry],
    trained: Sequence[str],
    quantity: str,
    strains: Sequence[float],
    metrics: Sequence[str],
    top_fractions: Sequence[float],
    seed: int,
    level: float,
    resamples: int,
) -> None:
    """Write the score of every path and model at every strain with its cost.

    Parameters
    ----------
    features, paths : mapping of str to Path
        Feature tables of descriptors, and of coarse paths.
    path_costs : mapping of str to Path
        What each path took.
    costs : Path
        What descriptors, training and the full path take.
    twins : Path
        Scores of kicked twins of the full path.
    frames : mapping of str to Path
        Scores by frame of the models that are set beside the paths, made elsewhere.
    targets, splits : Path
        Targets and folds of the system.
    out : Path
        CSV with the columns ``FRONTIER``.
    models : mapping
        Entries of all models.
    trained : sequence of str
        Those that are trained here.
    quantity, strains : str, sequence of float
        The target.
    metrics, top_fractions
        Scores of a frame.
    seed, level, resamples
        Root seed; level and resamples of intervals.
    """
    folds = read_splits(splits)
    task = make_task(quantity, strains, [], [])
    told = {name: pd.read_csv(path) for name, path in path_costs.items()}
    chosen = sorted(set(next(iter(told.values()))[SAMPLE]) & set(folds.fold_of))
    found: dict[str, pd.DataFrame] = {}
    for name, path in paths.items():
        data = load_dataset({name: path}, targets, columns=task.columns, samples=chosen)
        along = data.X[:, [data.names.index(f"{name}/{column}") for column in task.columns]]
        keys = data.keys
        parts = [
            pd.DataFrame({
                "sample": np.array(keys.samples)[keys.sample],
                "load": np.array(keys.loads)[keys.load],
                "target": column, "truth": data.Y[:, k], "prediction": along[:, k],
            })
            for k, column in enumerate(task.columns)
        ]  # fmt: skip
        table = pd.concat(parts, ignore_index=True)
        found[name] = _by_glass(frame_scores(table, top_fractions=top_fractions), metrics)
    for name in progress(trained, "trained"):
        spec = ModelSpec.of(models[name])
        given = given_features(spec, {**features, **paths})
        data = load_dataset(given, targets, columns=task.columns, samples=chosen)
        table = train(data, folds, spec, task, seed=seed)
        found[name] = _by_glass(frame_scores(table, top_fractions=top_fractions), metrics)
    for name, path in frames.items():
        scores = read_table(path)
        found[name] = _by_glass(scores[scores[SAMPLE].astype(str).isin(chosen)], metrics)
    spent = _Spent(pd.read_csv(costs), told, models)
    rows = []
    for strain in sorted(strains):
        full = spent.of_part("simulation", "full", strain)
        for metric in metrics:
            column = (at_strain(quantity, strain), metric)
            line = {spent.of_path(name, strain): found[name][column] for name in paths}
            for name, scores in found.items():
                seconds = spent.of(name, strain)
                value = scores[column].to_numpy(float)
                whole = mean_interval(
                    value, level=level, resamples=resamples, seed=seed,
                    bounds=metric_named(metric).range,
                )  # fmt: skip
                row: dict[str, object] = {
                    "model": name, "kind": "path" if name in paths else "model", "strain": strain,
                    "metric": metric, "subset": "all", "unit": "1", "value": whole.value,
                    "low": whole.low, "high": whole.high, "level": level, "n_samples": len(value),
                    "cpu_seconds": seconds, "cost_share": seconds / full,
                    "gain": np.nan, "gain_low": np.nan, "gain_high": np.nan,
                }  # fmt: skip
                same = None if name in paths else at_cost(line, seconds)
                if same is not None:
                    apart = mean_interval(value - same, level=level, resamples=resamples, seed=seed)
                    row |= {"gain": apart.value, "gain_low": apart.low, "gain_high": apart.high}
                rows.append(row)
    for (strain, metric), part in pd.read_csv(twins).groupby(["strain", "metric"]):
        by_glass = part.groupby(SAMPLE)["value"].mean().to_numpy(float)
        whole = mean_interval(
            by_glass, level=level, resamples=resamples, seed=seed, bounds=metric_named(metric).range
        )
        rows.append({
            "model": "full", "kind": "kicked", "strain": strain, "metric": metric, "subset": "all",
            "unit": "1", "value": whole.value, "low": whole.low, "high": whole.high, "level": level,
            "n_samples": len(by_glass), "cpu_seconds": spent.of_part("simulation", "full", strain),
            "cost_share": 1.0, "gain": np.nan, "gain_low": np.nan, "gain_high": np.nan,
        })  # fmt: skip
    title = "Scores of coarse paths and models against CPU seconds"
    write_csv(out, pd.DataFrame(rows), title=title, columns=FRONTIER)


def _by_glass(frames: pd.DataFrame, metrics: Sequence[str]) -> pd.DataFrame:
    """Return the mean over loads of every glass, by target and metric."""
    kept = frames[frames["metric"].isin(list(metrics))]
    table: pd.DataFrame = kept.pivot_table(
        index=SAMPLE, columns=["target", "metric"], values="value", observed=True
    )
    return table.sort_index()


class _Spent:
    """CPU seconds for one glass under one load."""

    def __init__(
        self,
        costs: pd.DataFrame,
        paths: Mapping[str, pd.DataFrame],
        models: Mapping[str, ModelEntry],
    ) -> None:
        self.costs, self.paths, self.models = costs, paths, models

    def of_part(self, part: str, name: str, strain: float = 0.0) -> float:
        """Return the cost of a descriptor, of a training or of the full path."""
        chosen = (self.costs["part"] == part) & (self.costs["name"] == name)
        close = (self.costs["strain"] - strain).abs() < 1e-9
        return float(self.costs.loc[chosen & close, "cpu_seconds"].iloc[0])

    def of_path(self, name: str, strain: float) -> float:
        """Return the cost of a path to one strain."""
        table = self.paths[name]
        return float(table.loc[(table["strain"] - strain).abs() < 1e-9, "cpu_seconds"].mean())

    def of(self, name: str, strain: float) -> float:
        """Return the cost of a path to a strain, or of a model: features and training."""
        if name in self.paths:
            return self.of_path(name, strain)
        total = self.of_part("training", name)
        for feature in self.models[name].get("features", []):
            total += (
                self._whole(feature)
                if feature in self.paths
                else self.of_part("descriptor", feature)
            )
        return total

    def _whole(self, name: str) -> float:
        """Return the cost of a path to all strains, since models read its motion at all of them."""
        walks = self.paths[name].groupby([SAMPLE, "load", "walk"])["cpu_seconds"].max()
        return float(walks.groupby([SAMPLE, "load"]).sum().mean())


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            {Path(path).stem: Path(path) for path in snakemake.input.features},
            {Path(path).stem: Path(path) for path in snakemake.input.paths},
            {Path(path).stem: Path(path) for path in snakemake.input.path_costs},
            Path(snakemake.input.costs),
            Path(snakemake.input.twins),
            {Path(path).stem: Path(path) for path in snakemake.input.frames},
            Path(snakemake.input.targets),
            Path(snakemake.input.splits),
            Path(snakemake.output.csv),
            models=snakemake.params.models,
            trained=snakemake.params.trained,
            quantity=snakemake.params.quantity,
            strains=snakemake.params.strains,
            metrics=snakemake.params.metrics,
            top_fractions=snakemake.params.top_fractions,
            seed=snakemake.params.seed,
            level=snakemake.params.level,
            resamples=snakemake.params.resamples,
        )
