"""What can be measured of whether a figure can be read at print size.

:func:`faults` finds texts that leave the canvas, overlap, cover data or are too pale, drawn styles
that no legend explains, panels with too many lines, and colours that a colour-blind reader confuses.
:func:`mechanist.draw.style.save_figure` writes what is found to the log of the job.
"""

import itertools
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure, FigureBase
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator
from matplotlib.transforms import Bbox

from mechanist.core.typing import FloatArray
from mechanist.draw.colour_vision import contrast, nearest

#: Pixels that a text may leave the canvas or reach into another text, at ``figure.dpi`` of the style.
SLACK: Final = 3.0
#: Share of a text box over data, and contrast from which a pixel is data rather than a faint grid.
COVERED: Final = 0.06
FAINT: Final = 1.35
#: Least contrast of a text with its ground: WCAG 2.1 asks for 4.5, and 3 for what is not to be read.
READABLE: Final = 3.0
#: Most lines of a panel that are told apart by a legend.
MOST_LINES: Final = 6
#: Least CIELAB distance between colours that alone tell two legend entries apart.
APART: Final = 10.0
#: Tallest figure, in inches: a page of A4 without margins of 20 mm.
TALLEST: Final = 10.1
#: Group id of an artist that a text or a caption in the figure explains, not its legend.
EXPLAINED: Final = "explained"


class Placed(NamedTuple):
    """A drawn text with its box in pixels."""

    text: Text
    box: Bbox

    @property
    def name(self) -> str:
        """Return the text, shortened and on one line."""
        words = " ".join(self.text.get_text().split())
        return repr(words if len(words) <= 40 else f"{words[:37]}...")


def faults(figure: Figure) -> list[str]:
    """Return the faults of a figure with its final layout, one sentence each, empty if there are none."""
    canvas = FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    # The extent of an annotation includes its arrow, which may cross what a text may not.
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    placed = [Placed(text, Text.get_window_extent(text, renderer)) for text in _texts(figure)]
    ground = _ground(canvas, [one.text for one in placed])
    found = [*_outside(figure, placed), *_slanted(placed), *_overlapping(placed)]
    for one in placed:
        found += _on_ground(one, ground)
    return [*found, *_lines(figure), *_colours(figure), *_height(figure)]


def _height(figure: Figure) -> Iterator[str]:
    height = figure.get_figheight()
    if height > TALLEST:
        yield f"the figure is {height:.1f} in tall; a page has room for {TALLEST:g} in"


def _parts(figure: FigureBase) -> Iterator[FigureBase]:
    yield figure
    for part in figure.subfigs:
        yield from _parts(part)


def _texts(figure: Figure) -> list[Text]:
    """Return all texts that are drawn."""
    found: list[Text] = []
    for part in _parts(figure):
        found += part.texts
        found += [text for legend in part.legends for text in _of_legend(legend)]
    for axes in figure.axes:
        if not axes.get_visible():
            continue
        found += [child for child in axes.get_children() if isinstance(child, Text)]
        for legend in axes.findobj(Legend):
            found += _of_legend(legend)
        if axes.axison:
            found += [text for axis in (axes.xaxis, axes.yaxis) for text in _of_axis(axis)]
    return [text for text in found if text.get_visible() and text.get_text().strip()]


def _of_legend(legend: Legend) -> list[Text]:
    return [*legend.get_texts(), legend.get_title()]


def _of_axis(axis: Axis) -> Iterator[Text]:
    """Return the label of an axis, its common factor, and the labels of ticks within its limits."""
    if not axis.get_visible():
        return
    yield from (axis.label, axis.offsetText)
    place = axis.get_transform().transform
    low, high = sorted(place(axis.get_view_interval()))
    spare = 1e-9 * (high - low)
    for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
        if low - spare <= place(tick.get_loc()) <= high + spare:
            yield from (tick.label1, tick.label2)


def _outside(figure: Figure, placed: list[Placed]) -> Iterator[str]:
    width, height = figure.bbox.width, figure.bbox.height
    for one in placed:
        x0, y0, x1, y1 = one.box.extents
        if min(x0, y0, width - x1, height - y1) < -SLACK:
            yield f"the text {one.name} leaves the canvas"


def _slanted(placed: list[Placed]) -> Iterator[str]:
    for one in placed:
        if one.text.get_rotation() % 90:
            yield f"the text {one.name} is slanted: draw its axis upright, or wrap it"


def _overlapping(placed: list[Placed]) -> Iterator[str]:
    for one, two in itertools.combinations(placed, 2):
        shared = Bbox.intersection(one.box, two.box)
        if shared is not None and min(shared.width, shared.height) > SLACK:
            yield f"the texts {one.name} and {two.name} overlap"


def _ground(canvas: FigureCanvasAgg, texts: list[Text]) -> FloatArray:
    """Return the picture without its texts, RGB between 0 and 1, with the lowest row first."""
    try:
        for text in texts:
            text.set_visible(False)
        canvas.draw()  # type: ignore[no-untyped-call]
        pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
        return pixels[::-1, :, :3] / 255.0
    finally:
        for text in texts:
            text.set_visible(True)


def _on_ground(one: Placed, ground: FloatArray) -> Iterator[str]:
    """Compare a text with the pixels under it: their commonest colour is its ground."""
    x0, y0, x1, y1 = np.rint(one.box.extents).astype(int)
    below = ground[max(0, y0 + 1) : max(0, y1 - 1), max(0, x0 + 1) : max(0, x1 - 1)].reshape(-1, 3)
    if not len(below):
        return
    middle = np.median(below, axis=0)
    share = float((contrast(below, middle) > FAINT).mean())
    if share > COVERED:
        yield f"the text {one.name} lies over data: {share:.0%} of its box are not of one colour"
    ratio = float(contrast(np.array(to_rgb(one.text.get_color())), middle))
    if ratio < READABLE:
        yield f"the text {one.name} has a contrast of {ratio:.1f}; expected at least {READABLE:g}"


def _look(line: Line2D) -> tuple[str, str, str]:
    style = str(line.get_linestyle())
    return to_hex(line.get_color()), str(line.get_marker()), "" if style == "None" else style


def _explained(figure: Figure) -> dict[str, Line2D]:
    """Return the lines that the legends of a figure explain, by their text."""
    legends = [legend for part in _parts(figure) for legend in part.legends]
    legends += [legend for axes in figure.axes for legend in axes.findobj(Legend)]
    shown: dict[str, Line2D] = {}
    for legend in legends:
        texts = [text.get_text() for text in legend.get_texts()]
        shown |= {
            text: handle
            for handle, text in zip(legend.legend_handles, texts, strict=True)
            if isinstance(handle, Line2D)
        }
        # The legend divides what has error bars into parts: its line is that of the panel.
        for axes in figure.axes:
            for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
                line = handle[0] if isinstance(handle, ErrorbarContainer) else handle
                if label in texts and isinstance(line, Line2D):
                    shown[label] = line
    return shown


def _lines(figure: Figure) -> Iterator[str]:
    """Compare the styles of drawn lines with the legends, and count the lines of every panel."""
    handles = _explained(figure)
    if not handles:
        return
    shown = [_look(line) for line in handles.values()]
    colours, forms = {look[0] for look in shown}, {look[1:] for look in shown}
    for axes in figure.axes:
        bars = [bar for bar in axes.containers if isinstance(bar, ErrorbarContainer)]
        caps = {cap for bar in bars for cap in bar[1]}
        looks = {_look(line) for line in axes.lines if _counts(axes, line) and line not in caps}
        if _has_named_rows(axes):  # each mark stands in a row or column with its name
            looks = {look for look in looks if look[2]}
        named = {to_hex(text.get_color()) for text in axes.texts if text.get_text().strip()}
        for colour, *form in sorted(looks) if len(looks) > 1 else ():
            if colour not in colours | named or tuple(form) not in forms:
                yield (
                    f"the panel {_name(axes)} has a line in {colour} (marker {form[0]}, style "
                    f"{form[1] or 'none'}) that no legend explains"
                )
        joined = [look for look in looks if look[2] and look in shown]
        if len(joined) > MOST_LINES:
            yield (
                f"the panel {_name(axes)} has {len(joined)} lines in a legend; at most {MOST_LINES} "
                "can be told apart: label them directly or show fewer"
            )


def _has_named_rows(axes: Axes) -> bool:
    labels = [
        "".join(axis.get_major_formatter().format_ticks(list(axis.get_majorticklocs())))
        for axis in (axes.xaxis, axes.yaxis)
        if isinstance(axis.get_major_locator(), FixedLocator)
    ]
    return any(character.isalpha() for character in "".join(labels))


def _counts(axes: Axes, line: Line2D) -> bool:
    """Return whether a line shows data: drawn in data coordinates, and not explained otherwise."""
    shows = len(np.atleast_1d(line.get_xdata())) > 0 and line.get_visible()
    return shows and line.get_transform() == axes.transData and line.get_gid() != EXPLAINED


def _colours(figure: Figure) -> Iterator[str]:
    """Compare the colours of legend entries that have the same marker and line style."""
    alike: dict[tuple[str, str], set[str]] = {}
    for line in _explained(figure).values():
        colour, *form = _look(line)
        alike.setdefault((form[0], form[1]), set()).add(colour)
    for colours in alike.values():
        if len(colours) > 1:
            distance, one, two, vision = nearest(sorted(colours))
            if distance < APART:
                yield (
                    f"{one} and {two} tell entries of the legend apart, but are only {distance:.0f} "
                    f"apart for {vision} vision; expected at least {APART:g}"
                )


def _name(axes: Axes) -> str:
    title = " ".join((axes.get_title(loc="left") or axes.get_title()).split())
    return repr(title or axes.get_ylabel() or axes.get_xlabel() or "without a title")
