"""Compare our scores, baselines and mechanism-based rivals with every published result."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import yaml

from mechanist.assess.scoreboard import Scores, build, check_published
from mechanist.assess.scoreboard_text import learning_limits, markdown
from mechanist.core.atomic import replacing, write_text
from mechanist.core.progress import log_to
from mechanist.formats.tables import read_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def main(
    published: Path,
    schema: Path,
    scores: Sequence[Path],
    curves: Sequence[Path],
    csv_out: Path,
    markdown_out: Path,
    *,
    models: Mapping[str, Mapping[str, Mapping[str, Any]]],
    level: float,
    metric: str,
) -> None:
    """Write the scoreboard.

    Parameters
    ----------
    published, schema : Path
        Published results and their JSON Schema, YAML.
    scores : sequence of Path
        Files ``<wing>/<system>/scores/<model>.json`` of all wings.
    curves : sequence of Path
        Learning curves of glass models.
    csv_out, markdown_out : Path
        CSV with one row per value, and a Markdown table for readers.
    models : mapping
        Models of each wing's configuration, for labels and roles.
    level : float
        Level of the intervals of our scores.
    metric : str
        Metric of the learning curves.
    """
    content, form = (yaml.safe_load(p.read_text(encoding="utf-8")) for p in (published, schema))
    rows = check_published(published, content, form)
    table = build(rows, Scores.read(scores), models)
    with replacing(csv_out) as temporary:
        table.to_csv(temporary, index=False)
    grown = pd.concat([read_table(path) for path in curves]) if curves else None
    limits = learning_limits(grown, models["glass"], metric=metric) if grown is not None else []
    write_text(markdown_out, markdown(table, level=level, limits=limits))


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.published),
            Path(snakemake.input.schema),
            [Path(path) for path in snakemake.input.scores],
            [Path(path) for path in snakemake.input.curves],
            Path(snakemake.output.csv),
            Path(snakemake.output.md),
            models=snakemake.params.models,
            level=snakemake.params.level,
            metric=snakemake.params.metric,
        )
