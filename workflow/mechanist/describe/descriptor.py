"""Interface of descriptors, their cards, and loading a descriptor by the name of its file."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Protocol, runtime_checkable

from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration


@dataclass(frozen=True, kw_only=True)
class Card:
    """Facts that a reader must know about a descriptor before using it.

    Parameters
    ----------
    name : str
        Human-readable name.
    reference : str
        DOI, or the place of the definition.
    units : str
        Units of the features.
    symmetry : str
        Joint operations on structure (and load) under which the features do not change.
    load_aware : bool
        Whether the features depend on the load.
    needs_potential : bool
        Whether an interatomic potential enters (a mechanism-based indicator).
    needs_probe : bool
        Whether the descriptor reads the state after one tiny elastic step, which costs a
        minimisation.
    whole_sample : bool
        Whether the descriptor describes the sample as a whole rather than each particle.
    """

    name: str
    reference: str
    units: str
    symmetry: str
    load_aware: bool
    needs_potential: bool = False
    needs_probe: bool = False
    whole_sample: bool = False


@dataclass(frozen=True)
class Features:
    """Named features of every object.

    Parameters
    ----------
    values : ndarray of shape (n_objects, n_features)
    names : list of str
        Unique, stable, and equal for every configuration of one system.
    parity : dict of str to int
        Sign of named features under reversal of the load: 1, -1, or 0 for no parity. Features of a
        load-blind descriptor need no entry.
    """

    values: FloatArray
    names: list[str]
    parity: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that names and values match."""
        if self.values.ndim != 2 or self.values.shape[1] != len(self.names):
            raise ValueError(
                f"values.shape = {self.values.shape}; expected (n_objects, {len(self.names)}),"
                " a column for each name"
            )
        if len(set(self.names)) != len(self.names):
            raise ValueError("feature names repeat; expected unique names")


@runtime_checkable
class Descriptor(Protocol):
    """Maps a configuration, and a load where it is load-aware, to features."""

    card: ClassVar[Card]

    def __call__(
        self,
        configuration: Configuration,
        *,
        load: FloatArray | None = None,
        probe: Configuration | None = None,
    ) -> Features:
        """Describe every particle of ``configuration``.

        Parameters
        ----------
        configuration : Configuration
            State before loading.
        load : ndarray of shape (3, 3), optional
            Traceless symmetric strain direction; required if the card says load-aware.
        probe : Configuration, optional
            State after one tiny elastic step of that load; required if the card says so.
        """
        ...


def load_descriptor(kind: str, parameters: Mapping[str, Any] | None = None) -> Descriptor:
    """Return the descriptor that file ``describe/<kind>.py`` defines as ``DESCRIPTOR``.

    Parameters
    ----------
    kind : str
        Name of the file without its suffix.
    parameters : mapping, optional
        Fields of the descriptor's dataclass to set.

    Raises
    ------
    ValueError
        If there is no such file, it defines no descriptor, or a parameter is unknown.
    """
    try:
        module = importlib.import_module(f"mechanist.describe.{kind}")
        factory = module.DESCRIPTOR
    except (ModuleNotFoundError, AttributeError) as error:
        raise ValueError(
            f"descriptor kind {kind!r} not found; expected a file describe/{kind}.py that defines"
            " DESCRIPTOR"
        ) from error
    known = [f.name for f in fields(factory)]
    unknown = sorted(set(parameters or {}) - set(known))
    if unknown:
        raise ValueError(f"descriptor kind {kind!r} has no parameters {unknown}; it takes {known}")
    descriptor = factory(**{k: _frozen(v) for k, v in (parameters or {}).items()})
    assert isinstance(descriptor, Descriptor)
    return descriptor


def _frozen(value: Any) -> Any:
    """Convert lists, as YAML gives them, to tuples for frozen dataclasses."""
    return tuple(_frozen(v) for v in value) if isinstance(value, list) else value
