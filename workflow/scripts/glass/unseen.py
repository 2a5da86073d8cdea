"""Test the kept models of a system, and mechanism-based rivals, on glasses that none of them has seen."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from mechanist.assess.scorer import make_scorer
from mechanist.assess.scoring import Scoring
from mechanist.core.atomic import replacing
from mechanist.core.progress import LOGGER, log_to
from mechanist.draw.figure_data import described
from mechanist.draw.meanings.figures_of_glasses import FIGURES
from mechanist.formats.csv_tables import beside, write_metadata
from mechanist.formats.predictions import read_predictions
from mechanist.formats.tables import column_metadata
from mechanist.learn.splits import read_splits
from mechanist.learn.study import Study, StudyFiles
from mechanist.predict.judgement import judgement, refusal
from mechanist.predict.kept_files import read_kept
from mechanist.predict.rivals import Rivals
from mechanist.predict.unseen_glasses import judged_held_out, judged_unseen, read_unseen
from mechanist.settings.target_names import at_strain

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    kept: Mapping[str, Path],
    rivals: Rivals,
    predictions: Mapping[str, Path],
    unseen: Mapping[str, Sequence[Path]],
    out: Path,
    *,
    load: str,
    strains: Sequence[float],
    cutoff: float,
    probe: float,
    metrics: Sequence[str],
    scoring: Scoring,
    seed: int,
) -> None:
    """Write how each model does on held-out glasses of its system, and on each kind of unseen ones.

    Parameters
    ----------
    kept : mapping of str to Path
        Folder of each kept model.
    rivals : Rivals
    predictions : mapping of str to Path
        Out-of-fold predictions of all these models.
    unseen : mapping of str to sequence of Path
        Sample files of each kind.
    out : Path
        CSV table, with a description of its columns beside it.
    load : str
        Load under which glasses are compared.
    strains : sequence of float
        Strains at which they are compared.
    cutoff, probe : float
        As for the targets and descriptors of the system.
    metrics : sequence of str
        Scores to show.
    scoring : mapping
        Arguments of :func:`mechanist.assess.scorer.make_scorer`.
    seed : int
        Root seed.
    """
    splits = read_splits(rivals.files.splits)
    columns = column_metadata(rivals.files.targets)
    units = {name: one.get("unit", "") for name, one in columns.items()}
    scorer = make_scorer(**scoring)
    targets = [at_strain(rivals.study.quantity, strain) for strain in strains]
    kinds = {
        kind: read_unseen(paths, load, cutoff=cutoff, strains=strains)
        for kind, paths in unseen.items()
    }
    models = [read_kept(folder) for folder in kept.values()]
    tables = []
    for model in [*models, *rivals.fitted(predictions, seed=seed)]:
        names = {"model": model.name, "train": rivals.system}
        told = read_predictions(predictions[model.name])
        own = judged_held_out(told, splits, load, targets, level=rivals.level)
        found = {rivals.system: own}
        for kind, glasses in kinds.items():
            try:
                found[kind] = judged_unseen(
                    model, glasses, load, probe=None if model.name in kept else probe
                )
            except ValueError as error:
                reason, n = str(error), len(glasses)
                about = {**names, "test": kind}
                tables.append(refusal(reason, scorer, load=load, glasses=n, names=about))
        tables += [
            judgement(one, scorer, metrics=metrics, units=units, names={**names, "test": test})
            for test, one in found.items()
        ]
        LOGGER.info("%s: tested on %d kinds of unseen glasses", model.name, len(kinds))
    table, metadata = described(
        pd.concat(tables, ignore_index=True),
        out,
        title=f"Models of {rivals.system} on glasses that they have not seen",
        units={},
        columns=FIGURES["unseen"],
    )
    with replacing(out) as temporary:
        table.to_csv(temporary, index=False)
    write_metadata(beside(out), metadata)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        inputs, params = snakemake.input, snakemake.params
        main(
            {Path(path).parent.name: Path(path).parent for path in inputs.kept},
            Rivals(
                system=snakemake.wildcards.system,
                models=params.rivals,
                descriptors=params.descriptors,
                study=Study(**params.study),
                files=StudyFiles(
                    targets=Path(inputs.targets),
                    splits=Path(inputs.splits),
                    features={Path(path).stem: Path(path) for path in inputs.features},
                ),
                samples=[Path(path) for path in inputs.samples],
                level=params.level,
                plastic_fraction=params.plastic_fraction,
            ),
            {Path(path).stem: Path(path) for path in inputs.predictions},
            {
                kind: [Path(path) for path in inputs.unseen if Path(path).parent.name == kind]
                for kind in params.kinds
            },
            Path(snakemake.output.table),
            load=params.load,
            strains=params.strains,
            cutoff=params.cutoff,
            probe=params.probe,
            metrics=params.metrics,
            scoring=params.scoring,
            seed=params.seed,
        )
