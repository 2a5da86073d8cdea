"""Attribute a response network's predictions to parts of the dislocation configuration."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import pandas as pd

from mechanist.assess.resampling import mean_interval
from mechanist.attribution.integrated_gradients import Average, response_attributions
from mechanist.core.progress import log_to, progress
from mechanist.formats.meanings.of_scores import ABOUT, ATTRIBUTION, INTERVAL_METHOD, SCORE
from mechanist.formats.tables import LOAD, write_table
from mechanist.learn.estimators.pair_network import FittedPairModel, PairModel
from mechanist.learn.from_states import FromStates
from mechanist.learn.network_training import take
from mechanist.learn.open_study import open_study
from mechanist.learn.pair_geometry import PairArrays
from mechanist.learn.study import Study, StudyFiles
from mechanist.settings.entry_types.block_entries import ModelEntry
from mechanist.settings.target_names import at_strain

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Why other models are refused.
ONLY: Final = "only response networks of learn/estimators/pair_network.py can be explained"
#: Ranges of modes, ranked from the softest.
RANKS: Final = {
    "softest mode": (0, 1),
    "modes 2 to 5": (1, 5),
    "modes 6 to 20": (5, 20),
    "stiffer modes": (20, 1_000_000),
}

#: What the columns mean.
MEANINGS: Final = {**ABOUT, **SCORE, **INTERVAL_METHOD, **ATTRIBUTION}


def main(
    files: StudyFiles,
    out: Path,
    *,
    name: str,
    study: Study,
    model: ModelEntry,
    shown: Sequence[float],
    branch: str,
    folds: int,
    level: float,
    resamples: int,
    seed: int,
) -> None:
    """Write integrated gradients of a response network, averaged over held-out states.

    Parameters
    ----------
    files, study, model
        As in :func:`mechanist.learn.open_study.open_study`; as for the training of the network,
        which is repeated here.
    out : Path
        Parquet, one row per strain and part of the input.
    name : str
        Name of the model, written to the table.
    shown : sequence of float
        Strains whose predictions are explained.
    branch : str
        Branch whose states are explained; training uses all branches.
    folds : int
        Number of folds to train and explain, at most all.
    level, resamples : float, int
        Level of the intervals over samples, and number of resamples.
    seed : int
        Root seed.

    Raises
    ------
    ValueError
        If the model is not a response network.
    """
    learner = open_study(study, model, files)
    if not isinstance(learner, FromStates) or not isinstance(learner.estimator, PairModel):
        raise ValueError(f"estimator = {model['estimator']!r}; {ONLY}")  # noqa: TRY004
    if learner.estimator.kind != "response":
        raise ValueError(f"kind = {learner.estimator.kind!r}; {ONLY}")
    inputs = cast("PairArrays", learner.states.inputs)
    asked = (learner.states.keys[LOAD] == branch).to_numpy()
    found: dict[str, list[pd.DataFrame]] = {
        at_strain(study.quantity, strain): [] for strain in shown
    }
    trained = learner.fit(seed=seed, only=range(min(folds, len(learner.splits.folds))))
    for fold in progress(list(trained.fitted), "folds explained"):
        test = np.flatnonzero((trained.folds == fold) & asked)
        average = Average.of(take(inputs, trained.training(fold)))
        fitted = cast("FittedPairModel", trained.fitted[fold])
        for target, parts in found.items():
            table = response_attributions(
                fitted,
                take(inputs, test),
                average,
                output=learner.names.index(target),
                ranks=RANKS,
            )
            parts.append(pd.DataFrame(table))
    records = []
    for target, parts in found.items():
        sizes = pd.concat(parts, ignore_index=True).abs()
        for group in sizes.columns:
            interval = mean_interval(
                sizes[group].to_numpy(), level=level, resamples=resamples, seed=seed
            )
            about = {"model": name, "grouping": "input", "group": group, "n_features": 1,
                     "target": target, "subset": branch, "metric": "mean_gradient",
                     "unit": "ln(stress)"}  # fmt: skip
            numbers = {"value": interval.value, "low": interval.low, "high": interval.high}
            rest = {"level": interval.level, "method": interval.method, "n_samples": interval.n}
            records.append({**about, **numbers, **rest, "n_objects": len(sizes)})
    write_table(out, pd.DataFrame(records), columns=MEANINGS, check=False)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            StudyFiles(
                targets=Path(snakemake.input.targets),
                splits=Path(snakemake.input.splits),
                samples=[Path(path) for path in snakemake.input.samples],
            ),
            Path(snakemake.output[0]),
            name=snakemake.wildcards.model,
            study=Study(**snakemake.params.study),
            model=snakemake.params.model,
            shown=snakemake.params.shown,
            branch=snakemake.params.branch,
            folds=snakemake.params.folds,
            level=snakemake.params.level,
            resamples=snakemake.params.resamples,
            seed=snakemake.params.seed,
        )
