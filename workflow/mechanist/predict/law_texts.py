"""A law as LaTeX, and as text that SymPy reads."""

from dataclasses import replace
from math import nan

import numpy as np

from mechanist.discover.equation import target_latex
from mechanist.discover.functions import OVER
from mechanist.discover.terms import Factor, Orders, Term
from mechanist.formats.equation_files import Equation, FoundTerm
from mechanist.predict.found_law import Law, LawEquation


def latex_of(law: Law) -> str:
    """Return the lines of an ``align*`` environment: equations, then what primes mean."""
    rows = [_latex(law, one).replace(" = ", " &= ", 1) for one in law.equations]
    for name, offset in law.offsets.items():
        primed = _symbol(f"{name}'")
        rows.append(f"{primed} &= {_symbol(name)} - {offset!r}")
    for one in law.equations:
        rows += [rf"{_symbol(name)} &= {value!r}" for name, value in one.parameters.items()]
    if not rows:
        return "% no equation found\n"
    body = " \\\\\n".join(dict.fromkeys(rows))
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}\n"


def expressions_of(law: Law) -> str:
    """Return a line for each equation that ``sympy.sympify`` reads; lines with ``#`` explain."""
    lines = ["# Each line without # is an equation for sympy.sympify."]
    for one in law.equations:
        lines += [f"# {one.text}", _expression(law, one)]
    lines += [f"# no equation found for {target}" for target in law.not_found]
    return "\n".join(lines) + "\n"


def _symbol(name: str) -> str:
    return Term((Factor(name),)).latex


def _latex(law: Law, equation: LawEquation) -> str:
    covariance = equation.covariance
    errors = [nan] * len(equation.terms)
    if covariance is not None:
        errors = np.sqrt(np.diag(covariance))[: len(errors)].tolist()
    terms = [
        FoundTerm(one.term.name, _primed(law, one.term).latex, one.coefficient, error)
        for one, error in zip(equation.terms, errors, strict=True)
    ]
    left = _primed(law, equation.left).latex if equation.order else target_latex(equation.target)
    made = Equation(equation.target, left, "auto", tuple(terms), nan, nan, nan)
    return made.to_latex()


def _primed(law: Law, term: Term) -> Term:
    factors = (
        replace(one, variable=one.variable + "'") if one.variable in law.offsets else one
        for one in term.factors
    )
    return Term(tuple(factors), term.outer)


def _expression(law: Law, equation: LawEquation) -> str:
    if law.kind == "map":
        left = f"Function({equation.variable!r})(Symbol('t') + 1)"
    else:
        left = _differentiated(_variable(law, equation.variable), equation.left.outer)
    products = [f"{one.coefficient!r}*{_term(law, one.term)}" for one in equation.terms]
    return f"Eq({left}, {' + '.join(f'({one})' for one in products)})"


def _variable(law: Law, name: str) -> str:
    places = ", ".join(f"Symbol({axis!r})" for axis in law.domain.axes)
    return f"Function({name!r})({places})"


def _term(law: Law, term: Term) -> str:
    product = "*".join(_factor(law, one) for one in term.factors) or "1"
    return _differentiated(product, term.outer)


def _factor(law: Law, factor: Factor) -> str:
    base = _variable(law, factor.variable)
    offset = law.offsets.get(factor.variable)
    if factor.orders:
        base = _differentiated(base, factor.orders)
    elif offset:
        base = f"({base} - {offset!r})"
    function = factor.function
    if function is not None and function.kind == OVER:
        return f"({function.number!r} + {base}**{function.exponent})**(-{factor.power})"
    if function is not None:
        base = f"{function.kind}({function.number!r}*{base})"
    return f"{base}**{factor.power}" if factor.power > 1 else base


def _differentiated(base: str, orders: Orders) -> str:
    steps = ", ".join(f"(Symbol({axis!r}), {order})" for axis, order in orders)
    return f"Derivative({base}, {steps})" if steps else base
