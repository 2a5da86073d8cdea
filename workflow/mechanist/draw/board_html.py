"""The scoreboard as one self-contained page: no script, no picture, nothing to load."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Final

from mechanist.draw.board import (
    ABSENT,
    DETAILS,
    HEADINGS,
    MARKS,
    WEAK,
    WEAK_MEANS,
    Board,
    Line,
    Value,
)
from mechanist.draw.palette import ROLES

#: Dark enough on white to be read, and no colour of a role.
_ALARM: Final = "#a3001c"
_STYLE: Final = """
body { font: 15px/1.45 system-ui, sans-serif; color: #1a1a1a; margin: 2rem auto; max-width: 90rem;
  padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.87rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: bold; font-size: 1.1rem; padding: 1rem 0 0.4rem; }
th, td { padding: 0.25rem 0.6rem; text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid #1a1a1a; }
tbody tr { border-bottom: 1px solid #d9d9d9; }
tbody tr:nth-child(even) { background: #f6f6f6; }
.marks { display: flex; flex-wrap: wrap; gap: 0.2rem 1.6rem; list-style: none; padding: 0; }
.whole { white-space: nowrap; }
.absent { color: #5a5a5a; font-style: italic; }
.role::before { content: "\\25A0\\00A0"; }
dt { font-weight: bold; }
li:target, dt:target, tr:target { outline: 2px solid #0b4f7d; }
"""


def page(board: Board) -> str:
    """Return the scoreboard as an HTML document."""
    compared = [line for line in board.lines if line.metric_name]
    parts = [
        "<h1>Scoreboard</h1>",
        f"<p>{escape(board.explanation)}</p>",
        _legend(),
        *(
            _table(wing.capitalize(), HEADINGS, {f"line-{n.number}": _cells(n) for n in lines})
            for wing, lines in board.wings.items()
        ),
        _table("Details", DETAILS, {f"details-{n.number}": _details(n) for n in compared}),
        "<h2>Notes</h2>",
        _numbered(board.notes, board),
    ]
    if board.limits:
        after = len(board.notes)
        parts += ["<h2>Limits of our scores</h2>", _numbered(board.limits, board, after=after)]
    parts += ["<h2>Systems</h2>", _described(board.systems)]
    parts += ["<h2>Tasks</h2>", _described(board.tasks)]
    parts += ["<h2>References</h2>", _references(board)]
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Scoreboard</title>\n<style>{_style()}</style>\n</head>\n<body>\n<main>\n"
        f"{body}\n</main>\n</body>\n</html>\n"
    )


def _style() -> str:
    """Return the style sheet, with the colours that figures give to roles."""
    roles = (f".{role}::before {{ color: {look.colours[0]}; }}\n" for role, look in ROLES.items())
    return f"{_STYLE}.weak {{ color: {_ALARM}; font-weight: bold; }}\n{''.join(roles)}"


def _legend() -> str:
    marks = [*MARKS.values(), (f'<span class="weak">{WEAK}</span>', WEAK_MEANS)]
    items = [f"<li>{mark} {escape(meaning)}</li>" for mark, meaning in marks]
    items += [f'<li><span class="role {role}">{escape(role)} model</span></li>' for role in ROLES]
    return f'<ul class="marks" aria-label="Marks">\n{_joined(items)}\n</ul>'


def _cells(line: Line) -> Iterator[str]:
    """Yield the cells of a line, as HTML."""
    mark, meaning = MARKS[line.status]
    known = f'<abbr title="{escape(meaning)}">{mark}</abbr>'
    said = "" if line.published == line.status else f"{escape(line.published)} "
    number = str(line.number)
    yield f'<a href="#details-{number}">{number}</a>' if line.metric_name else number
    yield _cited(line.reference)
    yield from map(escape, (line.system, line.task, line.case or ABSENT, line.metric))
    yield _whole(f"{said}{known}")
    yield _whole(_shown(line.ours, line.ours.text, weak=line.weak))
    yield _shown(line.baseline, line.baseline.short)
    yield _shown(line.rival, line.rival.short)
    yield ", ".join(f'<a href="#note-{number}">{number}</a>' for number in line.notes)


def _details(line: Line) -> Iterator[str]:
    yield f'<a href="#line-{line.number}">{line.number}</a>'
    yield f"<code>{escape(line.metric_name)}</code>"
    yield f"<code>{escape(line.target)}</code>"
    yield _shown(line.ours, line.ours.full, weak=line.weak)
    yield from map(escape, (line.samples, line.base_rate))
    for value in (line.dummy, line.linear, line.rival, line.best):
        yield _shown(value, value.full)


def _whole(cell: str) -> str:
    """Return a cell whose text stays on one line."""
    return f'<span class="whole">{cell}</span>'


def _shown(value: Value, text: str, *, weak: bool = False) -> str:
    """Return a value, with the colour of its model's role, or with a mark if it is a weak one."""
    if value.value is None:
        return f'<span class="absent">{escape(text)}</span>'
    inner = f'<span class="weak">{escape(text)} {WEAK}</span>' if weak else escape(text)
    role = f'class="role {value.role}" title="{value.role}"' if value.role in ROLES else ""
    return f"<span {role}>{inner}</span>" if role else inner


def _table(caption: str, headings: Sequence[str], rows: Mapping[str, Iterable[str]]) -> str:
    """Return a table of rows by their anchor; the first cell of each is its heading."""
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = []
    for anchor, (first, *others) in rows.items():
        cells = "".join(f"<td>{cell}</td>" for cell in others)
        body.append(f'<tr id="{anchor}"><th scope="row">{first}</th>{cells}</tr>')
    return (
        f'<div class="wide">\n<table>\n<caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{_joined(body)}\n</tbody>\n</table>\n</div>"
    )


def _numbered(texts: Sequence[str], board: Board, *, after: int = 0) -> str:
    items = [
        f'<li id="note-{number}">{_linked(text, board)}</li>'
        for number, text in enumerate(texts, start=after + 1)
    ]
    return f'<ol start="{after + 1}">\n{_joined(items)}\n</ol>'


def _linked(text: str, board: Board) -> str:
    """Return a text in which references are links."""
    shown = escape(text)
    for key in board.references:
        shown = shown.replace(f"[{key}]", _cited(key))
    return shown


def _cited(key: str) -> str:
    return f'<a href="#{escape(key)}">[{escape(key)}]</a>'


def _described(texts: Mapping[str, str]) -> str:
    items = [f"<dt>{escape(key)}</dt><dd>{escape(text)}</dd>" for key, text in texts.items()]
    return f"<dl>\n{_joined(items)}\n</dl>"


def _references(board: Board) -> str:
    items = []
    for key, reference in board.references.items():
        address = escape(f"https://doi.org/{reference.doi}") if reference.doi else ""
        link = f' <a href="{address}">{address}</a>' if address else ""
        items.append(
            f'<dt id="{escape(key)}">[{escape(key)}]</dt>'
            f"<dd>{escape(reference.citation)}.{link}</dd>"
        )
    return f"<dl>\n{_joined(items)}\n</dl>"


def _joined(items: Iterable[str]) -> str:
    return "\n".join(items)
