"""Interface of descriptors, their cards, and loading a descriptor by its name.

A file of this folder defines one descriptor by ``DESCRIPTOR = SomeClass``, which has the name of
the file, or several by ``DESCRIPTORS = (FirstClass, SecondClass)``, which have the names of their
classes in lower case (``first_class``). Each class is a frozen dataclass, whose fields are the
parameters, with a :class:`Card` and a ``__call__`` that returns :class:`Features`; what it is
called with depends on the subject that the card names.
"""

import importlib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from enum import StrEnum, auto
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol, overload, runtime_checkable

import mechanist.describe
from mechanist.core.typing import FloatArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.described_columns import Column
from mechanist.settings.declared import CARRIERS, Declared, declared_in_folders

if TYPE_CHECKING:
    from mechanist.describe.shared.density_fields import FieldDescriptor
    from mechanist.describe.shared.pileups import PileupDescriptor
    from mechanist.describe.shared.trajectories import TrajectoryDescriptor
    from mechanist.describe.shared.voxel_rows import VoxelRows


class SubjectName(StrEnum):
    """What a descriptor describes, which decides how it is called and audited."""

    PARTICLE = auto()
    """A particle of a glass; called with a configuration, a load and a probe."""
    DISLOCATION_SAMPLE = auto()
    """A sample of straight dislocations at rest; called with a configuration, a load, a probe."""
    CREEP_TRAJECTORY = auto()
    """A sample of dislocations under constant stress; called with its states."""
    PILEUP = auto()
    """A pileup at rest in its landscape; called with the sample."""
    DENSITY_FIELD = auto()
    """A microstructure of dislocations; called with its density fields."""
    VOXEL = auto()
    """A voxel of a polycrystal; called with what is known of the cell before loading."""
    IMAGE = auto()
    """A picture; no descriptor describes one yet."""

    @property
    def whole(self) -> bool:
        """Whether features have one row for the whole sample instead of one for each object."""
        return self not in {SubjectName.PARTICLE, SubjectName.VOXEL}


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
    subject : SubjectName
        What is described.
    needs_potential : bool
        Whether an interatomic potential enters (a mechanism-based indicator).
    needs_probe : bool
        Whether the descriptor reads the state after one tiny elastic step, which costs a
        minimisation.
    carriers : tuple of str
        Dislocations whose density fields are described: curved ``"lines"``, straight ``"edges"``
        that cross the plane, or both; of no meaning for other subjects.
    broken : tuple of str
        Operations of the target's symmetry under which the features change by construction, such as
        ``"translation"`` on a grid. The audit grades them all the same; the contract allows them.
    columns : mapping of str to Column
        Unit, meaning and allowed values of the columns, by patterns of their names in which ``*``
        stands for any text; the first pattern that fits describes a column. A column that no
        pattern fits has the units and the name of the card.
    """

    name: str
    reference: str
    units: str
    symmetry: str
    load_aware: bool
    subject: SubjectName
    needs_potential: bool = False
    needs_probe: bool = False
    carriers: tuple[str, ...] = CARRIERS
    broken: tuple[str, ...] = ()
    columns: Mapping[str, Column] = field(default_factory=dict, hash=False)


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


class DescriptorClass(Protocol):
    """The class of a descriptor of any subject: a dataclass whose fields are its parameters."""

    card: Card
    __dataclass_fields__: ClassVar[dict[str, Field[object]]]

    def __call__(self, **parameters: object) -> object:
        """Return the descriptor with these parameters."""
        ...


@overload
def load_descriptor(
    kind: str,
    parameters: Mapping[str, object] | None = None,
    *,
    subject: Literal[SubjectName.PARTICLE, SubjectName.DISLOCATION_SAMPLE] | None = None,
) -> Descriptor: ...
@overload
def load_descriptor(
    kind: str,
    parameters: Mapping[str, object] | None = None,
    *,
    subject: Literal[SubjectName.CREEP_TRAJECTORY],
) -> "TrajectoryDescriptor": ...
@overload
def load_descriptor(
    kind: str,
    parameters: Mapping[str, object] | None = None,
    *,
    subject: Literal[SubjectName.PILEUP],
) -> "PileupDescriptor": ...
@overload
def load_descriptor(
    kind: str,
    parameters: Mapping[str, object] | None = None,
    *,
    subject: Literal[SubjectName.DENSITY_FIELD],
) -> "FieldDescriptor": ...
@overload
def load_descriptor(
    kind: str,
    parameters: Mapping[str, object] | None = None,
    *,
    subject: Literal[SubjectName.VOXEL],
) -> "VoxelRows": ...
def load_descriptor(
    kind: str,
    parameters: Mapping[str, object] | None = None,
    *,
    subject: SubjectName | None = None,
) -> object:
    """Return a descriptor; its call takes what its subject asks for.

    Parameters
    ----------
    kind : str
        Name of the descriptor.
    parameters : mapping, optional
        Fields of the descriptor's dataclass to set.
    subject : SubjectName, optional
        What it has to describe.

    Raises
    ------
    ValueError
        If there is no such descriptor, it describes something else, or a parameter is unknown.
    """
    factory = descriptor_class(kind)
    if subject is not None and factory.card.subject is not subject:
        raise ValueError(
            f"descriptor {kind!r} has the subject {str(factory.card.subject)!r}; expected a"
            f" descriptor of the subject {str(subject)!r}"
        )
    known = [f.name for f in fields(factory)]
    unknown = sorted(set(parameters or {}) - set(known))
    if unknown:
        raise ValueError(f"descriptor kind {kind!r} has no parameters {unknown}; it takes {known}")
    return factory(**{k: _frozen(v) for k, v in (parameters or {}).items()})


def descriptor_class(kind: str) -> DescriptorClass:
    """Return the class of a descriptor.

    Parameters
    ----------
    kind : str
        Name of the descriptor.

    Raises
    ------
    ValueError
        If no file defines it.
    """
    declared = described().get(kind)
    if declared is None:
        raise ValueError(
            f"descriptor kind {kind!r} not found; expected a file describe/{kind}.py that defines"
            f" DESCRIPTOR, or a class of that name among the DESCRIPTORS of a file"
        )
    module = importlib.import_module(f"mechanist.describe.{declared.file}")
    found: DescriptorClass = getattr(module, declared.cls)
    return found


def described() -> dict[str, Declared]:
    """Return all descriptors by name, found in the files of this folder without importing them."""
    return declared_in_folders([Path(folder) for folder in mechanist.describe.__path__])


def _frozen(value: object) -> object:
    """Convert lists, as YAML gives them, to tuples for frozen dataclasses."""
    return tuple(_frozen(v) for v in value) if isinstance(value, list) else value
