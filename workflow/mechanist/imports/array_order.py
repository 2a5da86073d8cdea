"""Find which dimension of an array belongs to which axis, or refuse where that is open.

The lengths of the axes decide where they differ. Where several orders of the dimensions fit, nothing
in a file tells which one was meant, and a wrong one exchanges axes in the law that is found.
"""

from collections.abc import Mapping, Sequence
from itertools import permutations
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from mechanist.core.errors import FormatError
from mechanist.settings.field_entry import COLUMN, FieldEntry

Order = tuple[str, ...]
_SHOWN: Final = 6


class NamedArray(NamedTuple):
    """An array, the field that is made from it, and which of its components (None: it has none)."""

    field: str
    values: NDArray[np.generic]
    column: int | None


def dimension_order(
    path: Path, entry: FieldEntry, lengths: Mapping[str, int], arrays: Sequence[NamedArray]
) -> Order:
    """Return the order of the dimensions of all arrays of an entry.

    Parameters
    ----------
    path : Path
        The file, named in errors.
    entry : FieldEntry
        The entry, which may declare the order.
    lengths : mapping of str to int
        Length of each axis whose grid the file holds; others take any length.
    arrays : sequence of NamedArray
        All arrays, without a dimension that numbers trajectories.

    Returns
    -------
    tuple of str
        Names of axes, ``"column"`` among them if an array has components.

    Raises
    ------
    FormatError
        If no order fits, more than one does, or one does that is not the order of the axes but
        none is declared; or if an array lacks the component that is asked for.
    """
    names = list(entry.axes)
    columns = any(one.column is not None for one in arrays)
    possible = [
        order
        for order in permutations([*names, COLUMN] if columns else names)
        if all(_fits(order, lengths, one, len(names)) for one in arrays)
    ]
    stated = entry.order or tuple(names)
    agreeing = [order for order in possible if _agrees(order, stated)]
    if entry.order:
        open_arrays = arrays[:1] if len(agreeing) > 1 else []
    else:
        open_arrays = [one for one in arrays if len(_own_orders(names, lengths, one)) > 1]
    if open_arrays:
        one = open_arrays[0]
        offered = (agreeing if entry.order else possible) or _own_orders(names, lengths, one)
        shape = squeezed(one.values.shape, len(names) + (one.column is not None))
        told = ", ".join(f"{axis}: {lengths.get(axis, 'any')}" for axis in names)
        raise FormatError(
            path,
            f"field {one.field!r} has the shape {shape}, and the lengths of the axes ({told}) leave"
            " open which dimension is which",
            remedy=f"State the order in which the arrays were saved: {_offered(offered)}."
            " A wrong one exchanges axes in the law that is found.",
        )
    if agreeing:
        _check_components(path, agreeing[0], arrays, len(names))
        return agreeing[0]
    raise _misfit(path, entry, lengths, arrays, stated, possible)


def turned(one: NamedArray, order: Order, axes: Sequence[str]) -> NDArray[np.generic]:
    """Return an array, or its component, with its dimensions in the order of the axes."""
    own = _own(order, one)
    values = one.values.reshape(squeezed(one.values.shape, len(own)))
    if one.column is not None:
        values = np.take(values, one.column, axis=own.index(COLUMN))
    rest = [name for name in own if name != COLUMN]
    return np.transpose(values, [rest.index(axis) for axis in axes])


def squeezed(shape: tuple[int, ...], dimensions: int) -> tuple[int, ...]:
    """Drop dimensions of length 1, which MATLAB adds, if the expected number is then left."""
    kept = tuple(n for n in shape if n != 1)
    return kept if len(kept) == dimensions != len(shape) else shape


def _own(order: Order, one: NamedArray) -> Order:
    """Return the order of the dimensions of an array, which may have no components."""
    return order if one.column is not None else tuple(name for name in order if name != COLUMN)


def _own_orders(names: list[str], lengths: Mapping[str, int], one: NamedArray) -> list[Order]:
    """Return the orders that fit one array by itself."""
    kept = names if one.column is None else [*names, COLUMN]
    return [order for order in permutations(kept) if _fits(order, lengths, one, len(names))]


def _agrees(order: Order, stated: Order) -> bool:
    """Return whether an order is the stated one, which need not place the components."""
    return order == stated or (
        COLUMN not in stated and tuple(name for name in order if name != COLUMN) == stated
    )


def _fits(order: Order, lengths: Mapping[str, int], one: NamedArray, axes: int) -> bool:
    own = _own(order, one)
    shape = squeezed(one.values.shape, axes + (one.column is not None))
    if len(shape) != len(own):
        return False
    return all(
        name == COLUMN or n == lengths.get(name, n) for name, n in zip(own, shape, strict=True)
    )


def _check_components(path: Path, order: Order, arrays: Sequence[NamedArray], axes: int) -> None:
    """Refuse components that an array does not have.

    The number of a component says nothing of the order: it may be counted from 1 by mistake.
    """
    for one in arrays:
        if one.column is None:
            continue
        count = squeezed(one.values.shape, axes + 1)[order.index(COLUMN)]
        if one.column >= count:
            raise FormatError(
                path,
                f"field {one.field!r} is component {one.column} of an array with {count} of them, of"
                f" shape {one.values.shape}",
                remedy=f"Components are counted from 0: expected {COLUMN} 0 to {count - 1}.",
            )


def _misfit(
    path: Path,
    entry: FieldEntry,
    lengths: Mapping[str, int],
    arrays: Sequence[NamedArray],
    stated: Order,
    possible: Sequence[Order],
) -> FormatError:
    """Return the error for arrays that do not fit the stated order, with a remedy that is right."""
    axes = len(entry.axes)

    def orders(one: NamedArray) -> list[Order]:
        return _own_orders(list(entry.axes), lengths, one)

    wrong = next((one for one in arrays if not orders(one)), None)
    if wrong is None:
        wrong = next(
            (one for one in arrays if not any(_agrees(order, _own(stated, one)) for order in orders(one))),
            arrays[0],
        )  # fmt: skip
    shape = squeezed(wrong.values.shape, axes + (wrong.column is not None))
    expected = ", ".join(f"{axis}: {lengths.get(axis, 'any')}" for axis in _own(stated, wrong))
    if wrong.column is not None and COLUMN not in stated:
        expected += f", and {COLUMN}: any"
    if possible:
        remedy = f"It fits another order of dimensions: declare {_offered(possible)}."
    elif orders(wrong):
        remedy = "The arrays have different orders of dimensions: save them in one order."
    else:
        remedy = "No order of the axes fits it: check which arrays are the axes"
        remedy += _numbering(entry, lengths, wrong, shape)
    return FormatError(
        path, f"field {wrong.field!r} has the shape {shape}, expected ({expected})", remedy=remedy
    )


def _numbering(
    entry: FieldEntry, lengths: Mapping[str, int], one: NamedArray, shape: tuple[int, ...]
) -> str:
    """Return how to say what a superfluous dimension numbers, where there is one."""
    if one.column is not None and len(shape) == len(entry.axes):
        return f"; if the array has no components, leave {COLUMN!r} out."
    numbering = [
        k
        for k in range(len(shape) if one.column is None else 0)
        if any(
            _fits(order, lengths, one._replace(values=np.empty(shape[:k] + shape[k + 1 :], bool)), len(entry.axes))
            for order in permutations(entry.axes)
        )
    ]  # fmt: skip
    if not numbering:
        return "."
    source = {**entry.fields, **entry.inputs}[one.field].array
    said = " or ".join(map(str, numbering))
    trajectories = (
        ""
        if entry.trajectories is not None
        else f"; if trajectories, declare `trajectories: {said}`"
    )
    return (
        f". If dimension {said} numbers components, name one of them,"
        f" `{one.field}: {{array: {source}, column: 0}}`{trajectories}."
    )


def _offered(orders: Sequence[Order]) -> str:
    shown = " or ".join(f"`order: [{', '.join(order)}]`" for order in orders[:_SHOWN])
    return f"{shown} or another" if len(orders) > _SHOWN else shown
