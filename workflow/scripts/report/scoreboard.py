"""Compare our scores, baselines and mechanism-based rivals with every published result."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
import yaml

from mechanist.assess.published_results import check_published
from mechanist.assess.scoreboard import Scores, build
from mechanist.core.atomic import write_text
from mechanist.core.progress import log_to
from mechanist.draw.board_html import page
from mechanist.draw.board_lines import arrange, learning_limits
from mechanist.draw.board_markdown import markdown
from mechanist.formats.csv_tables import write_csv
from mechanist.formats.described_columns import text
from mechanist.formats.meanings.of_scores import ABOUT, BOARD, INTERVAL_METHOD, SCORE
from mechanist.formats.tables import read_table
from mechanist.settings.label_entry import LabelEntries

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


#: Columns of the board.
COLUMNS: Final = {
    **ABOUT,
    **SCORE,
    **INTERVAL_METHOD,
    **BOARD,
    "system": text("What was studied."),
    "value": replace(
        SCORE["value"], description="Value of the metric; empty if there is none yet."
    ),
}


def main(
    published: Path,
    schema: Path,
    scores: Sequence[Path],
    curves: Sequence[Path],
    csv_out: Path,
    markdown_out: Path,
    html_out: Path,
    *,
    models: Mapping[str, LabelEntries],
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
    csv_out, markdown_out, html_out : Path
        CSV with one row per value; Markdown and a self-contained page for readers.
    models : mapping
        Models of each wing's configuration, for labels and roles.
    level : float
        Level of the intervals of our scores.
    metric : str
        Metric of the learning curves.
    """
    content, form = (yaml.safe_load(p.read_text(encoding="utf-8")) for p in (published, schema))
    results = check_published(published, content, form)
    table = build(results, Scores.read(scores), models)
    write_csv(csv_out, table, title="Published results and ours", columns=COLUMNS)
    grown = pd.concat([read_table(path) for path in curves]) if curves else None
    limits = learning_limits(grown, models["glass"], metric=metric) if grown is not None else []
    board = arrange(table, results, models, level=level, limits=limits)
    write_text(markdown_out, markdown(board))
    write_text(html_out, page(board))


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input.published),
            Path(snakemake.input.schema),
            [Path(path) for path in snakemake.input.scores],
            [Path(path) for path in snakemake.input.curves],
            Path(snakemake.output.csv),
            Path(snakemake.output.md),
            Path(snakemake.output.html),
            models=snakemake.params.models,
            level=snakemake.params.level,
            metric=snakemake.params.metric,
        )
