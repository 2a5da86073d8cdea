"""Settings of a family of dislocation samples that differ in their random places."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from mechanist.core.narrowing import built, mapping, number, numbers
from mechanist.mechanics.edge_system import Well
from mechanist.simulate.dislocation_dynamics import Integration
from mechanist.simulate.dislocation_loading import Creep, Ramp, Spring

_LOADINGS: Final[Mapping[str, type[Ramp | Spring | Creep]]] = {
    "ramp": Ramp,
    "spring": Spring,
    "creep": Creep,
}


@dataclass(frozen=True, kw_only=True)
class Pinning:
    """Immobile obstacles at random places.

    Parameters
    ----------
    densities : tuple of float
        Obstacles per b^2, rounded to whole obstacles. Sample k has density k modulo the number of
        densities, so that one system can sweep a transition.
    well : Well
        Potential of one obstacle.
    """

    densities: tuple[float, ...]
    well: Well

    def __post_init__(self) -> None:
        """Validate the densities."""
        if not self.densities or not all(0 <= d < np.inf for d in self.densities):
            raise ValueError(
                f"pin densities {self.densities}; expected at least one, none negative"
            )

    @classmethod
    def from_entry(cls, entry: Mapping[str, object]) -> "Pinning":
        """Build from ``density`` (a number or a list), ``strength`` and ``radius``."""
        densities = np.atleast_1d(np.asarray(entry["density"], dtype=float))
        well = Well(strength=number(entry["strength"]), radius=number(entry["radius"]))
        return cls(densities=tuple(densities.tolist()), well=well)


@dataclass(frozen=True, kw_only=True)
class DislocationSystem:
    """A family of samples.

    Parameters
    ----------
    name : str
        Name, such as ``"n100"``.
    dislocations : int
        Number of dislocations at random places, half of each sign; fewer remain after relaxation.
    density : float
        Dislocations per b^2 before relaxation, which sets the side of the cell.
    rest : float
        Mean absolute velocity below which a state is relaxed, in b per unit of time.
    integration : Integration
    loading : Ramp, Spring or Creep
        Loading of the relaxed state.
    prestrain : float or None
        Strain of a first loading before a second branch; None for no second branch. Creep ignores
        it.
    frames : tuple of float
        Strains at which states are kept; creep has frames of its own.
    pinning : Pinning or None

    Raises
    ------
    ValueError
        If a number is out of range; the message names it.
    """

    name: str
    dislocations: int
    density: float = 0.04
    rest: float = 1e-8
    integration: Integration = field(default_factory=Integration)
    loading: Ramp | Spring | Creep = field(default_factory=Ramp)
    prestrain: float | None = 0.02
    frames: tuple[float, ...] = ()
    pinning: Pinning | None = None

    def __post_init__(self) -> None:
        """Validate the parameters."""
        if self.dislocations < 2 or self.dislocations % 2:
            raise ValueError(
                f"system {self.name!r}: dislocations = {self.dislocations}; expected an even number,"
                " half of them of each sign"
            )
        for name in ("density", "rest"):
            if not 0 < getattr(self, name) < np.inf:
                raise ValueError(
                    f"system {self.name!r}: {name} = {getattr(self, name)}; expected a positive"
                    " number"
                )
        if self.prestrain is not None and not 0 < self.prestrain < np.inf:
            raise ValueError(
                f"system {self.name!r}: prestrain = {self.prestrain}; expected a positive strain or"
                " none"
            )
        if self.pinning is not None and self.pinning.well.radius > self.length / 2:
            raise ValueError(
                f"system {self.name!r}: pins of radius {self.pinning.well.radius} b in a cell of"
                f" {self.length:g} b; expected a radius of at most half its side"
            )

    @property
    def length(self) -> float:
        """Side of the cell in b."""
        return float(np.sqrt(self.dislocations / self.density))

    @property
    def well(self) -> Well | None:
        """Potential of a pin; None without pins."""
        return None if self.pinning is None else self.pinning.well

    @classmethod
    def from_entry(cls, name: str, entry: Mapping[str, object]) -> "DislocationSystem":
        """Build a system from its entry in the configuration.

        Parameters
        ----------
        name : str
            Key of the entry.
        entry : mapping
            ``dislocations`` and, where they differ from the defaults above: ``density``, ``rest``,
            ``prestrain``, ``frames``; ``integration``, a mapping; ``loading``, a mapping with its
            ``kind``, one of ``ramp``, ``spring`` and ``creep``; ``pinning``, a mapping. Other keys
            are ignored.

        Raises
        ------
        ValueError
            If a part contradicts itself.
        """
        plain = ("dislocations", "density", "rest", "prestrain")
        options = {key: entry[key] for key in plain if key in entry}
        loading = dict(mapping(entry.get("loading", {"kind": "ramp"})))
        kind = loading.pop("kind", None)
        if not isinstance(kind, str) or kind not in _LOADINGS:
            raise ValueError(
                f"system {name!r}: loading of kind {kind!r}; expected one of {sorted(_LOADINGS)}"
            )
        if entry.get("pinning"):
            options["pinning"] = Pinning.from_entry(mapping(entry["pinning"]))
        return built(
            cls,
            {
                "name": name,
                "integration": built(Integration, mapping(entry.get("integration", {}))),
                "loading": built(_LOADINGS[kind], loading),
                "frames": tuple(sorted(map(float, numbers(entry.get("frames", ()))))),
                **options,
            },
        )
