"""Folds by independent sample, stored once and verified whenever they are read.

A split by atom lets a model recognise the test sample. Here a sample, with all its loads and
objects, is in one fold, together with all samples that are not independent of it (its group).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.core.atomic import write_text
from mechanist.core.errors import FormatError

SCHEMA: Final = "mechanist.splits/1"
MIN_FOLDS: Final = 2
_REMEDY: Final = "Do not edit the file: delete it and run the workflow again."


@dataclass(frozen=True)
class Splits:
    """Assignment of samples to test folds.

    Parameters
    ----------
    seed : int
        Seed of the shuffle.
    folds : tuple of tuple of str
        Sorted sample names of each fold.
    excluded : dict of str to str
        Excluded samples, with the reason.
    groups : dict of str to str
        Group of each sample, except for samples that are their own group.
    """

    seed: int
    folds: tuple[tuple[str, ...], ...]
    excluded: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Reject folds that share a sample or a group, or are empty."""
        names = list(chain.from_iterable(self.folds))
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(
                f"samples {twice} occur in more than one place; expected one fold each"
            )
        both = sorted(set(names) & set(self.excluded))
        if both:
            raise ValueError(
                f"samples {both} are in a fold and excluded; expected only one of these"
            )
        if len(self.folds) < MIN_FOLDS or not all(self.folds):
            sizes = [len(fold) for fold in self.folds]
            raise ValueError(f"fold sizes are {sizes}; expected at least {MIN_FOLDS}, none empty")
        groups = [{self.group_of(name) for name in fold} for fold in self.folds]
        torn = sorted({g for k, held in enumerate(groups) for g in held & set().union(*groups[:k])})
        if torn:
            raise ValueError(f"groups {torn} are in several folds; expected one fold each")

    def group_of(self, sample: str) -> str:
        """Return the group of a sample: its own name if it is independent of all others."""
        return self.groups.get(sample, sample)

    @property
    def samples(self) -> tuple[str, ...]:
        """Sorted names of all samples that are in a fold."""
        return tuple(sorted(chain.from_iterable(self.folds)))

    @property
    def fold_of(self) -> dict[str, int]:
        """Fold of every sample."""
        return {name: k for k, fold in enumerate(self.folds) for name in fold}

    @property
    def sha256(self) -> str:
        """Hash of seed, folds and exclusions."""
        content = json.dumps(_content(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()


def make_splits(
    samples: Iterable[str],
    *,
    folds: int,
    seed: int,
    excluded: Mapping[str, str] | None = None,
    groups: Mapping[str, str] | None = None,
) -> Splits:
    """Assign samples to folds whose numbers of groups differ by at most one.

    The result depends on the seed and on the set of names, not on their order.

    Parameters
    ----------
    samples : iterable of str
        Names of the usable samples.
    folds : int
        Number of folds, at least 2.
    seed : int
        Seed of the shuffle.
    excluded : mapping of str to str, optional
        Excluded samples, with the reason, for the record.
    groups : mapping of str to str, optional
        Group of each sample; samples of one group share a fold. By default each sample is its own
        group.

    Raises
    ------
    ValueError
        If a name repeats, or there are fewer independent samples than folds.
    """
    given = list(samples)
    names = sorted(set(given))
    if len(names) != len(given):
        twice = sorted({name for name in given if given.count(name) > 1})
        raise ValueError(
            f"sample names {twice} repeat; every independent sample needs its own name"
        )
    if folds < MIN_FOLDS:
        raise ValueError(f"folds = {folds}; expected at least {MIN_FOLDS}")
    shared = {n: g for n in names if (g := (groups or {}).get(n, n)) != n}
    units = sorted({shared.get(name, name) for name in names})
    if len(units) < folds:
        grouped = f" in {len(units)} independent groups" if len(units) < len(names) else ""
        raise ValueError(
            f"{len(names)} usable samples{grouped} for {folds} folds ({len(excluded or {})} were"
            f" excluded: {dict(sorted((excluded or {}).items()))}); add samples or use fewer folds"
        )
    order = np.random.default_rng(np.random.SeedSequence(seed)).permutation(len(units))
    fold_of = {units[i]: place % folds for place, i in enumerate(order)}
    dealt: list[list[str]] = [[] for _ in range(folds)]
    for name in names:
        dealt[fold_of[shared.get(name, name)]].append(name)
    return Splits(
        seed=seed,
        folds=tuple(map(tuple, dealt)),
        excluded=dict(sorted((excluded or {}).items())),
        groups=shared,
    )


def nested_subsets(
    splits: Splits, sizes: Iterable[int], *, seed: int, draw: int
) -> dict[int, tuple[str, ...]]:
    """Choose nested subsets of samples, spread over the folds, for learning curves.

    Parameters
    ----------
    splits : Splits
    sizes : iterable of int
        Numbers of independent samples to train on. Subsets are larger, so that without one fold
        they have this size, within one. A group counts as one sample and is never divided.
    seed, draw : int
        Seed of the order of samples, and number of the independent order.

    Returns
    -------
    dict of int to tuple of str
        Subset for each size, contained in the next; sizes that exceed the data are reduced to it.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(draw,)))
    units = [sorted({splits.group_of(name) for name in fold}) for fold in splits.folds]
    orders = [rng.permutation(fold).tolist() for fold in units]
    longest = max(map(len, orders))
    queue = [order[k] for k in range(longest) for order in orders if k < len(order)]
    n, n_folds = len(queue), len(splits.folds)
    most = n * (n_folds - 1) // n_folds
    wanted = sorted({min(size, most) for size in sizes})
    counts = {s: max(2, round(s * n_folds / (n_folds - 1))) if s < most else n for s in wanted}
    members: dict[str, list[str]] = {}
    for name in splits.samples:
        members.setdefault(splits.group_of(name), []).append(name)
    return {
        size: tuple(name for unit in queue[:count] for name in members[unit])
        for size, count in counts.items()
    }


def write_splits(path: Path, splits: Splits) -> None:
    """Write splits as JSON, with their hash."""
    content = {**_content(splits), "sha256": splits.sha256}
    write_text(path, json.dumps(content, indent=1) + "\n")


def read_splits(path: Path) -> Splits:
    """Read splits and verify their hash.

    Raises
    ------
    FormatError
        If the file is not JSON of this schema, or was edited by hand.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        schema = content.get("schema")
        if schema != SCHEMA:
            raise FormatError(path, f"schema is {schema!r}, expected {SCHEMA!r}", remedy=_REMEDY)
        folds = tuple(tuple(content["folds"][str(k)]) for k in range(len(content["folds"])))
        splits = Splits(
            seed=content["seed"],
            folds=folds,
            excluded=dict(content["excluded"]),
            groups=dict(content.get("groups", {})),
        )
        stored = content["sha256"]
    except FormatError:
        raise
    except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise FormatError(path, f"not a readable splits file ({error})", remedy=_REMEDY) from error
    if stored != splits.sha256:
        raise FormatError(
            path, f"sha256 is {stored!r}, but the content has {splits.sha256!r}", remedy=_REMEDY
        )
    return splits


def _content(splits: Splits) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "unit": "group" if splits.groups else "sample",
        "seed": splits.seed,
        "folds": {str(k): list(fold) for k, fold in enumerate(splits.folds)},
        "excluded": splits.excluded,
        **({"groups": dict(sorted(splits.groups.items()))} if splits.groups else {}),
    }
