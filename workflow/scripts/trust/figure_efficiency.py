"""Draw learning curves with and without symmetry, and quantify the data saved by symmetry."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.assess.efficiency import Curve, Saving, saving
from mechanist.core.atomic import write_text
from mechanist.core.progress import log_to
from mechanist.draw.panels import curve
from mechanist.draw.score_curves import number_axis
from mechanist.draw.style import (
    DOUBLE,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.tables import read_table
from mechanist.settings.label_entry import LabelEntries

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Panel title of each wing.
TITLES: Final = {
    "glass": "Plasticity of glass particles",
    "dislocation": "Strength of dislocation samples",
}
#: Margin above and below the curves as a share of the best score; curves far below zero are cut.
ROOM: Final = 0.3
ABSCISSAE: Final = {
    "glass": "number of training glasses",
    "dislocation": "number of training samples",
}


@styled()
def main(
    *,
    tables: Mapping[str, Path],
    stem: Path,
    claims: Path,
    models: Mapping[str, LabelEntries],
    pairs: Mapping[str, Sequence[Sequence[str]]],
    level: float,
    resamples: int,
    seed: int,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a panel for each wing, and write the factors by which symmetry reduces sample numbers.

    Parameters
    ----------
    tables : mapping of str to Path
        Errors by wing, from ``trust_efficiency_<wing>.py``.
    stem : Path
        Path of the figure files, without suffix.
    claims : Path
        JSON, one record per pair of models.
    models : mapping of str to mapping
        Label and role of the models of each wing.
    pairs : mapping of str to sequence of (str, str)
        Pairs of models to compare, the more symmetric model first.
    level, resamples, seed
        Level, number of resamples and seed of the intervals over samples.
    metadata : mapping, optional
        Metadata stored in the figure files.
    """
    figure, axes = new_figure(1, len(tables), width=DOUBLE, height=3.2)
    drawn, records = [], []
    for panel, (wing, path) in zip(axes[0], tables.items(), strict=True):
        table, styles = read_table(path), model_styles(models[wing])
        curves = {name: Curve.of(table, name) for name in styles}
        for name, found in curves.items():
            intervals = found.intervals(level=level)
            rows = pd.DataFrame(
                {
                    "wing": wing, "model": name, "n_train": found.sizes,
                    "value": [i.value for i in intervals], "low": [i.low for i in intervals],
                    "high": [i.high for i in intervals], "n_samples": intervals[0].n,
                    "metric": "r2", "subset": "held out", "unit": "1", "level": level,
                }
            )  # fmt: skip
            drawn.append(rows)
            value, low, high = (rows[c].to_numpy(float) for c in ("value", "low", "high"))
            curve(panel, found.sizes.astype(float), value, low, high, style=styles[name])
        sizes = sorted({int(size) for found in curves.values() for size in found.sizes})
        panel.axhline(0, color="black", linewidth=0.6, zorder=0)
        number_axis(panel, sizes)
        panel.set_xlabel(ABSCISSAE[wing])
        low_end = min(0.0, *(found.scores()[-1] for found in curves.values()))
        top = max(float(found.scores().max()) for found in curves.values())
        panel.set_ylim(low_end - ROOM * top, (1 + ROOM) * top)
        panel.legend(loc="upper left", bbox_to_anchor=(0, -0.18))
        for first, second in pairs[wing]:
            saved = saving(
                curves[first], curves[second], level=level, resamples=resamples, seed=seed
            )
            records.append({"wing": wing, "model": first, "other": second, **_record(saved)})
    axes[0, 0].set_ylabel("$R^2$ on held-out samples")
    letter_panels(axes, [TITLES[wing] for wing in tables])
    write_text(claims, json.dumps(records, indent=1, allow_nan=False) + "\n")
    save_figure(
        figure, stem, pd.concat(drawn, ignore_index=True), title="Data efficiency",
        metadata=metadata,
    )  # fmt: skip


def _record(found: Saving) -> dict[str, object]:
    """Return a comparison in JSON form, with null values if there is no factor."""
    about = {"metric": "times fewer samples", "unit": "1", "score": found.score, "most": found.most,
             "needed": found.needed if np.isfinite(found.needed) else None,
             "at_least": found.bound}  # fmt: skip
    if found.factor is None:
        return {**about, "value": None, "low": None, "high": None}
    factor = found.factor
    numbers = {"value": factor.value, "low": factor.low, "high": factor.high}
    rest = {"level": factor.level, "method": factor.method, "n_samples": factor.n}
    return {**about, **numbers, **rest}


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            tables={wing: Path(snakemake.input[wing]) for wing in snakemake.params.pairs},
            stem=Path(snakemake.output.pdf).with_suffix(""),
            claims=Path(snakemake.output.claims),
            models=snakemake.params.models,
            pairs=snakemake.params.pairs,
            level=snakemake.params.level,
            resamples=snakemake.params.resamples,
            seed=snakemake.params.seed,
            metadata=snakemake.params.metadata,
        )
