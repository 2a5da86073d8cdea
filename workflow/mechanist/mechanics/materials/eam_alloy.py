"""A metallic alloy with an embedded-atom potential in LAMMPS's own file format.

The energy of an atom depends on the density of all its neighbours, so the potential is no sum over
pairs: indicators that need pair derivatives are unavailable.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.formats.setfl import read_setfl_header
from mechanist.mechanics.materials.material import Material

PAIR_DERIVATIVES: Final = False


def material(
    *,
    file: Path,
    composition: Mapping[str, float],
    length: float,
    diameters: Mapping[str, float] | None = None,
    timestep: float = 0.002,
    event_energy: float = 0.005,
) -> Material:
    """Return the alloy that a ``setfl`` file (``pair_style eam/alloy``) describes.

    Parameters
    ----------
    file : Path
        The potential, relative to the folder of the run.
    composition : mapping of str to float
        Fraction of the atoms of each element; any elements of the file.
    length : float
        Unit of length in angstrom, about the diameter of the larger atoms.
    diameters : mapping of str to float, optional
        Diameter of each element in this unit; by default 1.
    timestep : float
        In picoseconds.
    event_energy : float
        In electronvolts; see :class:`Material`.

    Raises
    ------
    FormatError
        If the file is not a potential file.
    ValueError
        If the file lacks an element.
    """
    header = read_setfl_header(file)
    names = tuple(composition)
    absent = sorted({*names, *(diameters or {})} - set(header.masses))
    if absent:
        raise ValueError(f"{file} lacks the elements {absent}; it has {sorted(header.masses)}")
    return Material(
        label=f"EAM, {file.name}",
        species_names=names,
        composition=tuple(composition.values()),
        masses=tuple(header.masses[name] for name in names),
        diameters=tuple((diameters or {}).get(name, 1.0) for name in names),
        cutoffs=np.full((len(names), len(names)), header.cutoff / length),
        lammps=("pair_style eam/alloy", f'pair_coeff * * "{file}" {" ".join(names)}'),
        pair_derivatives=None,
        units="metal",
        timestep=timestep,
        length=length,
        event_energy=event_energy,
    )
