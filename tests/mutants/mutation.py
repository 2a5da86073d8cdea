"""Small changes of a module that make its code wrong, one at a time."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

#: Operators, and what each is replaced by.
COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
ARITHMETIC: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv,
}  # fmt: skip
#: Calls whose arguments no result depends on.
SPOKEN: Final = frozenset({"cast", "debug", "info", "print", "warn", "warning"})
#: Functions whose first two arguments may be swapped without any change of the result.
COMMUTATIVE: Final = frozenset(
    {"add", "array_equal", "fmax", "fmin", "max", "maximum", "min", "minimum"}
)
#: Most characters of a piece of code in a table.
SHOWN: Final = 60


@dataclass(frozen=True)
class Mutant:
    """A changed module.

    Parameters
    ----------
    line : int
    kind : str
        Such as ``comparison``.
    before, after : str
        The changed piece of code, shortened.
    source : str
        The whole module after the change.
    """

    line: int
    kind: str
    before: str
    after: str
    source: str


def mutants(source: str) -> list[Mutant]:
    """Return all mutants of a module, in order of their place.

    Comparisons, arithmetic, numbers, truth values, conditions and signs are changed, two arguments
    swapped, and raised errors left out. Annotations, decorators, assertions, messages and what is
    for type checkers only stay as they are.
    """
    whole = source.encode()
    starts = [0]
    for line in whole.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for node in _changeable(ast.parse(source)):
        first = starts[node.lineno - 1] + node.col_offset
        last = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        before = whole[first:last].decode()
        for kind, after in _changes(node):
            changed = (whole[:first] + after.encode() + whole[last:]).decode()
            found.append(Mutant(node.lineno, kind, _short(before), _short(after), changed))
    return sorted(found, key=lambda one: (one.line, one.kind, one.before, one.after))


def _short(code: str) -> str:
    line = " ".join(code.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 4]} ..."


def _changeable(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Yield the expressions and statements below a node that may be changed."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.Raise):
                yield child
            elif isinstance(child, ast.AST) and not _is_left_alone(child):
                if isinstance(child, ast.expr):
                    yield child
                yield from _changeable(child)


def _is_left_alone(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return _last(node.func) in SPOKEN
    if isinstance(node, ast.If):
        return ast.unparse(node.test) == "TYPE_CHECKING"
    # Python 3.11 does not know the places of parts of formatted texts
    return isinstance(node, ast.Assert | ast.JoinedStr | ast.Import | ast.ImportFrom)


def _last(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else ast.unparse(function)


def _changes(node: ast.expr | ast.stmt) -> Iterator[tuple[str, str]]:
    """Yield kind and code of everything that can take the place of a node."""
    if isinstance(node, ast.Raise):
        yield "raise", "pass"
    elif isinstance(node, ast.Constant):
        yield from _other_constants(node.value)
    elif isinstance(node, ast.expr):
        for kind, other in (*_other_operators(node), *_other_order(node)):
            yield kind, f"({ast.unparse(other)})"


def _other_operators(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Compare):
        for k, operator in enumerate(node.ops):
            operators = [*node.ops[:k], COMPARISONS[type(operator)](), *node.ops[k + 1 :]]
            yield "comparison", ast.Compare(node.left, operators, node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC and not _is_text(node.left):
        yield "arithmetic", ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
    elif isinstance(node, ast.BoolOp):
        yield (
            "boolean",
            ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values),
        )
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield "sign", node.operand


def _other_order(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        if _differ(node.left, node.right):
            yield "operands", ast.BinOp(node.right, node.op, node.left)
    elif isinstance(node, ast.IfExp):
        yield "condition", ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.Call) and len(node.args) > 1:
        first, second, *rest = node.args
        fixed = isinstance(first, ast.Starred) or isinstance(second, ast.Starred)
        if not fixed and _last(node.func) not in COMMUTATIVE and _differ(first, second):
            yield "arguments", ast.Call(node.func, [second, first, *rest], node.keywords)


def _differ(one: ast.expr, other: ast.expr) -> bool:
    return ast.unparse(one) != ast.unparse(other)


def _other_constants(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, bool):
        yield "constant", str(not value)
    elif isinstance(value, int):
        yield "constant", f"({value + 1})"
    elif isinstance(value, float):
        yield "constant", f"({2 * value if value else 1.0!r})"


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
    )
