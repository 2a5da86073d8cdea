"""Material of a glass: its particles and their potential, and how it is found by name.

A material is a file in ``mechanics/materials`` that defines a function ``material``. Its
keyword-only arguments are the parameters that the configuration may set. The file also states, as
``PAIR_DERIVATIVES = True`` or ``False``, whether the potential has analytic pair derivatives, so
that planning a run needs no numerical packages.
"""

import importlib
import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

import numpy as np

from mechanist.core.material_choice import DEFAULT, MaterialChoice
from mechanist.core.narrowing import text
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration

PACKAGE: Final = "mechanist.mechanics.materials"
#: Largest deviation of the sum of a composition from 1.
ROUNDING: Final = 1e-9


class PairPotential(Protocol):
    """Function that returns pair energies and their first two derivatives in the distance."""

    def __call__(
        self, species_i: IntArray, species_j: IntArray, r: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Evaluate all pairs at once; all arrays have shape (n_pairs,)."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """Particles and their potential.

    Positions, densities, cut-offs and diameters are in one unit of length, in which the larger
    particles have a diameter of about 1: lengths of descriptors and of the simulation are chosen
    for it. Masses, times, temperatures and energies are those of LAMMPS's unit system.

    Parameters
    ----------
    label : str
        Name of the potential, written to sample files.
    species_names : tuple of str
        Names of the k species.
    composition : tuple of float
        Fraction of the particles of each species.
    masses, diameters : tuple of float
        Mass and effective diameter of each species.
    cutoffs : ndarray of shape (k, k)
        Distances beyond which particles do not interact.
    lammps : tuple of str
        LAMMPS commands that define the potential, from ``pair_style`` on.
    pair_derivatives : PairPotential or None
        Energy of pairs and its derivatives. None if the potential is no sum over pairs, or its
        derivatives are not available; LAMMPS then does all minimisations, and indicators that need
        the derivatives are unavailable.
    units : str
        Unit system of LAMMPS, such as ``"lj"`` or ``"metal"``.
    timestep : float
        Time step of molecular dynamics, unless a system states another.
    length : float
        The unit of length, in that of the LAMMPS commands.
    event_energy : float
        Energy of all particles lost in one step of deformation above which the step contains a
        plastic event; reversible steps lose less, by the error of the trapezoid rule for the work.

    Raises
    ------
    ValueError
        If the entries contradict each other.
    """

    label: str
    species_names: tuple[str, ...]
    composition: tuple[float, ...]
    masses: tuple[float, ...]
    diameters: tuple[float, ...]
    cutoffs: FloatArray
    lammps: tuple[str, ...]
    pair_derivatives: PairPotential | None
    units: str
    timestep: float
    length: float = 1.0
    event_energy: float = 0.005

    def __post_init__(self) -> None:
        """Validate lengths, signs, the sum of the composition and the symmetry of cut-offs."""
        k = len(self.species_names)
        for name in ("composition", "masses", "diameters"):
            values = getattr(self, name)
            if len(values) != k or min(values, default=0.0) <= 0:
                raise ValueError(
                    f"{name} = {values}; expected a positive number for each of the species"
                    f" {self.species_names}"
                )
        if abs(sum(self.composition) - 1) > ROUNDING:
            raise ValueError(f"composition = {self.composition}; expected a sum of 1")
        cutoffs = np.ascontiguousarray(self.cutoffs, dtype=float)
        object.__setattr__(self, "cutoffs", cutoffs)
        if cutoffs.shape != (k, k) or not (cutoffs > 0).all() or (cutoffs != cutoffs.T).any():
            raise ValueError(f"cutoffs = {cutoffs}; expected a positive symmetric ({k}, {k}) array")
        for name in ("timestep", "length", "event_energy"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} = {getattr(self, name)}; expected a positive number")

    @property
    def unit_system(self) -> str:
        """Unit system of results, as sample files state it."""
        return self.units if self.length == 1 else f"{self.units}; unit of length {self.length:g}"

    @property
    def cutoff(self) -> float:
        """Largest of the cut-offs."""
        return float(self.cutoffs.max())

    def pairs(self, needed_by: str) -> PairPotential:
        """Return the pair derivatives.

        Raises
        ------
        ValueError
            If there are none; the message states what ``needed_by`` cannot compute.
        """
        if self.pair_derivatives is None:
            raise ValueError(
                f"{needed_by} needs the pair derivatives of the potential, which the material"
                f" {self.label!r} does not have"
            )
        return self.pair_derivatives


def load_material(choice: MaterialChoice = DEFAULT) -> Material:
    """Return a material by the name of its file.

    Raises
    ------
    ValueError
        If there is no such file, it does not define a material as it should, or a parameter is
        unknown, missing or out of range.
    """
    return _load(choice.name, json.dumps(choice.parameters))


@lru_cache
def _load(name: str, parameters: str) -> Material:
    try:
        module = importlib.import_module(f"{PACKAGE}.{name}")
        factory, declared = module.material, module.PAIR_DERIVATIVES
    except (ModuleNotFoundError, AttributeError) as error:
        raise ValueError(
            f"material {name!r} not found ({error}); expected a file mechanics/materials/{name}.py"
            " that defines a function material and PAIR_DERIVATIVES"
        ) from error
    found: Material = factory(**_arguments(name, factory, json.loads(parameters)))
    if (found.pair_derivatives is not None) != declared:
        raise ValueError(
            f"material {name!r} states PAIR_DERIVATIVES = {declared}, but its pair_derivatives are"
            f" {found.pair_derivatives}; correct mechanics/materials/{name}.py"
        )
    return found


def _arguments(
    name: str, factory: Callable[..., Material], given: Mapping[str, object]
) -> dict[str, object]:
    """Return the arguments of a material's function, names of files as paths."""
    known = inspect.signature(factory, eval_str=True).parameters
    unknown = sorted(set(given) - set(known))
    missing = [k for k, p in known.items() if p.default is p.empty and k not in given]
    if unknown or missing:
        raise ValueError(
            f"material {name!r} has parameters {list(known)}; got unknown {unknown} and lacks"
            f" {missing}"
        )
    return {k: Path(text(v)) if known[k].annotation is Path else v for k, v in given.items()}


def material_of(configuration: Configuration) -> Material:
    """Return the material of a configuration; of one that states none, the default.

    Raises
    ------
    ValueError
        If the species are not those of the material.
    """
    choice = configuration.material or DEFAULT
    material = load_material(choice)
    if configuration.species_names != material.species_names:
        raise ValueError(
            f"the species are {configuration.species_names}; the potential of the material"
            f" {choice.name!r} is defined for the species {material.species_names} only"
        )
    return material
