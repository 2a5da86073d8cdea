"""The one figure style: sizes, fonts, colours of roles, and files that come out the same twice.

Figures are made without pyplot, so nothing depends on a display or on what was drawn before::

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
from typing import Any, Final, Literal

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.transforms import Bbox
from matplotlib.typing import RcKeyType

from mechanist.core.atomic import replacing
from mechanist.core.typing import FloatArray
from mechanist.draw.figure_data import METADATA, described, write_metadata

#: Widths of one and of two journal columns, in inches.
SINGLE: Final = 3.4
DOUBLE: Final = 7.0
PNG_DPI: Final = 300
#: Of positions of panels, in units of the figure: far below a pixel, far above rounding.
PLACE_DECIMALS: Final = 6
#: Settings under which no layout is made.
UNMOVED: Final[dict[RcKeyType, Any]] = {
    "figure.constrained_layout.use": False,
    "figure.autolayout": False,
}
SUFFIXES: Final = (".pdf", ".svg", ".png", ".csv", METADATA)

STYLE: Final[dict[RcKeyType, Any]] = {
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
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
    "pdf.fonttype": 42,  # outlines that editors can open; the default, 3, cannot be edited
    "svg.fonttype": "path",
    "svg.hashsalt": "mechanist",
}

Role = Literal["baseline", "mechanism", "data", "hybrid", "ceiling", "control"]


#: Width of a legend entry's handle with its margins, and of a letter, in inches.
LEGEND_HANDLE: Final = 0.5
LEGEND_LETTER: Final = 0.055


@dataclass(frozen=True)
class RoleStyle:
    """How models of one role look; the n-th model of a role takes the n-th colour and marker.

    Parameters
    ----------
    colours, markers : tuple of str
        Their numbers share no factor, so that many models of a role stay distinct.
    linestyle : str
        Equal for the whole role.
    """

    colours: tuple[str, ...]
    markers: tuple[str, ...]
    linestyle: str


#: Hues after Okabe and Ito, shaded so that roles stay apart for protanopes and deuteranopes.
ROLES: Final[Mapping[str, RoleStyle]] = {
    "baseline": RoleStyle(("#8c8c8c", "#b5b5b5"), ("x", "+", "1"), "-"),
    "mechanism": RoleStyle(("#d55e00", "#e69f00", "#8a4b08"), ("s", "D", "p", "h"), "-"),
    "data": RoleStyle(("#56b4e9", "#0072b2", "#009e73"), ("o", "^", "v", "<"), "-"),
    "hybrid": RoleStyle(("#6a1b6e", "#b65fa8"), ("*", "P", "X"), "-"),
    "ceiling": RoleStyle(("#000000", "#444444"), ("H", "8", "."), "--"),
    "control": RoleStyle(("#bdb76b", "#857d35"), ("d", ">", "4"), ":"),
}


@dataclass(frozen=True)
class ModelStyle:
    """How one model looks in every figure.

    Parameters
    ----------
    label : str
        Its name in legends.
    role : str
        A key of ``ROLES``.
    colour, marker, linestyle : str
        As matplotlib takes them.
    """

    label: str
    role: str
    colour: str
    marker: str
    linestyle: str

    @property
    def line(self) -> dict[str, Any]:
        """Keywords of ``Axes.plot`` and ``Axes.errorbar``, the label apart."""
        size = 6.0 if self.marker == "*" else 4.0
        return {
            "color": self.colour,
            "marker": self.marker,
            "linestyle": self.linestyle,
            "markersize": size,
        }


def model_styles(models: Mapping[str, Mapping[str, Any]]) -> dict[str, ModelStyle]:
    """Return the style of every model by its name.

    The style depends on a model's place among the models of its role in ``models``: hand the
    whole configuration to every figure, and a model looks the same in all of them.

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
    """Draw in the house style, whatever the user's own matplotlib settings are.

    Serves as a decorator, ``@styled()``, or in a ``with`` statement; settings return to what they
    were.
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(STYLE)
        yield


def new_figure(
    rows: int = 1, columns: int = 1, *, width: float = SINGLE, height: float, **options: Any
) -> tuple[Figure, np.ndarray[Any, Any]]:
    """Return a figure and its axes, always as an array of shape (rows, columns).

    Parameters
    ----------
    rows, columns : int
        Grid of axes.
    width, height : float
        In inches.
    **options
        Passed to ``Figure.subplots``: ``sharex``, ``width_ratios`` and so on.
    """
    figure = Figure(figsize=(width, height))
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def letter_panels(
    axes: "np.ndarray[Any, Any] | Sequence[Axes]",
    titles: Sequence[str] | None = None,
    *,
    wrap: int = 60,
    pad: float = 6.0,
) -> None:
    """Head each panel with a bold letter, in reading order, and a title where one is given.

    Parameters
    ----------
    axes : array or sequence of Axes
        Panels in reading order.
    titles : sequence of str, optional
        As many as there are panels.
    wrap : int
        Characters after which a title is broken.
    pad : float
        Distance from the panel, in points.
    """
    for k, panel in enumerate(np.ravel(np.asarray(axes, dtype=object))):
        panel.annotate(chr(ord("a") + k), (0, 1), (-4, pad), xycoords="axes fraction",
                       textcoords="offset points", ha="right", weight="bold", size=8.5)  # fmt: skip
        if titles is not None:
            panel.set_title(textwrap.fill(titles[k], wrap), loc="left", pad=pad)


def figure_legend(figure: Figure, axes: Sequence[Axes], *, title: str | None = None) -> None:
    """Put one legend for all panels below them, where it covers nothing.

    Parameters
    ----------
    figure : Figure
        Laid out by ``constrained``, which makes room.
    axes : sequence of Axes
        Panels whose labelled artists are listed, each label once.
    title : str, optional
        Above the entries.
    """
    entries: dict[str, Any] = {}
    for panel in axes:
        for handle, label in zip(*panel.get_legend_handles_labels(), strict=True):
            entries.setdefault(label, handle)
    # As many entries side by side as surely fit, in rows of equal length.
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
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write ``<stem>.pdf``, ``.svg``, ``.png`` and, as ``.csv``, the data that were drawn.

    What the columns of the data are lies beside them, as :mod:`mechanist.draw.figure_data` tells.
    Equal input gives equal bytes. All files appear together, or none does.

    Parameters
    ----------
    figure : Figure
        Made by :func:`new_figure` under :func:`styled`.
    stem : Path
        Final name without a suffix.
    data : DataFrame or mapping of str to DataFrame
        What was drawn, a row a mark. Several tables are put below each other, told apart by a
        first column ``panel``.
    title : str
        Kept in the files, not drawn.
    units : mapping of str to str, optional
        Of columns of numbers, where :data:`mechanist.draw.figure_data.UNITS` does not name them.
    metadata : mapping, optional
        More to keep in the files, such as the system or the licence.

    Raises
    ------
    FormatError
        If a number lacks its unit, or a score its subset, unit, interval or number of samples.
    """
    note = "; ".join(f"{key}: {value}" for key, value in sorted((metadata or {}).items()))
    kept: dict[str, dict[str, Any]] = {
        ".pdf": {"Title": title, "Subject": note, "CreationDate": None, "ModDate": None},
        ".svg": {"Title": title, "Description": note, "Date": None},
        ".png": {"Title": title, "Description": note},
    }
    path = stem.with_name(stem.name + ".csv")
    table, columns = described(data, path, title=title, units=units or {})
    with ExitStack() as files:
        # No engine may lay anything out again. Saving restores what was there before, and where that
        # is none, takes the engine of these settings.
        files.enter_context(mpl.rc_context(UNMOVED))
        _settle(figure)
        paths = {suffix: stem.with_name(stem.name + suffix) for suffix in SUFFIXES}
        places = {suffix: files.enter_context(replacing(paths[suffix])) for suffix in SUFFIXES}
        for suffix, entries in kept.items():
            figure.savefig(places[suffix], dpi=PNG_DPI, metadata=entries)
        table.to_csv(places[".csv"], index=False, float_format="%.7g", lineterminator="\n")
        write_metadata(places[METADATA], columns)


def _settle(figure: Figure) -> None:
    """Lay a figure out once and for all, in round numbers.

    The solver of the layout orders its unknowns by their addresses: last bits of where panels lie,
    and with them the bytes of files, would differ from one process to the next.
    """
    figure.draw_without_rendering()
    # With any engine, even an idle one, every file would be drawn twice.
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


def _round(place: FloatArray) -> FloatArray:
    """Return a place in round numbers, without the sign of zero, which files would keep."""
    return np.round(place, PLACE_DECIMALS) + 0.0
