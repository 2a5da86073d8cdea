"""Controls of a search for equations: the same search without a term that is known to be true."""

from mechanist.discover.system import LinearSystem
from mechanist.discover.terms import Term


def without(
    made: tuple[LinearSystem, tuple[tuple[Term, ...], ...]], name: str
) -> tuple[LinearSystem, tuple[tuple[Term, ...], ...]]:
    """Return the system of one target, and the terms that its columns sum, without one of them.

    Parameters
    ----------
    made : tuple of LinearSystem and of groups of terms
        What :meth:`mechanist.discover.search.Search.systems` returns for a target.
    name : str
        Name of a term. The column that sums it with others goes as a whole.

    Raises
    ------
    KeyError
        If no column has this term.
    """
    system, groups = made
    kept = [k for k, group in enumerate(groups) if all(term.name != name for term in group)]
    if len(kept) == len(groups):
        raise KeyError(f"no term {name!r}; there are {[t.name for g in groups for t in g]}")
    less = system.subset([system.names[k] for k in kept])
    return less, tuple(groups[k] for k in kept)
