"""Settings of a glass-forming system, its quench and its deformation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mechanist.core.material_choice import DEFAULT, MaterialChoice
from mechanist.core.narrowing import built
from mechanist.mechanics.materials.material import Material, load_material
from mechanist.settings.entry_types.glass_block_entries import DeformationEntry, GlassSystemEntry

#: Largest distance of a strain from the grid of steps, relative to the step.
OFF_GRID: Final = 1e-6


@dataclass(frozen=True, kw_only=True)
class Quench:
    """Melt at constant temperature and volume, then cool linearly (Nose-Hoover thermostat).

    Parameters
    ----------
    hot, cold : float
        Temperatures of the melt and at the end of the quench, in units of the material.
    timestep : float
        In units of the material.
    melt_steps, quench_steps : int
        Numbers of time steps; the second sets the quench rate.
    damping : float
        Relaxation time of the thermostat.
    """

    hot: float
    cold: float
    timestep: float
    melt_steps: int
    quench_steps: int
    damping: float = 0.5

    def __post_init__(self) -> None:
        """Check that the quench cools."""
        if not 0 < self.cold < self.hot:
            raise ValueError(
                f"quench from hot = {self.hot} to cold = {self.cold}; expected 0 < cold < hot"
            )

    @property
    def rate(self) -> float:
        """Temperature decrease per unit of time."""
        return (self.hot - self.cold) / (self.timestep * self.quench_steps)


@dataclass(frozen=True, kw_only=True)
class Deformation:
    """Athermal quasistatic deformation: strain a little, minimise, repeat.

    Parameters
    ----------
    step : float
        Equivalent shear strain between two minimisations.
    frames : tuple of float
        Strains at which states are kept, each a multiple of ``step``; the largest ends the path.
    probe : float
        Strain of an additional kept state, one elastic step from the reference; any value.
    force_tolerance : float
        Root mean square force on a particle at which a minimisation ends, in units of the material.
    reference_force_tolerance : float
        The same for the state before loading, from which linear response is computed.

    Raises
    ------
    ValueError
        If a strain is not positive or a frame lies off the grid of steps.
    """

    step: float
    frames: tuple[float, ...]
    probe: float
    force_tolerance: float
    reference_force_tolerance: float = 1e-10

    def __post_init__(self) -> None:
        """Validate the strains."""
        frames = tuple(sorted(float(frame) for frame in self.frames))
        object.__setattr__(self, "frames", frames)
        if not frames or min(self.step, self.probe, *frames) <= 0:
            raise ValueError(
                f"step = {self.step}, frames = {frames}, probe = {self.probe}; expected positive"
                " strains and at least one frame"
            )
        for frame in frames:
            if self._steps_to(frame) is None:
                raise ValueError(
                    f"the frame at strain {frame:g} is not a multiple of step = {self.step:g};"
                    " change one of them"
                )

    def _steps_to(self, strain: float) -> int | None:
        """Return the number of steps to ``strain``; None if it lies between two steps."""
        steps = round(strain / self.step)
        return steps if steps and abs(strain / self.step - steps) < OFF_GRID else None

    @property
    def strains(self) -> tuple[float, ...]:
        """Strains on the grid of steps, without the reference; kept strains exactly as given."""
        asked = {self._steps_to(strain): strain for strain in (self.probe, *self.frames)}
        last = self._steps_to(self.frames[-1])
        assert last is not None
        return tuple(asked.get(k, self.step * k) for k in range(1, last + 1))

    @property
    def kept(self) -> frozenset[float]:
        """Strains at which states are kept."""
        return frozenset((self.probe, *self.frames))

    @property
    def probe_off_grid(self) -> bool:
        """Whether the probe needs a minimisation of its own."""
        return self.probe not in self.strains


@dataclass(frozen=True, kw_only=True)
class GlassSystem:
    """A family of glasses that differ only in their random numbers.

    Parameters
    ----------
    name : str
        Name, such as ``"ka2d"``.
    dimension : int
        2 or 3.
    particles : int
        Number of particles of one glass.
    density : float
        Particles per area or volume, in the unit of length of the material.
    quench : Quench
    deformation : Deformation
    loads : dict of str to mapping
        Loads by name, as :func:`mechanist.mechanics.loads.gradient_of` reads them.
    minority_fraction : float or None
        Fraction of the second of two species; None takes the composition of the material.
    material : MaterialChoice
    """

    name: str
    dimension: int
    particles: int
    density: float
    quench: Quench
    deformation: Deformation
    loads: Mapping[str, Mapping[str, object]]
    minority_fraction: float | None = None
    material: MaterialChoice = DEFAULT

    @property
    def composition(self) -> tuple[float, ...]:
        """Fraction of the particles of each species of the material.

        Raises
        ------
        ValueError
            If a minority fraction is given, but there are not two species.
        """
        material = load_material(self.material)
        if self.minority_fraction is None:
            return material.composition
        if len(material.species_names) != 2:
            raise ValueError(
                f"minority_fraction of system {self.name!r} needs two species; the material"
                f" {self.material.name!r} has {material.species_names}. Leave it out"
            )
        return (1 - self.minority_fraction, self.minority_fraction)

    @classmethod
    def from_entry(cls, name: str, entry: GlassSystemEntry) -> "GlassSystem":
        """Build a system from its entry in the configuration.

        Parameters
        ----------
        name : str
            Key of the entry.
        entry : mapping
            As the configuration's models describe it.

        Raises
        ------
        ValueError
            If the material is unknown or a part contradicts itself.
        """
        choice = MaterialChoice.from_entry(entry)
        material = load_material(choice)
        return cls(
            name=name,
            dimension=entry["dimension"],
            particles=entry["particles"],
            density=entry["density"],
            minority_fraction=entry.get("minority_fraction"),
            material=choice,
            quench=built(Quench, {"timestep": material.timestep, **entry["quench"]}),
            deformation=built(Deformation, _tolerances(material, entry["deformation"])),
            loads=entry["loads"],
        )


def _tolerances(material: Material, entry: DeformationEntry) -> Mapping[str, object]:
    """Return the entry of a deformation with the tolerance of the state before loading.

    Only linear response needs a better minimum than loading does, and LAMMPS does not reach it.
    """
    if material.pair_derivatives is not None:
        return entry
    return {"reference_force_tolerance": entry["force_tolerance"], **entry}
