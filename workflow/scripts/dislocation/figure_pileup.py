"""Draw a pileup ramped to its flow stress, and scores of predicted stresses and flow stress."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mechanist.draw.labels import metric_label
from mechanist.draw.legibility import EXPLAINED
from mechanist.draw.meanings.figures_of_dislocations import FIGURES
from mechanist.draw.panels import curve
from mechanist.draw.score_curves import by_strain
from mechanist.draw.score_tables import SCORE_PARTS, read_scores, rows
from mechanist.draw.style import (
    DOUBLE,
    Look,
    ModelStyle,
    figure_legend,
    letter_panels,
    model_styles,
    new_figure,
    save_figure,
    styled,
)
from mechanist.formats.pileup_batches import RAMP, PileupSample, read_batch
from mechanist.formats.tables import read_table
from mechanist.mechanics.pileup_forces import pinning_force
from mechanist.settings.label_entry import LabelEntries

FLOW_STRESS: Final = "flow_stress"
QUANTITY: Final = "stress@"
#: Points drawn for each node of the pinning landscape.
FINE: Final = 8
#: Stress is drawn in thousandths of D/b.
MILLI: Final = 1e3
#: Length of line drawn, in mean spacings, short enough to resolve single dislocations.
SHOWN_SPACINGS: Final = 12
INK: Final = "#1a1a1a"
ACCENT: Final = "#d55e00"


@styled()
def main(
    *,
    batch: Path,
    scores: Sequence[Path],
    parity: Path,
    stem: Path,
    models: LabelEntries,
    metrics: Sequence[str] = ("r2", "pearson"),
    sample: int = 0,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw a sample's trajectories and stress-strain curve, scores by strain and a parity plot.

    Parameters
    ----------
    batch : Path
        Batch of samples; one sample is drawn.
    scores : sequence of Path
        Score files of the models to show.
    parity : Path
        Predictions of the model in the parity plot.
    stem : Path
        Path of the figure files, without suffix.
    models : mapping
        Label and role of every model of the configuration.
    metrics : sequence of str
        The two metrics to draw against strain.
    sample : int
        Index of the drawn sample among the usable samples of the batch.
    metadata : mapping, optional
        Metadata stored in the figure files.
    """
    styles = model_styles(models)
    shown = [s for s in read_batch(batch) if s.status == "ok"][sample]
    table = read_scores(scores)
    table = table[table["subset"] == RAMP]
    pairs = rows(read_table(parity), target=FLOW_STRESS)[["sample", "truth", "prediction"]]

    figure, axes = new_figure(2, 3, width=DOUBLE, height=4.6)
    tables = {
        "a": _world_lines(axes[0, 0], shown),
        "b": _response(axes[0, 1], shown),
        "d": _landscape(axes[1, 0], shown),
        "e": _parity(axes[1, 1], pairs, styles[parity.stem]),
    }
    for panel, letter, metric in zip(axes[:, 2], "cf", metrics, strict=True):
        tables[letter] = _scores(panel, rows(table, metric=metric), styles, metric)
    letter_panels(axes)
    figure_legend(figure, list(axes[:, 2]))
    tables = dict(sorted(tables.items()))
    milli = dict.fromkeys(("stress", "force", "truth", "prediction"), "1e-3 D/b")
    save_figure(figure, stem, tables, title="Depinning of pileups", units={"x": "b", **milli},
                columns=FIGURES["pileup"], metadata=metadata)  # fmt: skip


def _world_lines(panel: Axes, sample: PileupSample) -> pd.DataFrame:
    """Draw the position of each dislocation against stress."""
    extent = SHOWN_SPACINGS * sample.spacing
    stress = MILLI * sample.stress
    lines = []
    for k, track in enumerate(sample.states.T):
        for image in (-sample.length, 0.0, sample.length):
            place = track + image
            inside = (place >= 0) & (place <= extent)
            if not inside.any():
                continue
            panel.plot(np.where(inside, place, np.nan), stress, color=INK, linewidth=0.8)
            lines.append(
                pd.DataFrame({"dislocation": k, "x": place[inside], "stress": stress[inside]})
            )
    panel.axhline(MILLI * sample.flow_stress, color=ACCENT, linestyle="--", linewidth=0.8)
    panel.set(xlim=(0, extent), ylim=(0, 1.05 * MILLI * sample.flow_stress))
    panel.set(xlabel="position $x / b$", ylabel=r"stress $\tau$ ($10^{-3}\,D/b$)")
    return pd.concat(lines, ignore_index=True)


def _landscape(panel: Axes, sample: PileupSample) -> pd.DataFrame:
    """Draw the pinning force along the same segment of line, with the relaxed positions."""
    extent = SHOWN_SPACINGS * sample.spacing
    x = np.arange(0.0, extent, sample.length / len(sample.landscape) / FINE)
    force = MILLI * pinning_force(x, sample.landscape, sample.length)
    panel.fill_between(x, force, 0, where=force < 0, color="#9ecae1", linewidth=0, interpolate=True)
    panel.plot(x, force, color="#0072b2", linewidth=0.8, gid=EXPLAINED)
    start = sample.start % sample.length
    start = np.sort(start[start < extent])
    at = MILLI * pinning_force(start, sample.landscape, sample.length)
    panel.plot(start, at, "o", color=INK, markersize=3.2, gid=EXPLAINED)
    panel.set_title("landscape; dots: dislocations at rest", loc="left", pad=6.0)
    panel.axhline(0, color=INK, linewidth=0.5)
    panel.set(xlim=(0, extent), xlabel="position $x / b$")
    panel.set_ylabel(r"pinning force ($10^{-3}\,D/b$)")
    line = pd.DataFrame({"x": x, "force": force})
    return pd.concat([line, pd.DataFrame({"x": start, "force": at, "dislocation": range(len(at))})])


def _response(panel: Axes, sample: PileupSample) -> pd.DataFrame:
    """Draw the stress-strain curve up to flow."""
    stress = MILLI * sample.stress
    flow = MILLI * sample.flow_stress
    panel.plot(sample.strain, stress, color=INK, linewidth=0.9)
    panel.axhline(flow, color=ACCENT, linestyle="--", linewidth=0.8)
    panel.annotate("flow stress", (0.02, flow), (0, 2.5), textcoords="offset points",
                   xycoords=("axes fraction", "data"), color=ACCENT, size=7)  # fmt: skip
    panel.set(xlim=(0, None), ylim=(0, 1.12 * flow), xlabel="strain (mean displacement / spacing)")
    panel.set_ylabel(r"stress $\tau$ ($10^{-3}\,D/b$)")
    return pd.DataFrame({"strain": sample.strain, "stress": stress})


def _scores(
    panel: Axes, table: pd.DataFrame, styles: Mapping[str, ModelStyle], metric: str
) -> pd.DataFrame:
    """Draw scores against strain, with the scores of the flow stress to their right."""
    at_strain = by_strain(table[table["target"].str.startswith(QUANTITY)])
    beyond = 3 * at_strain["strain"].max()
    flow = rows(table, target=FLOW_STRESS).assign(strain=beyond)
    for name in (name for name in styles if name in set(table["model"])):
        line = rows(at_strain, model=name)
        x, value, low, high = (line[c].to_numpy(float) for c in ("strain", "value", "low", "high"))
        curve(panel, x, value, low, high, style=styles[name])
        end = flow[flow["model"] == name].iloc[0]
        error = [[end["value"] - end["low"]], [end["high"] - end["value"]]]
        look: Look = {**styles[name].line, "linestyle": "none", "elinewidth": 0.8}
        panel.errorbar([beyond], [end["value"]], yerr=error, **look)
    panel.set_xscale("log")
    panel.axvline(3**0.5 * at_strain["strain"].max(), color="#b5b5b5", linewidth=0.5)
    shown = [tick for tick in (0.01, 0.1, 1.0) if at_strain["strain"].min() < tick < beyond / 2]
    panel.set_xticks([*shown, beyond], [*(f"{tick:g}" for tick in shown), "flow"])
    panel.minorticks_off()
    panel.set(xlabel="strain", ylabel=metric_label(metric))
    return pd.concat([at_strain, flow])[
        ["metric", "model", "target", "strain", "value", "low", "high", *SCORE_PARTS]
    ]


def _parity(panel: Axes, pairs: pd.DataFrame, style: ModelStyle) -> pd.DataFrame:
    """Draw predicted against true flow stress."""
    drawn = pairs.assign(truth=MILLI * pairs["truth"], prediction=MILLI * pairs["prediction"])
    span = (drawn["truth"].min(), drawn["truth"].max())
    panel.plot(span, span, color=INK, linewidth=0.6, gid=EXPLAINED)
    panel.plot(drawn["truth"], drawn["prediction"], "o", color=style.colour, markersize=2.2,
               alpha=0.45, markeredgewidth=0, gid=EXPLAINED)  # fmt: skip
    panel.set_xlabel(r"true flow stress ($10^{-3}\,D/b$)")
    panel.set_ylabel(r"predicted ($10^{-3}\,D/b$)")
    panel.set_title(f"{style.label}; line: truth", loc="left", pad=6.0)
    panel.set(xlim=span, ylim=span, aspect="equal")
    return drawn
