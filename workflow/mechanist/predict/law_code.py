"""The text of ``law.py``: a law as a function that needs NumPy alone.

This library writes the text and never executes it.
"""

import inspect
from collections.abc import Callable
from typing import Final

from mechanist.discover.functions import OVER
from mechanist.discover.terms import Orders
from mechanist.predict import grid_derivatives
from mechanist.predict.found_law import Law, LawEquation, LawTerm, state_name
from mechanist.predict.law_pieces import Number, Part, Piece, pieces_of

_METHOD: Final = (
    "Derivatives in space are those of the Fourier series on axes in `periodic`, else finite differences\n"
    "of fourth order, of third order near the ends. Products are formed on the grid, so the fields must\n"
    "be resolved well."
)
_EMPTY: Final = (
    "The search found no equation; the file `law.json` says for which left-hand sides.\n"
)


def code_of(law: Law) -> str:
    """Return the text of a module that computes the right-hand side of a law."""
    if not law.equations:
        return f'"""No law of {law.name!r}. {_EMPTY}"""\n'
    space = law.domain.space
    derived = [inspect.getsource(one) for one in _helpers()] if space else []
    # names have no quotes in them
    constants, function = (part(law).replace("'", '"') for part in (_constants, _function))
    parts = ["\n\n".join([_docstring(law), _imports(bool(space)), constants])]
    parts += [source.replace("FloatArray", "np.ndarray").rstrip() for source in derived]
    return "\n\n\n".join([*parts, function]) + "\n"


def _helpers() -> tuple[Callable[..., object], ...]:
    module = grid_derivatives
    return module.derivative, module.difference, module.difference_weights


def _docstring(law: Law) -> str:
    lines = [f"The law found in the data {law.name!r} by the method {law.method!r}.", ""]
    for one in law.equations:
        lines += [f"    {one.text}", f"    {one.verdict}: {one.reason}"]
    if law.not_found:
        lines += ["", f"No equation was found for {', '.join(law.not_found)}."]
    covered = [f"{a} from {s.start:g} to {s.stop:g}" for a, s in law.domain.axes.items()]
    covered += [f"{n} from {low:.6g} to {high:.6g}" for n, (low, high) in law.domain.ranges.items()]
    lines += ["", "The data covered " + ", ".join(covered) + "; beyond them, the law is a guess."]
    if law.units:
        lines += ["Units: " + ", ".join(f"{n} in {u}" for n, u in law.units.items()) + "."]
    text = "\n".join(lines).replace("\\", "\\\\").replace('"""', "'''")
    return f'"""{text}\n"""'


def _imports(space: bool) -> str:
    return ("from math import factorial\n\n" if space else "") + "import numpy as np"


def _constants(law: Law) -> str:
    lines = ["#: Names of the rows of a state.", f"STATE = {law.state!r}"]
    if law.needed:
        lines += ["#: Known fields, for which the law has no equation.", f"INPUTS = {law.needed!r}"]
    if law.domain.space:
        lines += ["#: Axes of space, in the order of the dimensions of a field.",
                  f"AXES = {law.domain.space!r}",
                  "#: Axes on which the data were periodic.",
                  f"PERIODIC = {law.domain.periodic!r}"]  # fmt: skip
    lines.append("#: Coefficient of each term, in the units of the data.")
    lines.append("COEFFICIENTS = {")
    for one in law.equations:
        for term in one.terms:
            unit = f"  # {term.unit}" if term.unit else ""
            lines.append(f"    {one.label(term.term.name)!r}: {term.coefficient!r},{unit}")
    lines.append("}")
    numbers = {one.label(name): v for one in law.equations for name, v in one.parameters.items()}
    return "\n".join([*lines, "#: Fitted numbers inside terms.", f"NUMBERS = {numbers!r}"])


def _function(law: Law) -> str:
    space = bool(law.domain.space)
    name, first = ("right_hand_side", "t, ") if law.kind == "rate" else ("next_state", "")
    after = ", spacings, periodic=PERIODIC" if space else ""
    known = ", inputs" if law.needed else ""
    lines = [
        f"def {name}({first}state{known}{after}, coefficients=COEFFICIENTS, numbers=NUMBERS):",
        *_about(law),
        "    c, k = coefficients, numbers",
    ]
    if space:
        lines += [
            "",
            "    def d(values, orders):",
            "        for axis, order in orders.items():",
            "            place = AXES.index(axis) - len(AXES)",
            "            on = axis in periodic",
            "            values = derivative(values, order, place, spacings[axis], periodic=on)",
            "        return values",
            "",
        ]
    for row, one in enumerate(law.state):
        offset = law.offsets.get(one)
        lines.append(f"    v_{one} = state[{row}]" + (f" - {offset!r}" if offset else ""))
    for one in law.needed:
        offset = law.offsets.get(one)
        lines.append(f"    v_{one} = inputs[{one!r}]" + (f" - {offset!r}" if offset else ""))
    rates = []
    for equation in law.equations:
        made = [state_name(equation.variable, k) for k in range(1, equation.order)]
        rates += [f"v_{name}" for name in made]
        lines.append(f"    r_{equation.variable} = (")
        for term in equation.terms:
            lines.append(
                f"        + c[{equation.label(term.term.name)!r}] * {_sum(equation, term)}"
            )
        lines.append("    )")
        rates.append(f"r_{equation.variable}")
    lines.append(
        f"    return np.stack(np.broadcast_arrays(*state, {', '.join(rates)})[len(STATE) :])"
    )
    return "\n".join(lines)


def _about(law: Law) -> list[str]:
    space = law.domain.space
    what = "rates of change" if law.kind == "rate" else "next values"
    shape = (
        f"(len(STATE), {', '.join(f'n_{axis}' for axis in space)})" if space else "(len(STATE),)"
    )
    lines = [f"Return the {what} of a state.", ""]
    lines += ["t : not used; it stands first for `scipy.integrate.solve_ivp`."] * (
        law.kind == "rate"
    )
    lines += [f"state : array of shape {shape}, its rows as `STATE` names them."]
    if law.needed:
        lines += ["inputs : values of the known fields at this time, by name."]
    if space:
        lines += ["spacings : distance of neighbouring grid points, by axis.",
                  "periodic : axes on which the fields are periodic; the grid leaves out the last point.",
                  "", *_METHOD.splitlines()]  # fmt: skip
    return ['    """' + lines[0], *(f"    {line}".rstrip() for line in lines[1:]), '    """']


def _sum(equation: LawEquation, term: LawTerm) -> str:
    pieces = [_piece(equation, one) for one in pieces_of(equation, term)]
    return pieces[0] if len(pieces) == 1 else "(" + " + ".join(pieces) + ")"


def _piece(equation: LawEquation, piece: Piece) -> str:
    factors = [repr(piece.count)] if piece.count != 1.0 or not piece.parts else []
    factors += [_number(equation, one) for one in piece.numbers]
    factors += [_part(equation, part) for part in piece.parts]
    product = " * ".join(factors)
    if not piece.outer:
        return f"({product})" if len(factors) > 1 else product
    return f"d({product}, {_orders(piece.outer)})"


def _part(equation: LawEquation, part: Part) -> str:
    base = f"v_{state_name(part.variable, part.rate)}"
    if part.orders:
        base = f"d({base}, {_orders(part.orders)})"
    number = _number(equation, part.number)
    if part.kind == OVER:
        raised = f"{base}**{part.exponent}" if part.exponent > 1 else base
        base = f"(1.0 / ({number} + {raised}))"
    elif part.kind:
        base = f"np.{part.kind}({number} * {base})"
    return f"{base}**{part.power}" if part.power > 1 else base


def _number(equation: LawEquation, number: Number) -> str:
    return f"k[{equation.label(number)!r}]" if isinstance(number, str) else repr(number)


def _orders(orders: Orders) -> str:
    return repr(dict(orders))
