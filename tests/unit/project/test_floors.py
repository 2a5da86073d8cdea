"""The packages of the library form floors, and each imports only from floors below its own."""

import ast
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

LIBRARY = Path(__file__).parents[3] / "workflow/mechanist"
#: From the ground up; packages on one floor do not import each other.
FLOORS = (
    ("core",),
    ("formats",),
    ("mechanics",),
    ("settings",),
    ("simulate", "describe", "discover"),
    ("pictures",),
    ("imports",),
    ("learn",),
    ("latent", "continuum"),
    ("assess",),
    ("predict",),
    ("audit", "attribution"),
    ("contract",),
    ("draw",),
    ("wings",),
    ("command",),
)
#: Packages that others import if they are installed.
OPTIONAL = ("coverage",)
HEIGHT = {room: height for height, rooms in enumerate(FLOORS) for room in rooms}


def imported_rooms(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and package of every import from the library, inside functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("mechanist"):
            parts = str(node.module).split(".")
            names = [parts[1]] if len(parts) > 1 else [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            dotted = (alias.name.split(".") for alias in node.names)
            names = [parts[1] for parts in dotted if parts[0] == "mechanist" and len(parts) > 1]
        else:
            continue
        for name in names:
            yield node.lineno, name


def upward(source: str, room: str) -> list[str]:
    """Return the imports of a file of one package that do not point to a lower floor."""
    return [
        f"line {line}: {room} imports {other}"
        for line, other in imported_rooms(source)
        if other != room and HEIGHT[other] >= HEIGHT[room]
    ]


def test_every_package_has_a_floor() -> None:
    rooms = {path.parent.name for path in LIBRARY.glob("*/__init__.py")}
    assert rooms == set(HEIGHT)


@pytest.mark.parametrize("room", sorted(HEIGHT))
def test_imports_point_downwards(room: str) -> None:
    files = sorted((LIBRARY / room).rglob("*.py"))
    found = [f"{f.name}: {line}" for f in files for line in upward(f.read_text(), room)]
    assert found == []


@pytest.mark.parametrize(
    ("source", "room", "allowed"),
    [
        ("from mechanist.formats.sample import Sample", "mechanics", True),
        ("from mechanist.mechanics.loads import Load", "formats", False),
        ("def late():\n    import mechanist.draw.style", "assess", False),
        ("from mechanist import learn", "describe", False),
        ("from mechanist.describe.descriptor import Card", "simulate", False),
        ("from mechanist.describe.shared import glide", "describe", True),
    ],
)
def test_an_upward_import_is_found(source: str, room: str, allowed: bool) -> None:
    assert (upward(source, room) == []) == allowed


def test_no_module_name_occurs_twice() -> None:
    names = [path.stem for path in LIBRARY.rglob("*.py") if path.stem != "__init__"]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_the_library_does_not_import_snakemake() -> None:
    for path in LIBRARY.rglob("*.py"):
        modules = [
            name
            for node in ast.walk(ast.parse(path.read_text()))
            for name in (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else []
            )
        ]
        assert not [name for name in modules if name.split(".")[0] == "snakemake"], path


def test_no_script_hides_a_package() -> None:
    """Snakemake puts the folder of a running script first on the search path of modules."""
    known = {*packages_distributions(), *sys.stdlib_module_names, *OPTIONAL}
    scripts = (LIBRARY.parent / "scripts").rglob("*.py")
    assert [str(path) for path in scripts if path.stem in known] == []
