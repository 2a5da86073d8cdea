"""Measure what features, training and the full simulation cost, and walk kicked twins of the full path."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mechanist.assess.call_costs import cpu_seconds
from mechanist.assess.metrics import regression_scores
from mechanist.core.progress import log_to, progress
from mechanist.core.seeds import generator
from mechanist.describe.descriptor import Descriptor, load_descriptor
from mechanist.describe.plasticity_targets import MEASURES, measures
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.meanings.of_scores import MODEL_COSTS, TWINS
from mechanist.formats.sample import LoadPath, Sample, read_sample
from mechanist.learn.dataset import load_dataset
from mechanist.learn.splits import read_splits
from mechanist.learn.training import train
from mechanist.learn.training_task import ModelSpec, given_features, make_task
from mechanist.settings.entry_types.block_entries import DescriptorEntry, ModelEntry
from mechanist.settings.entry_types.glass_block_entries import DeformationEntry
from mechanist.simulate.coarse_paths import CoarsePath, coarse_states
from mechanist.simulate.newton import NewtonRelaxer

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Fewest glasses on which the training of a model is timed: each fold needs some to train on.
TRAINED: int = 8


def main(
    samples: Sequence[Path],
    features: Mapping[str, Path],
    targets: Path,
    splits: Path,
    costs: Path,
    twins: Path,
    *,
    descriptors: Mapping[str, DescriptorEntry],
    models: Mapping[str, ModelEntry],
    deformation: DeformationEntry,
    quantity: str,
    cutoff: float,
    kick: float,
    metrics: Sequence[str],
    top_fractions: Sequence[float],
    seed: int,
) -> None:
    """Write CPU seconds for one glass under one load, and the scores of kicked twins.

    Parameters
    ----------
    samples : sequence of Path
        Sample files on which features and paths are timed; at least one that did not fail.
    features : mapping of str to Path
        Feature tables of descriptors and coarse paths by name.
    targets, splits : Path
        Targets and folds of the system.
    costs, twins : Path
        CSV.
    descriptors, models : mapping
        Entries of what is timed.
    deformation : mapping
        Settings of the full path.
    quantity, cutoff
        The target, and the radius of the neighbourhood for D2min.
    kick : float
        Standard deviation of the displacement of every coordinate before each step of a twin.
    metrics, top_fractions
        Scores of the twins.
    seed : int
        Root seed.
    """
    strains = sorted(deformation["frames"])
    tolerance = deformation["force_tolerance"]
    steps = round(strains[-1] / deformation["step"])
    full = CoarsePath(steps=steps, force_tolerance=tolerance)
    kicked = CoarsePath(steps=steps, force_tolerance=tolerance, kick=kick)
    probe = CoarsePath(steps=1, force_tolerance=tolerance)
    read = [sample for sample in map(read_sample, samples) if sample.status == "ok"]
    made = {n: load_descriptor(e["kind"], e.get("parameters")) for n, e in descriptors.items()}
    spent: list[dict[str, object]] = []
    scores: list[dict[str, object]] = []
    for sample in progress(read, "timed"):
        relaxer = NewtonRelaxer(sample.reference)
        for number, (name, load) in enumerate(sample.good_loads.items()):
            if not number and sample is read[0]:  # compiled functions are loaded
                coarse_states(sample.reference, load.gradient, [1e-4], probe, relaxer=relaxer)
                for one in made.values():
                    _call(one, sample, load, deformation["probe"])()
            walk = coarse_states(sample.reference, load.gradient, strains, full, relaxer=relaxer)
            start = time.process_time()
            measures(sample.reference, walk[-1].configuration, cutoff, sample.name)
            measured = time.process_time() - start
            spent += [
                _spent("simulation", "full", s.strain, s.cpu_seconds + measured) for s in walk
            ]
            rng = generator(seed, "kicked", sample.name, name)
            twin = coarse_states(
                sample.reference, load.gradient, strains, kicked, relaxer=relaxer, rng=rng
            )
            k = list(MEASURES).index(quantity)
            for strain, state in zip(strains, twin, strict=True):
                truth = load.frame(strain).configuration
                pair = [
                    measures(sample.reference, c, cutoff, sample.name)[:, k]
                    for c in (truth, state.configuration)
                ]
                found = regression_scores(pair[0], pair[1], top_fractions=top_fractions)
                about = {"sample": sample.name, "load": name, "strain": strain, "kick": kick}
                scores += [{**about, "metric": m, "value": found[m]} for m in metrics]
            small = coarse_states(
                sample.reference, load.gradient, [deformation["probe"]], probe, relaxer=relaxer
            )
            for described, one in made.items():
                if not one.card.load_aware and number:
                    continue
                seconds = cpu_seconds(_call(one, sample, load, deformation["probe"]))[1]
                seconds += small[0].cpu_seconds if one.card.needs_probe else 0.0
                shared = 1 if one.card.load_aware else len(sample.good_loads)
                spent.append(_spent("descriptor", described, 0.0, seconds / shared))
    table = pd.DataFrame(spent)
    mean = table.groupby(["part", "name", "strain"], as_index=False, sort=False)[
        "cpu_seconds"
    ].mean()
    mean["n_samples"] = len(read)
    trained = _training(features, targets, splits, models, quantity, strains, seed)
    title = "CPU time of features, training and the full simulation"
    write_csv(
        costs, pd.concat([mean, trained], ignore_index=True), title=title, columns=MODEL_COSTS
    )
    title = "Kicked twins of the full path against the path that targets are measured on"
    write_csv(twins, pd.DataFrame(scores), title=title, columns=TWINS)


def _spent(part: str, name: str, strain: float, seconds: float) -> dict[str, object]:
    return {"part": part, "name": name, "strain": strain, "cpu_seconds": seconds}


def _call(one: Descriptor, sample: Sample, load: LoadPath, probe: float) -> Callable[[], object]:
    """Return a call that describes a glass under a load."""
    state = load.frame(probe).configuration if one.card.needs_probe else None

    def call() -> object:
        told = load.tensor if one.card.load_aware else None
        return one(sample.reference, load=told, probe=state)

    return call


def _training(
    features: Mapping[str, Path],
    targets: Path,
    splits: Path,
    models: Mapping[str, ModelEntry],
    quantity: str,
    strains: Sequence[float],
    seed: int,
) -> pd.DataFrame:
    """Return the CPU time of training each model out of fold, shared out over glasses and loads.

    The same glasses, a few of every fold, serve all models.
    """
    folds = read_splits(splits)
    each = -(-TRAINED // len(folds.folds))
    known = set(load_samples(features))
    held = [[name for name in fold if name in known][:each] for fold in _members(folds.fold_of)]
    names = sorted(name for fold in held for name in fold)
    task = make_task(quantity, strains, [], [])
    rows = []
    for name, entry in progress(list(models.items()), "trained"):
        spec = ModelSpec.of(entry)
        tables = given_features(spec, features)
        data = load_dataset(tables, targets, columns=task.columns, samples=names)
        start = time.process_time()
        train(data, folds, spec, task, seed=seed)
        seconds = (time.process_time() - start) / len(data.keys.frame_slices)
        rows.append({**_spent("training", name, 0.0, seconds), "n_samples": len(names)})
    return pd.DataFrame(rows)


def _members(fold_of: Mapping[str, int]) -> list[list[str]]:
    """Return the samples of every fold."""
    numbers = sorted(set(fold_of.values()))
    return [[name for name, fold in fold_of.items() if fold == number] for number in numbers]


def load_samples(features: Mapping[str, Path]) -> list[str]:
    """Return the samples that all feature tables hold."""
    from mechanist.formats.tables import SAMPLE, read_table

    held = [set(read_table(path, [SAMPLE])[SAMPLE].astype(str)) for path in features.values()]
    return sorted(set.intersection(*held)) if held else []


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            [Path(path) for path in snakemake.input.samples],
            {
                Path(path).stem: Path(path)
                for path in [*snakemake.input.features, *snakemake.input.paths]
            },
            Path(snakemake.input.targets),
            Path(snakemake.input.splits),
            Path(snakemake.output.costs),
            Path(snakemake.output.twins),
            descriptors=snakemake.params.descriptors,
            models=snakemake.params.models,
            deformation=snakemake.params.deformation,
            quantity=snakemake.params.quantity,
            cutoff=snakemake.params.cutoff,
            kick=snakemake.params.kick,
            metrics=snakemake.params.metrics,
            top_fractions=snakemake.params.top_fractions,
            seed=snakemake.params.seed,
        )
