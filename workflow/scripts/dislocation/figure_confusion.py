"""Draw the confusion scheme for creep of pinned dislocations, beside their order parameters."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FormatStrFormatter, LogLocator, NullFormatter

from mechanist.assess.confusion_summary import ConfusionSummary, Peak, read_confusion
from mechanist.assess.resampling import mean_interval
from mechanist.core.typing import FloatArray
from mechanist.draw.meanings.of_dislocations import FIGURES
from mechanist.draw.style import DOUBLE, letter_panels, new_figure, save_figure, styled
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import CREEP, read_batch, signs
from mechanist.formats.tables import read_table

#: Label and colour of each feature set.
LOOKS: Final[Mapping[str, tuple[str, str]]] = {
    "gnd_waves": ("Waves of GND density", "#0072b2"),
    "spacings": ("Dislocation spacings", "#009e73"),
    "dipoles": ("Dipoles and walls", "#56b4e9"),
    "relaxation": ("Creep strain alone", "#d55e00"),
}
#: Units of the columns in the figure's data table; pin densities are per squared Burgers vector.
UNITS: Final = {
    "x": "b", "y": "b", "sign": "1", "density": "1/b^2", "boundary": "1/b^2",
    **dict.fromkeys(("accuracy", "majority", "null_mean", "null_low", "null_high", "drift_mean",
                     "drift_low", "drift_high"), "1"),
}  # fmt: skip
ORDER: Final = {
    "exponent": ("creep exponent", "#d55e00", "s"),
    "log_strain": ("final strain (%)", "#8a4b08", "o"),
    "held": ("held by pins", "#857d35", "D"),
}
SIGNS: Final = {1.0: "#d55e00", -1.0: "#0072b2"}
ANDRADE: Final = 1 / 3
#: Pin densities of the two states, in units of the midpoint of the creep exponent.
EXAMPLES: Final = (0.1, 5.0)


@styled()
def main(
    *,
    batches: Sequence[Path],
    samples: Path,
    curves: Path,
    summary: Path,
    stem: Path,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Draw two states, the order parameters, and the accuracy W of each feature set by pin density.

    The two states are final states of samples well below and well above the transition.

    Parameters
    ----------
    batches : sequence of Path
        Simulated samples, from which the two states are drawn.
    samples, curves, summary : Path
        Outputs of ``dislocation_confusion.py``.
    stem : Path
        Path of the figure files, without suffix.
    metadata : mapping, optional
        Metadata stored in the figure files.
    """
    table, lines = read_table(samples), pd.read_parquet(curves)
    found = read_confusion(summary)
    kinds = [kind for kind in found["features"] if kind in LOOKS]
    figure, axes = new_figure(2, 4, width=DOUBLE, height=4.1)
    drawn = {}
    middle = found["midpoints"]["exponent"]["location"]
    for panel, factor in zip(axes[0, :2], EXAMPLES, strict=True):
        density = _nearest(table["pin_density"].to_numpy(float), factor * middle)
        name = str(table.loc[table["pin_density"] == density, "sample"].iloc[0])
        drawn[f"state at {density:g}"] = _state(panel, _last_state(batches, name))
        panel.set_xlabel(f"{density:.3g} pins per $b^2$")
    drawn["order parameters"] = _order(axes[0, 2], axes[0, 3], table, found)
    for panel, kind in zip(axes[1], kinds, strict=False):
        _accuracy(panel, lines[lines["features"] == kind], found["features"][kind], kind)
    for panel in axes[1, len(kinds) :]:
        panel.set_axis_off()
    axes[1, 0].set_ylabel("held-out accuracy $W$")
    sizes = lines["features"].map({kind: row["n"] for kind, row in found["features"].items()})
    drawn["confusion"] = lines.assign(metric="accuracy", subset=CREEP, unit="1",
                                      level=found["options"]["level"], n_samples=sizes)  # fmt: skip
    titles = ["weakly pinned", "strongly pinned", "creep exponent", "final strain", *[
        LOOKS[kind][0] for kind in kinds
    ]]  # fmt: skip
    letter_panels(axes.flat[: 4 + len(kinds)], titles)
    handles = [
        Patch(color="#8c8c8c", alpha=0.5, label="null: shuffled features (95 %)"),
        Patch(color="#bdb76b", alpha=0.6, label="null: linear drift of features (95 %)"),
        Patch(color="#000000", alpha=0.15, label="middle peak of $W$; midpoint in c, d (95 %)"),
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    save_figure(figure, stem, drawn, title="Jamming to pinning by confusion", units=UNITS,
                columns=FIGURES["confusion"], metadata=metadata)  # fmt: skip


def _nearest(densities: FloatArray, wanted: float) -> float:
    """Return the density nearest to ``wanted`` on a logarithmic scale."""
    return float(densities[np.abs(np.log(densities / wanted)).argmin()])


def _last_state(batches: Sequence[Path], name: str) -> Configuration:
    """Return the final state of one sample."""
    for path in batches:
        for sample in read_batch(path):
            if sample.name == name:
                return sample.branches[CREEP].frames[-1].configuration
    raise ValueError(f"sample {name!r} is in none of {[str(path) for path in batches]}")


def _state(panel: Axes, configuration: Configuration) -> pd.DataFrame:
    """Draw dislocations by their sign and pins as dots."""
    side = float(configuration.cell[0, 0])
    x, y = (configuration.positions[:, :2] % side).T
    sign = signs(configuration)
    pins = sign == 0
    panel.plot(x[pins], y[pins], ".", color="#b5b5b5", markersize=1.0, rasterized=True)
    for value, colour in SIGNS.items():
        chosen = sign == value
        marker = "$\\perp$" if value > 0 else "$\\top$"
        panel.plot(x[chosen], y[chosen], linestyle="", marker=marker, color=colour, markersize=4.5,
                   markeredgewidth=0.3)  # fmt: skip
    panel.set(xlim=(0, side), ylim=(0, side), aspect="equal", xticks=[], yticks=[])
    for spine in panel.spines.values():
        spine.set_visible(True)
    return pd.DataFrame({"x": x, "y": y, "sign": sign})


def _order(
    exponents: Axes, strains: Axes, table: pd.DataFrame, found: ConfusionSummary
) -> pd.DataFrame:
    """Draw the order parameters against pin density, with their midpoints."""
    rows = []
    for name in ORDER:
        for density, group in table.groupby("pin_density"):
            interval = mean_interval(group[name].to_numpy(float))
            low, value, high = interval.low, interval.value, interval.high
            if name == "log_strain":
                low, value, high = 100 * np.exp([low, value, high])
            rows.append({"order": name, "density": density, "value": value, "low": low,
                         "high": high, "metric": name, "subset": CREEP,
                         "unit": "%" if name == "log_strain" else "1", "level": interval.level,
                         "n_samples": interval.n})  # fmt: skip
    frame = pd.DataFrame(rows)
    held = exponents
    for name, panel in (("exponent", exponents), ("held", held), ("log_strain", strains)):
        label, colour, marker = ORDER[name]
        line = frame[frame["order"] == name]
        error = np.abs(line[["low", "high"]].to_numpy().T - line["value"].to_numpy())
        panel.errorbar(line["density"], line["value"], error, color=colour, marker=marker,
                       label=label, capsize=1.5, elinewidth=0.7)  # fmt: skip
        panel.set_xscale("log")
        panel.set_xlabel("pins per $b^2$")
    for name, panel in (("exponent", exponents), ("log_strain", strains)):
        middle = found["midpoints"][name]
        panel.axvspan(middle["location_low"], middle["location_high"], color="#000000", alpha=0.15,
                      linewidth=0)  # fmt: skip
    exponents.axhline(ANDRADE, color="#8c8c8c", linestyle=":", linewidth=0.8)
    exponents.annotate("Andrade, 1/3", (1, ANDRADE), (0, 2), xycoords=("axes fraction", "data"),
                       textcoords="offset points", ha="right", fontsize=6, color="#6a6a6a")  # fmt: skip
    exponents.legend(loc="upper left", fontsize=6, handlelength=1.2, borderaxespad=0)
    strains.set_yscale("log")
    strains.yaxis.set_major_locator(LogLocator(subs=(1.0, 3.0)))
    strains.yaxis.set_major_formatter(FormatStrFormatter("%g"))
    strains.yaxis.set_minor_formatter(NullFormatter())
    strains.set_ylabel(ORDER["log_strain"][0], labelpad=1)
    return frame


def _accuracy(panel: Axes, line: pd.DataFrame, row: Peak, kind: str) -> None:
    """Draw the accuracy W of one feature set with both null models and the middle peak."""
    x = line["boundary"].to_numpy(float)
    for what, colour, alpha in (("null", "#8c8c8c", 0.5), ("drift", "#bdb76b", 0.6)):
        panel.fill_between(x, line[f"{what}_low"], line[f"{what}_high"], color=colour, alpha=alpha,
                           linewidth=0)  # fmt: skip
        panel.plot(x, line[f"{what}_mean"], color=colour, linewidth=0.7)
    value = line["accuracy"].to_numpy(float)
    error = np.abs(line[["low", "high"]].to_numpy().T - value)
    panel.errorbar(x, value, error, color=LOOKS[kind][1], marker="o", markersize=3, capsize=1.5,
                   elinewidth=0.7)  # fmt: skip
    if row["location"] is not None:
        low, high = row["location_low"], row["location_high"]
        if low is not None and high is not None:
            panel.axvspan(low, high, color="#000000", alpha=0.15, linewidth=0)
        panel.axvline(row["location"], color="#000000", linestyle="--", linewidth=0.8)
        text = (
            f"peak at {row['location']:.3f}\nprominence {row['prominence']:.3f},"
            f" $p$ = {row['prominence_p']:.2f}"
        )
        panel.annotate(text, (0.5, 0.03), xycoords="axes fraction", ha="center", fontsize=6,
                       bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1})  # fmt: skip
    panel.set(xscale="log", xlabel="trial boundary (pins per $b^2$)", ylim=(0.35, 1.0))
