"""Rewrite terms as derivatives of products, as the weak form needs them.

``u^p u_x`` equals ``(u^(p+1))_x / (p+1)``: the whole derivative then moves onto the test function
and the data are never differentiated. If no such form exists, the product rule lowers the order of
the inner derivative as far as possible: ``u u_xx = (u^2)_xx / 2 - u_x^2``. Inner derivatives that
remain are computed from the data point by point.
"""

from mechanist.discover.terms import Factor, Orders, Term, add_orders, product

#: A linear combination: term to coefficient.
Sum = dict[Term, float]


def reduced(term: Term, *, known: frozenset[str] = frozenset()) -> Sum:
    """Return a sum equal to ``term`` with derivatives moved outside as far as possible.

    Parameters
    ----------
    term : Term
        Any term.
    known : frozenset of str, optional
        Noise-free inputs: derivatives are moved from fields onto these, as in
        ``f u_x = (f u)_x - u f_x``.

    Returns
    -------
    dict of Term to float
        Coefficients. A term's outer derivative moves onto the test function; a term whose
        ``inner_order`` is zero is exact in the weak form.
    """
    done: Sum = {}
    waiting: Sum = {term: 1.0}
    while waiting:
        current, coefficient = waiting.popitem()
        parts = _by_parts(current, known)
        if parts is None:
            done[current] = done.get(current, 0.0) + coefficient
            continue
        for part, factor in parts.items():
            waiting[part] = waiting.get(part, 0.0) + coefficient * factor
    return {part: value for part, value in done.items() if value != 0.0}


def _by_parts(term: Term, known: frozenset[str]) -> Sum | None:
    """Integrate the highest inner derivative by parts once; return None if that is no gain.

    With ``h = D_i k`` and the rest ``k^m S``: ``k^m S D_i k = (D_i(S k^(m+1)) - k^(m+1) D_i S) /
    (m+1)``. It is a gain if every factor of ``S`` is known or at least two orders below ``h``.
    """
    unknown = [factor for factor in term.factors if factor.variable not in known]
    highest = max(unknown, key=lambda factor: factor.order, default=None)
    if highest is None or highest.order == 0 or highest.power > 1:
        return None
    for axis, _ in highest.orders:
        lower = (highest.variable, _lowered(highest.orders, axis))
        others = [factor for factor in term.factors if factor != highest]
        rest = tuple(factor for factor in others if (factor.variable, factor.orders) != lower)
        m = sum(factor.power for factor in others) - sum(factor.power for factor in rest)
        if any(f.order > highest.order - 2 for f in rest if f.variable not in known):
            continue
        raised = Factor(*lower, m + 1)
        parts: Sum = {}
        whole = product((*rest, raised), outer=add_orders(term.outer, ((axis, 1),)))
        parts[whole] = 1.0 / (m + 1)
        for value, piece in _differentiated(rest, axis):
            left = product((*piece, raised), outer=term.outer)
            parts[left] = parts.get(left, 0.0) - value / (m + 1)
        return parts
    return None


def _differentiated(
    factors: tuple[Factor, ...], axis: str
) -> list[tuple[float, tuple[Factor, ...]]]:
    """Return the derivative of a product as coefficients and products."""
    pieces = []
    functions = [factor.name for factor in factors if factor.function]
    if functions:
        raise ValueError(f"functions {functions} are not differentiated point by point")
    for i, factor in enumerate(factors):
        others = factors[:i] + factors[i + 1 :]
        raised = Factor(factor.variable, add_orders(factor.orders, ((axis, 1),)))
        remaining = (Factor(factor.variable, factor.orders, factor.power - 1),)
        kept = remaining if factor.power > 1 else ()
        pieces.append((float(factor.power), (*others, *kept, raised)))
    return pieces


def _lowered(orders: Orders, axis: str) -> Orders:
    return add_orders(orders, ((axis, -1),))
