"""Draw the training rows of a model evenly from all frames, and balanced by class."""

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import IntArray
from mechanist.learn.plastic_classes import PLASTIC, RIGID


def draw_evenly(
    rows: IntArray, frames: IntArray, most: int | None, rng: np.random.Generator
) -> IntArray:
    """Draw at most ``most`` rows, equally many from every frame as far as it has them.

    Parameters
    ----------
    rows : ndarray of int
        Candidate rows, ascending.
    frames : ndarray of shape (n_rows,), int
        Frame of every row of the table.
    most : int or None
        Maximum number of rows; None keeps all.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int
        Drawn rows, ascending.
    """
    if most is None or len(rows) <= most:
        return rows
    code = frames[rows]
    shuffled = np.lexsort((rng.random(len(rows)), code))
    starts = np.flatnonzero(np.diff(code[shuffled], prepend=-1))
    sizes = np.diff([*starts, len(rows)])
    position = np.arange(len(rows)) - np.repeat(starts, sizes)
    # Drawing in rounds of one row per frame gives each frame the same share.
    first_rounds = np.argsort(position, kind="stable")[:most]
    return np.asarray(np.sort(rows[shuffled[first_rounds]]))


def draw_balanced(
    rows: IntArray,
    labels: NDArray[np.int8],
    frames: IntArray,
    most: int | None,
    rng: np.random.Generator,
) -> IntArray:
    """Draw equal numbers of plastic and rigid rows, evenly from all frames.

    Parameters
    ----------
    rows, frames, most, rng
        As in :func:`draw_evenly`.
    labels : ndarray of shape (n_rows,), int8
        Class of every row of the table.

    Raises
    ------
    ValueError
        If a class is empty.
    """
    plastic, rigid = rows[labels[rows] == PLASTIC], rows[labels[rows] == RIGID]
    each = min(len(plastic), len(rigid))
    if each == 0:
        raise ValueError(
            f"{len(plastic)} plastic and {len(rigid)} rigid rows to train on; expected some of both"
        )
    if most is not None:
        each = min(each, max(1, most // 2))
    parts = [draw_evenly(part, frames, each, rng) for part in (plastic, rigid)]
    return np.asarray(np.sort(np.concatenate(parts)))
