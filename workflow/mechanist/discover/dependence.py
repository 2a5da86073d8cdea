"""Terms that are linear combinations of others on the data, whose coefficients nothing determines."""

from typing import Final

import numpy as np

from mechanist.discover.system import LinearSystem

#: A term counts as dependent if the sine of its angle to the span of the others is at most this.
#: Rounding and interpolation leave 2e-10 in a simulated incompressible flow, while the monomials of
#: a chaotic trajectory far from the origin are independent at 4e-9.
DEPENDENT: Final = 1e-9
#: Terms below this share of the largest one in a linear combination are not named.
NAMED_SHARE: Final = 0.01


def dependent_terms(system: LinearSystem, *, tolerance: float = DEPENDENT) -> tuple[str, ...]:
    """Return terms that are linear combinations of terms before them, on these data.

    Parameters
    ----------
    system : LinearSystem
    tolerance : float
        Largest sine of the angle to the span of the terms before, at unit column norms. Zero
        columns count as dependent.
    """
    p = len(system.terms)
    scaled, _ = system.normalised()
    factor = scaled.combined()[:p, :p]
    return tuple(
        name
        for name, entry in zip(system.names, np.abs(np.diag(factor)), strict=True)
        if entry <= tolerance
    )


def _combination(system: LinearSystem, name: str) -> str:
    """Return a dependent term as a combination of others, such as ``"v_y = -1 u_x"``."""
    others = [other for other in system.names if other not in dependent_terms(system)]
    chosen = system.subset([*others, name])
    norms = chosen.column_norms()[: len(others) + 1]
    factor = chosen.combined()[:, : len(others) + 1] / np.where(norms == 0, 1.0, norms)
    shares = np.linalg.lstsq(factor[:, :-1], factor[:, -1], rcond=None)[0]
    large = np.flatnonzero(np.abs(shares) > NAMED_SHARE * np.abs(shares).max(initial=0.0))
    parts = [f"{shares[k] * norms[-1] / norms[k]:+.3g} {others[k]}" for k in large]
    return f"{name} = {' '.join(parts) or '0'}"


def require_full_rank(
    system: LinearSystem, *, tolerance: float = DEPENDENT, hint: str = ""
) -> None:
    """Check that the terms are linearly independent on the data.

    Parameters
    ----------
    system : LinearSystem
    tolerance : float
        As in :func:`dependent_terms`.
    hint : str
        A cause that is known, for the message.

    Raises
    ------
    ValueError
        If terms are linearly dependent; the message names them and their combinations.
    """
    dependent = dependent_terms(system, tolerance=tolerance)
    if dependent:
        made = "; ".join(_combination(system, name) for name in dependent)
        known = f"{hint[0].upper()}{hint[1:]}. Otherwise leave" if hint else "Leave"
        remedy = f"{known} them"
        raise ValueError(
            f"terms {list(dependent)} are linear combinations of others on these data "
            f"({system.n_rows} rows, {len(system.terms)} terms: {made}), so their "
            f"coefficients are not determined. {remedy} out of the library, add "
            "trajectories on which they are independent, or accept the sparsest equation "
            "with the setting `dependent: true`"
        )
