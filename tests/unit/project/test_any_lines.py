"""Few lines of code leave a type open: each room has a budget of lines with ``Any``, which only shrinks.

A line counts if it names ``Any`` in code, in an annotation that is written as a text, or in the type
that ``cast`` is given; imports, comments, docstrings and messages do not count.
"""

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

WORKFLOW = Path(__file__).parents[3] / "workflow"
#: Lines that each room may have; a room that is not listed may have none.
BUDGET = {
    "discover": 2,
    "draw": 1,
    "formats": 12,
    "imports": 11,
    "settings": 10,
    "scripts": 1,
}
OPEN = "Any"
_NAMED = re.compile(rf"\b{OPEN}\b")


def open_lines(source: str) -> list[int]:
    """Return the numbers of the lines that leave a type open."""
    if OPEN not in source:  # most files, which take seconds to parse
        return []
    tree = ast.parse(source)
    imports = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    named = {
        token.start[0] for token in tokens if token.type == tokenize.NAME and token.string == OPEN
    }
    return sorted((named | set(_in_texts(tree))) - imports)


def _in_texts(tree: ast.AST) -> Iterator[int]:
    """Yield the lines of types that are written as texts."""
    for node in ast.walk(tree):
        kinds: list[ast.expr | None] = []
        if isinstance(node, ast.arg | ast.AnnAssign):
            kinds = [node.annotation]
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            kinds = [node.returns]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("cast"):
            kinds = [*node.args[:1]]
        for kind in filter(None, kinds):
            for part in ast.walk(kind):
                if isinstance(part, ast.Constant) and _NAMED.search(str(part.value)):
                    yield part.lineno


def renamed(source: str) -> list[int]:
    """Return the lines on which ``Any`` is imported under another name, which would not count."""
    return (
        []
        if OPEN not in source
        else [
            node.lineno
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if alias.name == OPEN and alias.asname is not None
        ]
    )


def _room(path: Path) -> str:
    parts = path.relative_to(WORKFLOW).parts
    return parts[1] if parts[0] == "mechanist" else parts[0]


FILES = {path: path.read_text(encoding="utf-8") for path in sorted(WORKFLOW.rglob("*.py"))}
COUNTS = Counter(_room(path) for path, source in FILES.items() for _ in open_lines(source))


def test_files_are_found() -> None:
    assert len(FILES) > 300
    assert {"learn", "simulate", "scripts", *BUDGET} <= {_room(path) for path in FILES}


@pytest.mark.parametrize("room", sorted({_room(path) for path in FILES}))
def test_no_room_has_more_open_lines_than_its_budget(room: str) -> None:
    where = [
        f"{path.relative_to(WORKFLOW)}:{line}"
        for path, source in FILES.items()
        if _room(path) == room
        for line in open_lines(source)
    ]
    assert COUNTS[room] <= BUDGET.get(room, 0), (
        f"{len(where)} lines name Any; give them types: {where}"
    )


def test_nothing_is_imported_under_another_name() -> None:
    assert [str(path) for path, source in FILES.items() if renamed(source)] == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("from typing import Any, Final\n", []),
        ("from typing import (\n    Any,\n    Final,\n)\n", []),
        ('"""Any other rotation."""\n# Any value\nx = "Any"  # Any\n', []),
        ('raise ValueError("Any of these")\n', []),
        ("x: Any = 1\n", [1]),
        ("Entry = dict[str, Any]\n", [1]),
        ("import typing\n\n\ndef f(x: typing.Any) -> int: ...\n", [4]),
        ("def f(\n    x: dict[str, Any],\n    y: Any,\n) -> Any: ...\n", [2, 3, 4]),
        ('def f(x: "dict[str, Any]") -> "Any": ...\n', [1]),
        ('def f(\n    x: int,\n) -> "list[Any]": ...\n', [3]),
        ('x = cast("tuple[Any, Any]", y)\n', [1]),
        ("AnyThing = int\nx: ManyAny = 2\n", []),
    ],
)
def test_lines_are_counted_where_a_type_is_left_open(source: str, lines: list[int]) -> None:
    assert open_lines(source) == lines


def test_another_name_is_seen() -> None:
    assert renamed("from typing import Any as Whatever\nfrom typing import Any\n") == [1]
