"""Draw the confusion scheme for creep of pinned dislocations, beside their order parameters."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FormatStrFormatter, LogLocator, NullFormatter

from mechanist.assess.confusion_summary import ConfusionSummary, Peak, read_confusion
from mechanist.assess.resampling import mean_interval
from mechanist.core.typing import FloatArray
from mechanist.draw.legibility import EXPLAINED
from mechanist.draw.meanings.figures_of_dislocations import FIGURES
from mechanist.draw.numerals import MINUS
from mechanist.draw.palette import FIRST_CLASS, QUIET, SECOND_CLASS
from mechanist.draw.style import DOUBLE, letter_panels, new_figure, save_figure, styled
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import CREEP, read_batch, signs
from mechanist.formats.tables import read_table

#: Label of each feature set.
KINDS: Final[Mapping[str, str]] = {
    "gnd_waves": "Waves of GND density",
    "spacings": "Dislocation spacings",
    "dipoles": "Dipoles and walls",
    "relaxation": "Creep strain alone",
}
#: Units of the columns in the figure's data table; pin densities are per squared Burgers vector.
UNITS: Final = {
    "x": "b", "y": "b", "sign": "1", "density": "1/b^2", "boundary": "1/b^2",
    **dict.fromkeys(("accuracy", "majority", "null_mean", "null_low", "null_high", "drift_mean",
                     "drift_low", "drift_high"), "1"),
}  # fmt: skip
ORDER: Final = {
    "exponent": ("creep exponent", "#332288", "s"),
    "log_strain": ("final strain (%)", "#332288", "o"),
    "held": ("share held by pins", "#882255", "D"),
}
MARKS: Final = {1.0: "$\\perp$", -1.0: "$\\top$"}
SIGNS: Final = {1.0: FIRST_CLASS, -1.0: SECOND_CLASS}
ACCURACY: Final = "#332288"
PINS: Final = "#cc6677"
#: Bands: label, colour and opacity. The nulls have an outline, the locations have none.
NULL: Final = ("null: shuffled features (95 %)", "#8c8c8c", 0.45)
DRIFT: Final = ("null: linear drift of features (95 %)", "#bdb76b", 0.6)
LOCATION: Final = ("interval of the location (95 %)", "#88ccee", 0.45)
ANDRADE: Final = 1 / 3
TITLES: Final = ("weakly pinned", "strongly pinned", "exponent, pinned share", "final strain")
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
    kinds = [kind for kind in found["features"] if kind in KINDS]
    figure, axes = new_figure(2, 4, width=DOUBLE, height=4.6)
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
    letter_panels(axes.flat[: 4 + len(kinds)])
    for panel, title in zip(axes[0], TITLES, strict=True):
        panel.set_title(title, loc="left", pad=6.0)
    handles: list[Artist] = [
        Patch(color=colour, alpha=alpha, linewidth=0, label=label)
        for label, colour, alpha in (NULL, DRIFT, LOCATION)
    ]
    handles += [
        Line2D([], [], color="black", linestyle="--", linewidth=0.8, label="middle peak of $W$"),
        Line2D([], [], color=ACCURACY, marker="o", markersize=3, label="$W$, mean and 95 %"),
        *(Line2D([], [], linestyle="none", marker=MARKS[sign], color=colour, markersize=5,
                 label=f"edge dislocation, sign {'+' if sign > 0 else MINUS}")
          for sign, colour in SIGNS.items()),
        Line2D([], [], linestyle="none", marker=".", color=PINS, markersize=4, label="pin"),
    ]  # fmt: skip
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
    panel.plot(x[pins], y[pins], ".", color=PINS, markersize=1.4, rasterized=True)
    for value, colour in SIGNS.items():
        chosen = sign == value
        panel.plot(x[chosen], y[chosen], linestyle="", marker=MARKS[value], color=colour, markersize=4.5,
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
        panel.axvspan(middle["location_low"], middle["location_high"], color=LOCATION[1],
                      alpha=LOCATION[2], linewidth=0, zorder=0)  # fmt: skip
    exponents.axhline(ANDRADE, color=QUIET, linestyle=":", linewidth=0.8, label="Andrade: 1/3")
    exponents.set_ylim(-0.05, 1.75)
    exponents.set_yticks([0.0, 0.5, 1.0])
    exponents.legend(loc="upper left", fontsize=6.3, handlelength=1.2, borderaxespad=0)
    exponents.xaxis.set_minor_formatter(NullFormatter())
    strains.xaxis.set_minor_formatter(NullFormatter())
    strains.set_yscale("log")
    strains.yaxis.set_major_locator(LogLocator(subs=(1.0, 3.0)))
    strains.yaxis.set_major_formatter(FormatStrFormatter("%g"))
    strains.yaxis.set_minor_formatter(NullFormatter())
    strains.set_ylabel(ORDER["log_strain"][0], labelpad=1)
    return frame


def _accuracy(panel: Axes, line: pd.DataFrame, row: Peak, kind: str) -> None:
    """Draw the accuracy W of one feature set with both null models and the middle peak."""
    x = line["boundary"].to_numpy(float)
    for what, (_, colour, alpha) in (("null", NULL), ("drift", DRIFT)):
        panel.fill_between(x, line[f"{what}_low"], line[f"{what}_high"], color=colour, alpha=alpha,
                           linewidth=0)  # fmt: skip
        panel.plot(x, line[f"{what}_mean"], color=colour, linewidth=0.7, gid=EXPLAINED)
    value = line["accuracy"].to_numpy(float)
    error = np.abs(line[["low", "high"]].to_numpy().T - value)
    panel.errorbar(x, value, error, color=ACCURACY, marker="o", markersize=3, capsize=1.5,
                   elinewidth=0.7)  # fmt: skip
    if row["location"] is not None:
        low, high = row["location_low"], row["location_high"]
        if low is not None and high is not None:
            panel.axvspan(low, high, color=LOCATION[1], alpha=LOCATION[2], linewidth=0, zorder=0)
        panel.axvline(row["location"], color="#000000", linestyle="--", linewidth=0.8)
        text = (
            f"peak at {row['location']:.3f} $b^{{-2}}$,\nprominence {row['prominence']:.3f},"
            f" $p$ = {row['prominence_p']:.2f}"
        )
    else:
        text = "no middle peak"
    panel.set_title(f"{KINDS[kind]}:\n{text}", loc="left", pad=6.0, fontsize=6.5)
    panel.set(xscale="log", xlabel="trial boundary\n(pins per $b^2$)", ylim=(0.35, 1.0))
    panel.xaxis.set_minor_formatter(NullFormatter())
