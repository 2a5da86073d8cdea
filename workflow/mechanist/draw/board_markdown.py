"""The scoreboard as Markdown: one short line for each published result and target."""

from collections.abc import Iterable, Sequence

from mechanist.draw.board import ABSENT, DETAILS, HEADINGS, MARKS, WEAK, WEAK_MEANS, Board, Line


def markdown(board: Board) -> str:
    """Return the scoreboard as Markdown text."""
    marks = [f"{mark} {meaning}" for mark, meaning in (*MARKS.values(), (WEAK, WEAK_MEANS))]
    parts = ["# Scoreboard", board.explanation, f"Marks: {'; '.join(marks)}."]
    for wing, lines in board.wings.items():
        parts += [f"## {wing.capitalize()}", _table(HEADINGS, map(_cells, lines))]
    compared = [_details(line) for line in board.lines if line.metric_name]
    parts += ["## Details", _table(DETAILS, compared), "## Notes", _numbered(board.notes)]
    if board.limits:
        parts += ["## Limits of our scores", _numbered(board.limits, after=len(board.notes))]
    for title, texts in (("Systems", board.systems), ("Tasks", board.tasks)):
        parts += [f"## {title}", "\n".join(f"- **{key}**: {text}" for key, text in texts.items())]
    parts += ["## References", "\n".join(_references(board))]
    return "\n\n".join(parts) + "\n"


def _cells(line: Line) -> list[str]:
    mark = MARKS[line.status][0]
    return [
        str(line.number),
        f"[{line.reference}]",
        line.system,
        line.task,
        line.case or ABSENT,
        line.metric,
        mark if line.published == line.status else f"{line.published} {mark}",
        f"{line.ours.text} {WEAK}" if line.weak else line.ours.text,
        line.baseline.short,
        line.rival.short,
        ", ".join(map(str, line.notes)),
    ]


def _details(line: Line) -> list[str]:
    values = (line.dummy, line.linear, line.rival, line.best)
    return [
        str(line.number),
        line.metric_name,
        line.target,
        line.ours.full,
        line.samples,
        line.base_rate,
        *(value.full for value in values),
    ]


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    escaped = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows)
    lines = [" | ".join(headings), " | ".join("---" for _ in headings), *escaped]
    return "\n".join(f"| {line} |" for line in lines)


def _numbered(texts: Sequence[str], *, after: int = 0) -> str:
    return "\n".join(f"{number}. {text}" for number, text in enumerate(texts, start=after + 1))


def _references(board: Board) -> Iterable[str]:
    for key, reference in board.references.items():
        address = f" <https://doi.org/{reference.doi}>" if reference.doi else ""
        yield f"- [{key}] {reference.citation}.{address}"
