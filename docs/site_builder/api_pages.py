"""Reference pages on the Python modules: one a module, and one a room that lists its modules."""

import ast
import re
from pathlib import Path

from places import LIBRARY, ROOMS, public_modules


def summary(path: Path) -> str:
    """Return the first sentence of a module's docstring, on one line."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    first = " ".join(text.partition("\n\n")[0].split())
    return re.sub(r":\w+:`~?\.?([^`]+)`", r"`\1`", first)


def module_name(path: Path) -> str:
    """Return the name under which a module is imported."""
    return ".".join(("mechanist", *path.relative_to(LIBRARY).with_suffix("").parts))


def module_text(path: Path) -> str:
    """Return the page on a module, which mkdocstrings fills in."""
    return f"::: {module_name(path)}\n"


def of_room(room: str) -> list[Path]:
    """Return the modules of a room; those of the library itself for an empty name."""
    folder = LIBRARY / room
    return [
        p for p in public_modules() if (p.parent == folder if not room else folder in p.parents)
    ]


def room_text(room: str) -> str:
    """Return the page that lists the modules of a room."""
    lines = [
        f"# {room}",
        "",
        f"{summary(LIBRARY / room / '__init__.py')}",
        "",
        "| module | what it does |",
        "|---|---|",
    ]
    for path in of_room(room):
        name = path.relative_to(LIBRARY / room).with_suffix("").as_posix()
        lines.append(f"| [{name}]({name}.md) | {_cell(summary(path))} |")
    return "\n".join(lines) + "\n"


def index_text() -> str:
    """Return the first page of the reference of modules."""
    lines = [
        "# Python modules",
        "",
        "[`mechanist.api`](api.md) is what a notebook imports. The library behind it has rooms; a module imports only",
        "from its own room and from rooms below it, which stand earlier in this table. Without installation, the library",
        "is found by `PYTHONPATH=workflow .venv/bin/python`.",
        "",
        "| room | what it holds |",
        "|---|---|",
    ]
    lines += [
        f"| [{room}]({room}/index.md) | {_cell(summary(LIBRARY / room / '__init__.py'))} |"
        for room in ROOMS
    ]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
