"""Tests that cannot fail, or that expect what they import from the code under test.

Three kinds are found, from the source alone:

- a test without an assertion: neither it nor a helper of the tests that it calls asserts anything;
- a test all of whose assertions stand under an ``if`` on something that the test computed, so that
  they vanish when the code under test changes;
- an assertion that compares a result with a constant imported from the module that made the result,
  so that a wrong constant is expected by the test as well.
"""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

#: Calls that assert, by the last part of their name, and how others of them begin.
ASSERTING: Final = frozenset({"raises", "warns", "fail", "deprecated_call"})
PREFIX: Final = "assert_"
LIBRARY: Final = ("mechanist", "scripts")
#: Comparisons with a tolerance.
NEAR: Final = ("approx", "allclose", "isclose", "array_equal")


class Weakness(NamedTuple):
    """A weak test: its file, line and name, and what is wrong."""

    file: str
    line: int
    test: str
    what: str


@dataclass(frozen=True)
class Function:
    """A function of the tests: a test, a fixture or a helper.

    Parameters
    ----------
    file, name : str
    line : int
    nodes : tuple of ast.AST
        Everything in it.
    """

    file: str
    name: str
    line: int
    nodes: tuple[ast.AST, ...]


def weaknesses(files: Mapping[str, str]) -> list[Weakness]:
    """Return all weak tests, in order of file and line.

    Parameters
    ----------
    files : mapping of str to str
        Source of all files of the tests, helpers included, by name.
    """
    functions: list[Function] = []
    imports: dict[str, dict[str, str]] = {}
    for name, source in sorted(files.items()):
        nodes = tuple(ast.walk(ast.parse(source)))
        imports[name] = dict(_imported(nodes))
        functions += [
            Function(name, node.name, node.lineno, tuple(ast.walk(node)))
            for node in nodes
            if isinstance(node, ast.FunctionDef)
        ]
    helpers = asserting_helpers(functions)
    found = [
        Weakness(test.file, line, test.name, what)
        for test in functions
        if test.name.startswith("test_")
        for line, what in _weak(test, helpers, imports[test.file])
    ]
    return sorted(found)


def _weak(
    test: Function, helpers: Collection[str], imports: Mapping[str, str]
) -> Iterator[tuple[int, str]]:
    asserting = [node for node in test.nodes if asserts(node, helpers)]
    if not asserting:
        yield test.line, "asserts nothing"
        return
    conditional = _under_conditions(test, helpers)
    if all(node in conditional for node in asserting):
        yield test.line, f"asserts only if {ast.unparse(conditional[asserting[0]])}"
    names = {node.id for node in test.nodes if isinstance(node, ast.Name)}
    made_by = {imports[name] for name in names & imports.keys() if not _is_constant(name)}
    for line, name in dict.fromkeys(_expected_names(test)):
        if _is_constant(name) and imports.get(name) in made_by:
            yield line, f"expects {name}, which it imports from {imports[name]}, the code it tests"


def asserts(node: ast.AST, helpers: Collection[str] = ()) -> bool:
    """Return whether a statement or call asserts something, by itself or as a helper does."""
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = _last(node.func)
    return name.startswith(PREFIX) or name in ASSERTING or name in helpers


def asserting_helpers(functions: Iterable[Function]) -> set[str]:
    """Return the names of the functions of the tests that assert, directly or by another."""
    calls = {}
    found = set()
    for one in functions:
        if not one.name.startswith("test_"):
            calls[one.file, one.name, one.line] = {
                _last(node.func) for node in one.nodes if isinstance(node, ast.Call)
            }
            if any(asserts(node) for node in one.nodes):
                found.add(one.name)
    grew = True
    while grew:
        more = {name for (_, name, _), called in calls.items() if called & found}
        grew = not more <= found
        found |= more
    return found


def _is_constant(name: str) -> bool:
    return name.strip("_").isupper()


def _imported(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """Yield the names that a file imports from the library or scripts, and their modules."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in LIBRARY:
            for one in node.names:
                yield one.asname or one.name, str(node.module)


def _expected_names(test: Function) -> Iterator[tuple[int, str]]:
    """Yield line and name of everything that an assertion compares as it is with a result."""
    for node in test.nodes:
        if isinstance(node, ast.Assert):
            comparisons = [_sides(part) for part in ast.walk(node.test)]
        elif isinstance(node, ast.Call) and _last(node.func).startswith(PREFIX):
            comparisons = [list(node.args)]
        else:
            continue
        for sides in comparisons:
            for k, side in enumerate(sides):
                if not all(_is_literal(other) for other in sides[:k] + sides[k + 1 :]):
                    for name in _plain_names(side):
                        yield side.lineno, name


def _sides(node: ast.AST) -> list[ast.expr]:
    """Return what a comparison compares; nothing of other expressions."""
    if isinstance(node, ast.Compare):
        return [node.left, *node.comparators]
    near = isinstance(node, ast.Call) and _last(node.func) in NEAR
    return list(node.args) if near and isinstance(node, ast.Call) else []


def _is_literal(side: ast.expr) -> bool:
    """Return whether a side of a comparison names and calls nothing."""
    return not any(isinstance(part, ast.Name | ast.Call) for part in ast.walk(side))


def _plain_names(side: ast.expr) -> Iterator[str]:
    """Yield the names whose values a side of a comparison is made of, arithmetic included."""
    if isinstance(side, ast.Name):
        yield side.id
    elif isinstance(side, ast.BinOp):
        yield from _plain_names(side.left)
        yield from _plain_names(side.right)
    elif isinstance(side, ast.UnaryOp):
        yield from _plain_names(side.operand)
    elif isinstance(side, ast.Subscript):
        yield from _plain_names(side.value)
    elif isinstance(side, ast.Tuple | ast.List | ast.Set):
        for one in side.elts:
            yield from _plain_names(one)
    elif isinstance(side, ast.Call) and _last(side.func) in {
        *NEAR,
        "list",
        "set",
        "sorted",
        "tuple",
    }:
        for one in side.args:
            yield from _plain_names(one)


def _under_conditions(test: Function, helpers: Collection[str]) -> dict[ast.AST, ast.expr]:
    """Return the asserting nodes under an ``if`` on a computed value, with the condition."""
    branching = [node for node in test.nodes if isinstance(node, ast.If)]
    computed = {name for node in test.nodes for name in _assigned(node)} if branching else set()
    found: dict[ast.AST, ast.expr] = {}
    for node in branching:
        if computed & {name.id for name in ast.walk(node.test) if isinstance(name, ast.Name)}:
            branches = [
                [part for one in branch for part in ast.walk(one) if asserts(part, helpers)]
                for branch in (node.body, node.orelse)
            ]
            if not all(branches):
                found |= dict.fromkeys([*branches[0], *branches[1]], node.test)
    return found


def _assigned(node: ast.AST) -> list[str]:
    """Return the names to which a statement or expression assigns."""
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr | ast.For | ast.comprehension):
        targets = [node.target]
    parts = [part for target in targets for part in ast.walk(target)]
    return [part.id for part in parts if isinstance(part, ast.Name)]


def _last(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def sources(root: Path) -> dict[str, str]:
    """Return the source of all files of the tests of a repository."""
    return {
        str(path.relative_to(root)): path.read_text(encoding="utf-8")
        for path in (root / "tests").rglob("*.py")
    }
