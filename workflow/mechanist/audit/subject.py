"""What the auditor sees of a descriptor: one interface for every wing.

A state is whatever the wing's descriptors read (particles, dislocations, a pileup, density fields);
the auditor hands it around and never looks inside. What a wing cannot offer is :class:`Missing`,
with the reason, and its card says "not applicable" for that reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.describe.descriptor import Card, Features

State: TypeAlias = Any
Load: TypeAlias = FloatArray | None
Rng: TypeAlias = np.random.Generator


@dataclass(frozen=True)
class Missing:
    """Something that a wing, or a descriptor, does not have.

    Parameters
    ----------
    reason : str
        For the card; a clause such as ``"no gradient is exposed"``.
    """

    reason: str


@dataclass(frozen=True)
class Transformed:
    """What an operation makes of a state under a load.

    Parameters
    ----------
    state : object
    load : ndarray or None
    order : ndarray of shape (n_objects,), optional
        Row ``k`` of the features afterwards belongs to row ``order[k]`` before; None keeps rows.
    carried : callable, optional
        What the operation makes of rows of features, ``(values) -> values``, where a descriptor's
        features turn with the state instead of staying as they are.
    """

    state: State
    load: Load
    order: IntArray | None = None
    carried: Callable[[FloatArray], FloatArray] | None = None


@dataclass(frozen=True)
class Operation:
    """Something done to a state, its load, or both.

    Parameters
    ----------
    name : str
        For the card, such as ``"joint rotation"``.
    kind : str
        ``"inside"`` the symmetry group of the target, so that features must not change; or
        ``"outside"``, so that a descriptor which cannot tell is over-symmetric.
    apply : callable
        ``(state, load, rng) -> Transformed``.
    """

    name: str
    kind: Literal["inside", "outside"]
    apply: Callable[[State, Load, Rng], Transformed]


@dataclass(frozen=True)
class Environment:
    """One object and what its features should tell of, for reconstruction.

    Parameters
    ----------
    state : object
        Small, generic, and never symmetric.
    rows : ndarray
        Rows of the features that describe the object.
    free : ndarray
        Indices into the flat coordinates that are to be told from the features.
    needed : int
        Number of independent numbers among them, symmetries of the features' claim subtracted.
    distance : callable
        Root mean square distance of two arrays of free coordinates, in the unit of ``length``, less
        the symmetries that features may not tell, with labels kept.
    length : float
        Typical distance of neighbours: starts of inversions are perturbed by shares of it.
    """

    state: State
    rows: IntArray
    free: IntArray
    needed: int
    distance: Callable[[FloatArray, FloatArray], float]
    length: float = 1.0


@dataclass(frozen=True)
class Twins:
    """Two different environments that many features cannot tell apart.

    Parameters
    ----------
    name : str
        Of the pair, for the card.
    state : object
        Holds both, out of each other's reach.
    rows : tuple of int
        Rows of the features of the two.
    """

    name: str
    state: State
    rows: tuple[int, int]


@dataclass(frozen=True)
class Replica:
    """A larger state that holds the same environments over and over.

    Parameters
    ----------
    state : object
    order : ndarray of shape (n_objects_of_replica,)
        Row of the original that each row must equal; all zero for whole-sample descriptors.
    """

    state: State
    order: IntArray


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A descriptor, and everything needed to audit it.

    Parameters
    ----------
    name : str
        Label for tables and figures.
    kind, wing : str
        Name of its file in ``describe/`` (or of the feature set), and where it belongs; the card is
        written to ``<wing>/<kind>.json``.
    card : Card
        The descriptor's own.
    parameters : mapping
        Those that differ from the defaults.
    features : callable
        ``(state, load) -> Features``, rows of all objects.
    probes : callable
        ``(rng) -> {name: [state, ...]}``: disordered, thermal, relaxed, near-degenerate states, each
        a sample of its own; never ideal crystals, at which every descriptor loses its rank.
    load : callable
        ``(rng) -> load``; returns None in wings without loads.
    operations : tuple of Operation
    path : callable or Missing
        ``(rng) -> (s in [0, 1] -> state)``: a smooth path on which objects cross cutoffs, swap the
        order of neighbours and flip Voronoi faces. States of the path hold the same objects.
    gradient : callable or Missing
        ``(state, load) -> ndarray of shape (n_objects, n_features, n_coordinates)``.
    coordinates, displaced : callable or Missing
        ``(state) -> flat array`` and ``(state, flat array) -> state``: all numbers that may move.
    sized : callable or Missing
        ``(n, rng) -> state`` of ``n`` objects, or of a sample of size ``n``, at one density.
    sizes : tuple of int
        What ``sized`` is asked for, growing; cost is measured at each.
    replicated : callable or Missing
        ``(state) -> Replica``.
    edges : mapping of str to callable
        ``(rng) -> state`` of awkward states: empty neighbourhoods, unseen species, tiny boxes.
    environment : callable or Missing
        ``(rng) -> Environment``.
    reference : callable or Missing
        ``(state, load) -> Features``: a richer description of the same objects.
    twins : Twins or Missing
        A pair known to be hard to tell apart.
    path_steps : int
        Steps of the finest first look at a path; a multiple of 20.
    noise : float
        Accuracy of features on a path, in spreads: larger where a state of the path is itself the
        result of a minimisation.
    """

    name: str
    kind: str
    wing: str
    card: Card
    features: Callable[[State, Load], Features]
    probes: Callable[[Rng], Mapping[str, list[State]]]
    load: Callable[[Rng], Load]
    operations: tuple[Operation, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    path: Callable[[Rng], Callable[[float], State]] | Missing
    gradient: Callable[[State, Load], FloatArray] | Missing = Missing("no gradient is exposed")
    coordinates: Callable[[State], FloatArray] | Missing
    displaced: Callable[[State, FloatArray], State] | Missing
    sized: Callable[[int, Rng], State] | Missing
    sizes: tuple[int, ...] = ()
    replicated: Callable[[State], Replica] | Missing
    edges: Mapping[str, Callable[[Rng], State]] = field(default_factory=dict)
    environment: Callable[[Rng], Environment] | Missing
    reference: Callable[[State, Load], Features] | Missing
    twins: Twins | Missing = Missing("no pair of different but similar objects is known")
    path_steps: int = 400
    noise: float = 1e-9
