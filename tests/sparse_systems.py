"""Linear systems with known sparse weights."""

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.discover.system import LinearSystem
from mechanist.discover.terms import Term, monomial
from mechanist.discover.triangular_factors import triangular


def letters(p: int) -> tuple[Term, ...]:
    """Return p distinct terms."""
    return tuple(monomial({f"f{k}": 1}) for k in range(p))


def compressed(
    rows: FloatArray, targets: FloatArray, *, blocks: int = 8, trajectories: int = 1
) -> LinearSystem:
    """Return the compressed system of rows of shape (n, p) and targets of shape (n, q)."""
    whole = np.column_stack([rows, targets])
    parts = np.array_split(whole, blocks)
    return LinearSystem(
        terms=letters(rows.shape[1]),
        targets=tuple(f"u{k}_t" for k in range(whole.shape[1] - rows.shape[1])),
        factors=np.stack([triangular(part) for part in parts]),
        rows=np.array([len(part) for part in parts]),
        groups=np.arange(blocks) * trajectories // blocks,
    )


def sparse_problem(
    rng: np.random.Generator, *, n: int = 400, p: int = 12, terms: int = 3, noise: float = 0.0
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return rows, target and true weights; columns are correlated and differ widely in scale."""
    mixing = np.eye(p) + 0.3 * rng.normal(size=(p, p))
    rows = rng.normal(size=(n, p)) @ mixing * 10.0 ** rng.uniform(-4, 4, p)
    weights = np.zeros(p)
    chosen = rng.choice(p, terms, replace=False)
    weights[chosen] = rng.uniform(0.5, 2.0, terms) * rng.choice([-1, 1], terms)
    weights /= np.linalg.norm(rows, axis=0) / np.sqrt(n)
    clean = rows @ weights
    return rows, clean + noise * clean.std() * rng.normal(size=n), weights
