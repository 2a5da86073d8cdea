"""The interface between the audit and a descriptor, common to all wings.

A state is whatever the wing's descriptors read (particles, dislocations, a pileup, density fields);
the audit passes it on without inspecting it. Anything that a wing cannot provide is a
:class:`Missing` with a reason, and its card then reports "not applicable" with that reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeAlias, TypeVar

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.describe.descriptor import Card, Features

#: What the descriptor of a subject reads.
State = TypeVar("State")
Load: TypeAlias = FloatArray | None
Rng: TypeAlias = np.random.Generator


@dataclass(frozen=True)
class Missing:
    """Something that a wing, or a descriptor, does not provide.

    Parameters
    ----------
    reason : str
        Clause for the card, such as ``"no gradient is exposed"``.
    """

    reason: str


@dataclass(frozen=True)
class Transformed(Generic[State]):
    """Result of an operation on a state under a load.

    Parameters
    ----------
    state : object
    load : ndarray or None
    order : ndarray of shape (n_objects,), optional
        Row ``k`` of the features after the operation corresponds to row ``order[k]`` before it;
        None means that rows keep their order.
    carried : callable, optional
        Effect of the operation on rows of features, ``(values) -> values``, if a descriptor's
        features transform with the state instead of being invariant.
    """

    state: State
    load: Load
    order: IntArray | None = None
    carried: Callable[[FloatArray], FloatArray] | None = None


@dataclass(frozen=True)
class Operation(Generic[State]):
    """A transformation of a state, its load, or both.

    Parameters
    ----------
    name : str
        Name on the card, such as ``"joint rotation"``.
    kind : str
        ``"inside"`` the symmetry group of the target, so that features must not change; or
        ``"outside"`` it, so that a descriptor whose features do not change is over-symmetric.
    apply : callable
        ``(state, load, rng) -> Transformed[State]``.
    """

    name: str
    kind: Literal["inside", "outside"]
    apply: Callable[[State, Load, Rng], Transformed[State]]


@dataclass(frozen=True)
class Environment(Generic[State]):
    """One object and the coordinates that its features should determine, for reconstruction.

    Parameters
    ----------
    state : object
        A small, generic state without symmetry.
    rows : ndarray
        Rows of the features that describe the object.
    free : ndarray
        Indices of the flat coordinates that are to be recovered from the features.
    needed : int
        Number of independent coordinates among them, after subtracting the claimed symmetries.
    distance : callable
        Root mean square distance of two arrays of free coordinates, in the unit of ``length``, up
        to the symmetries under which features are invariant; labels are kept.
    length : float
        Typical distance of neighbours, which scales the displacements from which inversions start.
    """

    state: State
    rows: IntArray
    free: IntArray
    needed: int
    distance: Callable[[FloatArray, FloatArray], float]
    length: float = 1.0


@dataclass(frozen=True)
class Twins(Generic[State]):
    """Two different environments that many features cannot distinguish.

    Parameters
    ----------
    name : str
        Name of the pair, for the card.
    state : object
        A state that contains both, too far apart to influence each other.
    rows : tuple of int
        Rows of the features of the two environments.
    """

    name: str
    state: State
    rows: tuple[int, int]


@dataclass(frozen=True)
class Replica(Generic[State]):
    """A larger state in which the same environments repeat.

    Parameters
    ----------
    state : object
    order : ndarray of shape (n_objects_of_replica,)
        Row of the original that each row must equal; all zero for whole-sample descriptors.
    """

    state: State
    order: IntArray


@dataclass(frozen=True, kw_only=True)
class Subject(Generic[State]):
    """A descriptor, and everything needed to audit it.

    Parameters
    ----------
    name : str
        Label for tables and figures.
    kind, wing : str
        Name of its file in ``describe/`` (or of the feature set), and where it belongs; the card is
        written to ``<wing>/<kind>.json``.
    card : Card
        The descriptor's own card.
    parameters : mapping
        Parameters that differ from the defaults.
    features : callable
        ``(state, load) -> Features``, one row per object.
    probes : callable
        ``(rng) -> {name: [state, ...]}``: disordered, thermal, relaxed, near-degenerate states, each
        an independent sample; never ideal crystals, where every descriptor is rank-deficient.
    load : callable
        ``(rng) -> load``; returns None in wings without loads.
    operations : tuple of Operation
    path : callable or Missing
        ``(rng) -> (s in [0, 1] -> state)``: a smooth path on which objects cross cutoffs, swap the
        order of neighbours and flip Voronoi faces. All states of the path contain the same objects.
    gradient : callable or Missing
        ``(state, load) -> ndarray of shape (n_objects, n_features, n_coordinates)``.
    coordinates, displaced : callable or Missing
        ``(state) -> flat array`` and ``(state, flat array) -> state``: all movable coordinates.
    sized : callable or Missing
        ``(n, rng) -> state`` of ``n`` objects, or of a sample of size ``n``, at constant density.
    sizes : tuple of int
        Increasing arguments ``n`` of ``sized``, at which cost is measured.
    replicated : callable or Missing
        ``(state) -> Replica[State]``.
    edges : mapping of str to callable
        ``(rng) -> state`` of edge cases: empty neighbourhoods, unseen species, tiny boxes.
    environment : callable or Missing
        ``(rng) -> Environment[State]``.
    reference : callable or Missing
        ``(state, load) -> Features``: a richer description of the same objects.
    twins : Twins or Missing
        A pair known to be hard to distinguish.
    path_steps : int
        Number of steps in the first pass along a path, on the finest grid; a multiple of 20.
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
    operations: tuple[Operation[State], ...]
    parameters: Mapping[str, object] = field(default_factory=dict)
    path: Callable[[Rng], Callable[[float], State]] | Missing
    gradient: Callable[[State, Load], FloatArray] | Missing = Missing("no gradient is exposed")
    coordinates: Callable[[State], FloatArray] | Missing
    displaced: Callable[[State, FloatArray], State] | Missing
    sized: Callable[[int, Rng], State] | Missing
    sizes: tuple[int, ...] = ()
    replicated: Callable[[State], Replica[State]] | Missing
    edges: Mapping[str, Callable[[Rng], State]] = field(default_factory=dict)
    environment: Callable[[Rng], Environment[State]] | Missing
    reference: Callable[[State, Load], Features] | Missing
    twins: Twins[State] | Missing = Missing("no pair of different but similar objects is known")
    path_steps: int = 400
    noise: float = 1e-9
