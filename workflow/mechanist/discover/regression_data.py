"""Check data and libraries before any computation."""

from collections.abc import Sequence
from typing import Final

from mechanist.discover.functions import DECAY
from mechanist.discover.terms import Term, parse_term
from mechanist.formats.field_files import FieldData

#: Largest total size of the factors of a system.
LIMIT_BYTES: Final = 2**31
#: Largest exponent, of either sign, that an exponential reaches in the data.
EXPONENT: Final = 30


def as_terms(terms: Sequence[Term | str]) -> tuple[Term, ...]:
    """Return terms, with names parsed.

    Raises
    ------
    ValueError
        If the list is empty, or a term is listed twice.
    """
    parsed = tuple(parse_term(term) if isinstance(term, str) else term for term in terms)
    names = [term.name for term in parsed]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if not parsed or repeated:
        raise ValueError(
            f"terms {names}: expected at least one, each once; listed more than once: "
            f"{repeated or 'none'}"
        )
    return parsed


def check_data(data: Sequence[FieldData], terms: tuple[Term, ...], *, uneven: bool = False) -> None:
    """Check that all trajectories have the same axes and variables, and hold those of all terms.

    Parameters
    ----------
    data, terms
        Trajectories, and library with targets.
    uneven : bool
        Whether times may be uneven.

    Raises
    ------
    ValueError
        If not; the message names the trajectory or the term.
    """
    if not data:
        raise ValueError("no trajectories; at least one is needed")
    if not uneven:
        refuse_uneven(data)
    first = data[0]
    kind = (list(first.axes), list(first.fields), list(first.inputs))
    for one in data:
        seen = (list(one.axes), list(one.fields), list(one.inputs))
        if seen != kind:
            raise ValueError(
                f"trajectory {one.name!r} has axes, fields and inputs {seen}, but "
                f"{first.name!r} has {kind}; all must agree. Make "
                "an entry of its own for each kind of data"
            )
    for term in terms:
        unknown = sorted(term.variables - set(first.variables)) + sorted(
            term.axes - set(first.axes)
        )
        if unknown:
            raise ValueError(
                f"term {term.name!r}: {unknown} not in the data, which have fields and inputs "
                f"{list(first.variables)} on axes {list(first.axes)}. Correct the name, or declare the "
                "field or input"
            )
    for term in terms:
        _check_denominators(data, term)
        _check_exponentials(data, term)


def refuse_uneven(data: Sequence[FieldData]) -> None:
    """Check that the times of all trajectories are even.

    Raises
    ------
    ValueError
        If not.
    """
    for one in data:
        if one.uneven:
            raise ValueError(
                f"trajectory {one.name!r}: times are uneven, which only the method 'weak' can use. "
                "Leave other methods and rivals out, or declare `resample: [t]` in place of `uneven`"
            )


def _check_denominators(data: Sequence[FieldData], term: Term) -> None:
    """Check that no denominator of a term passes through zero."""
    for factor in (f for f in term.factors if f.function is not None and f.below):
        assert factor.function is not None
        for one in data:
            values = factor.function.denominator(one.variables[factor.variable])
            if values.min() <= 0.0:
                raise ValueError(
                    f"term {term.name!r}: its denominator runs from {values.min():.4g} to "
                    f"{values.max():.4g} in trajectory {one.name!r}, expected positive values. Choose "
                    f"a larger number than {factor.function.number:g}, or leave the term out"
                )


def _check_exponentials(data: Sequence[FieldData], term: Term) -> None:
    """Check that exponentials neither overwhelm all other terms nor vanish."""
    for factor in term.factors:
        function = factor.function
        if function is None or function.kind != DECAY:
            continue
        values = [one.variables[factor.variable] for one in data]
        most = -factor.power * min(float(one.min()) for one in values) / function.number
        if not -EXPONENT <= most <= EXPONENT:
            what = "vanishes" if most < 0 else "grows beyond all other terms"
            raise ValueError(
                f"term {term.name!r} {what}: its exponential reaches e^{most:.4g} at most, expected"
                f" e^{-EXPONENT} to e^{EXPONENT}. Choose a larger number than {function.number:g} (of a"
                " parameter, a larger lower end of its range), or leave the term out"
            )


def check_size(columns: int, blocks: int) -> None:
    """Check that the factors of a library fit into memory.

    Raises
    ------
    ValueError
        If not, with the size; raised before anything is allocated.
    """
    size = 8 * columns**2 * blocks
    if size > LIMIT_BYTES:
        raise ValueError(
            f"{columns} columns in {blocks} blocks need {size / 2**30:.1f} GiB, above the limit of "
            f"{LIMIT_BYTES / 2**30:.0f} GiB. Use a smaller library or fewer blocks"
        )
