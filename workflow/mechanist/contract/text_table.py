"""A table of text for a terminal: columns beside each other, the last one wrapped."""

import textwrap
from collections.abc import Sequence
from typing import Final

#: Width of lines, and the least width of the last column.
WIDTH: Final = 160
LEAST: Final = 40


def text_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table.

    Parameters
    ----------
    headings : sequence of str
        Of the columns; the last column is wrapped.
    rows : sequence of sequence of str
        Cells, as many in each row as there are headings.
    """
    everything = [headings, *rows]
    widths = [max(len(row[k]) for row in everything) for k in range(len(headings) - 1)]
    before = sum(widths) + 2 * len(widths)
    last = max(WIDTH - before, LEAST)
    lines = []
    for number, row in enumerate(everything):
        start = "  ".join(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True))
        wrapped = textwrap.wrap(row[-1], last) or [""]
        lines.append(f"{start}  {wrapped[0]}".rstrip())
        lines += [" " * before + rest for rest in wrapped[1:]]
        if number == 0:
            lines.append("-" * min(WIDTH, before + LEAST))
    return lines
