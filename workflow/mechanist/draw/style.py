"""The common figure style: sizes, fonts, colours of roles, and reproducible files.

Figures are made without pyplot, so nothing depends on a display or on previous figures::

    @styled()
    def main(...):
        figure, axes = new_figure(1, 3, width=DOUBLE, height=2.4)
        ...
        save_figure(figure, stem, table, title="Score against strain")
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, TypedDict, Unpack

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.transforms import Bbox
from matplotlib.typing import RcKeyType
from numpy.typing import NDArray

from mechanist.core.atomic import replacing
from mechanist.core.progress import LOGGER
from mechanist.core.typing import FloatArray
from mechanist.draw.figure_data import described
from mechanist.draw.legibility import faults
from mechanist.draw.palette import ROLES
from mechanist.formats.csv_tables import METADATA, write_metadata
from mechanist.formats.described_columns import Column
from mechanist.settings.label_entry import LabelEntries

#: Widths of one and of two journal columns, in inches.
SINGLE: Final = 3.4
DOUBLE: Final = 7.0
PNG_DPI: Final = 300
#: Decimals of panel positions in figure units: well below a pixel, well above rounding errors.
PLACE_DECIMALS: Final = 6
#: Settings that disable layout engines.
UNMOVED: Final[dict[RcKeyType, bool]] = {
    "figure.constrained_layout.use": False,
    "figure.autolayout": False,
}
SUFFIXES: Final = (".pdf", ".svg", ".png", ".csv", METADATA)

STYLE: Final[dict[RcKeyType, str | float | list[str]]] = {
    "figure.constrained_layout.use": True,
    # Widths of texts depend on the resolution: the layout is that of the picture.
    "figure.dpi": PNG_DPI,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "mathtext.fontset": "stix",
    "font.size": 7.5,
    "axes.titlesize": 7.5,
    "axes.labelsize": 7.5,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "legend.handlelength": 2.2,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.2,
    "lines.markersize": 4.0,
    "image.cmap": "viridis",
    "pdf.fonttype": 42,  # editable text; the default, 3, is not editable
    "svg.fonttype": "path",
    "svg.hashsalt": "mechanist",
}

#: Panels of a figure in rows and columns; numpy cannot say what its arrays of objects hold.
Panels: TypeAlias = NDArray[Any]

#: Width of a legend entry's handle with its margins, and of a letter, in inches.
LEGEND_HANDLE: Final = 0.5
LEGEND_LETTER: Final = 0.055


class Look(TypedDict, total=False):
    """Keywords of ``Axes.plot`` and ``Axes.errorbar`` that say how lines, marks and bars look."""

    color: str
    marker: str
    markersize: float
    linestyle: str
    linewidth: float
    elinewidth: float
    capsize: float
    ecolor: str
    markerfacecolor: str
    markeredgecolor: str
    markeredgewidth: float
    label: str
    zorder: float


class Grid(TypedDict, total=False):
    """Keywords of ``Figure.subplots`` that say how the panels of a figure share its place."""

    sharex: bool | Literal["none", "all", "row", "col"]
    sharey: bool | Literal["none", "all", "row", "col"]
    width_ratios: Sequence[float]
    height_ratios: Sequence[float]


@dataclass(frozen=True)
class ModelStyle:
    """The style of one model in every figure.

    Parameters
    ----------
    label : str
        Name in legends.
    role : str
        A key of ``ROLES``.
    colour, marker, linestyle : str
        Values for matplotlib.
    """

    label: str
    role: str
    colour: str
    marker: str
    linestyle: str

    @property
    def line(self) -> Look:
        """Keywords of ``Axes.plot`` and ``Axes.errorbar``, except the label."""
        size = 6.0 if self.marker == "*" else 4.0
        return {
            "color": self.colour,
            "marker": self.marker,
            "linestyle": self.linestyle,
            "markersize": size,
        }


def model_styles(models: LabelEntries) -> dict[str, ModelStyle]:
    """Return the style of every model by its name.

    The style depends on a model's rank among the models of its role in ``models``. If every figure
    is given the whole configuration, a model looks the same in all figures.

    Parameters
    ----------
    models : mapping
        For each model its ``role`` and ``label``, in the order of the configuration.

    Raises
    ------
    ValueError
        If a role is unknown.
    """
    styles: dict[str, ModelStyle] = {}
    seen = dict.fromkeys(ROLES, 0)
    for name, model in models.items():
        role = str(model["role"])
        if role not in ROLES:
            raise ValueError(f"model {name!r} has role {role!r}; expected one of {sorted(ROLES)}")
        look, rank = ROLES[role], seen[role]
        seen[role] += 1
        styles[name] = ModelStyle(
            label=str(model.get("label", name)),
            role=role,
            colour=look.colours[rank % len(look.colours)],
            marker=look.markers[rank % len(look.markers)],
            linestyle=look.linestyle,
        )
    return styles


@contextmanager
def styled() -> Iterator[None]:
    """Draw in the common style, regardless of the user's own matplotlib settings.

    Use as a decorator, ``@styled()``, or in a ``with`` statement; previous settings are restored.
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        yield


def new_figure(
    rows: int = 1,
    columns: int = 1,
    *,
    width: float = SINGLE,
    height: float,
    **options: Unpack[Grid],
) -> tuple[Figure, Panels]:
    """Return a figure and its axes, the latter always as an array of shape (rows, columns).

    Parameters
    ----------
    rows, columns : int
        Grid of axes.
    width, height : float
        Size of the figure, inches.
    **options
        Passed to ``Figure.subplots``: ``sharex``, ``width_ratios`` and so on.
    """
    figure = Figure(figsize=(width, height))
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def letter_panels(
    axes: Panels | Sequence[Axes],
    titles: Sequence[str] | None = None,
    *,
    wrap: int = 60,
    pad: float = 6.0,
) -> None:
    """Label each panel with a bold letter, in reading order, and a title if given.

    Parameters
    ----------
    axes : array or sequence of Axes
        Panels in reading order.
    titles : sequence of str, optional
        One title per panel.
    wrap : int
        Maximum number of characters per line of a title.
    pad : float
        Distance from the panel, in points.
    """
    for k, panel in enumerate(np.ravel(np.asarray(axes, dtype=object))):
        panel.annotate(chr(ord("a") + k), (0, 1), (-4, pad), xycoords="axes fraction",
                       textcoords="offset points", ha="right", weight="bold", size=8.5)  # fmt: skip
        if titles is not None:
            panel.set_title(textwrap.fill(titles[k], wrap), loc="left", pad=pad)


def figure_legend(figure: Figure, axes: Sequence[Axes], *, title: str | None = None) -> None:
    """Draw one legend for all panels below them, without covering anything.

    Parameters
    ----------
    figure : Figure
        Figure with the ``constrained`` layout, which makes room for the legend.
    axes : sequence of Axes
        Panels whose labelled artists are listed, each label once.
    title : str, optional
        Title above the entries.
    """
    entries: dict[str, Artist] = {}
    for panel in axes:
        for handle, label in zip(*panel.get_legend_handles_labels(), strict=True):
            entries.setdefault(label, handle)
    # Rows of equal length, with as many entries per row as certainly fit.
    widest = LEGEND_HANDLE + LEGEND_LETTER * max(map(len, entries), default=1)
    fitting = max(1, int(figure.get_figwidth() / widest))
    n_rows = -(-len(entries) // fitting) or 1
    columns = -(-len(entries) // n_rows) or 1
    figure.legend(
        entries.values(), entries.keys(), loc="outside lower center", ncols=columns, title=title
    )


def save_figure(
    figure: Figure,
    stem: Path,
    data: pd.DataFrame | Mapping[str, pd.DataFrame],
    *,
    title: str,
    units: Mapping[str, str] | None = None,
    columns: Mapping[str, Column] | None = None,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write ``<stem>.pdf``, ``.svg``, ``.png`` and, as ``.csv``, the data that were drawn.

    The columns of the data are described in a metadata file beside them; see
    :mod:`mechanist.draw.figure_data`. Equal inputs give identical files. Either all files are
    written or none.

    Parameters
    ----------
    figure : Figure
        Made by :func:`new_figure` under :func:`styled`.
    stem : Path
        Final path without a suffix.
    data : DataFrame or mapping of str to DataFrame
        Drawn data, one row per mark. Several tables are concatenated, with the panel in the first
        column ``panel``.
    title : str
        Stored in the files, not drawn.
    units : mapping of str to str, optional
        Units of columns that are not in :data:`mechanist.draw.figure_data.UNITS`.
    columns : mapping of str to Column, optional
        Meanings of columns that are not in :mod:`mechanist.draw.figure_meanings`.
    metadata : mapping, optional
        Further entries stored in the files, such as the system or the licence.

    Raises
    ------
    FormatError
        If a column lacks its meaning, a number its unit, or a score its subset, interval, level or number of samples.
    """
    note = "; ".join(f"{key}: {value}" for key, value in sorted((metadata or {}).items()))
    kept: dict[str, dict[str, str | None]] = {
        ".pdf": {"Title": title, "Subject": note, "CreationDate": None, "ModDate": None},
        ".svg": {"Title": title, "Description": note, "Date": None},
        ".png": {"Title": title, "Description": note},
    }
    path = stem.with_name(stem.name + ".csv")
    table, about = described(data, path, title=title, units=units or {}, columns=columns)
    with ExitStack() as files:
        # No engine may change the layout again. Saving restores the previous engine or, if there
        # was none, takes the engine of these settings.
        files.enter_context(mpl.rc_context(UNMOVED))
        _settle(figure)
        _tell_faults(figure, stem.name)
        paths = {suffix: stem.with_name(stem.name + suffix) for suffix in SUFFIXES}
        places = {suffix: files.enter_context(replacing(paths[suffix])) for suffix in SUFFIXES}
        for suffix, entries in kept.items():
            figure.savefig(places[suffix], dpi=PNG_DPI, metadata=entries)
        table.to_csv(places[".csv"], index=False, float_format="%.7g", lineterminator="\n")
        write_metadata(places[METADATA], about)


def _settle(figure: Figure) -> None:
    """Compute the final layout of a figure, with rounded positions.

    The layout solver orders its unknowns by their memory addresses: without rounding, the last bits
    of panel positions, and thus the bytes of files, would differ between processes.
    """
    figure.draw_without_rendering()
    # With any layout engine, even an idle one, every file would be drawn twice.
    with mpl.rc_context(UNMOVED):
        figure.set_layout_engine(None)
    for panel in figure.axes:
        panel.set_position(Bbox(_round(panel.get_position(original=True).get_points())))
    parts: list[FigureBase] = [figure]
    for part in parts:
        for text in part.texts:
            text.set_position(tuple(_round(np.array(text.get_position()))))
        for inside in part.subfigs:
            box = inside.bbox_relative
            box.p0, box.p1 = _round(box.p0), _round(box.p1)
            parts.append(inside)


def _tell_faults(figure: Figure, name: str) -> None:
    """Write to the log what makes a figure hard to read, and that it was looked for."""
    found = faults(figure)
    for fault in found:
        LOGGER.warning("figure %s: %s", name, fault)
    LOGGER.info("figure %s: %d faults of legibility", name, len(found))


def _round(place: FloatArray) -> FloatArray:
    """Return a rounded position, without negative zeros, which would show in the files."""
    return np.round(place, PLACE_DECIMALS) + 0.0
