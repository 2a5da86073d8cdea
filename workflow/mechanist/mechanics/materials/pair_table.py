"""Any mixture whose pair potentials stand in a table of LAMMPS's own format, measured or learnt."""

from collections.abc import Mapping
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Final

import numpy as np

from mechanist.formats.pair_tables import keyword, read_pair_tables
from mechanist.mechanics.materials.material import Material
from mechanist.mechanics.splined_pairs import SplinedPairs

PAIR_DERIVATIVES: Final = True


def material(
    *,
    file: Path,
    composition: Mapping[str, float],
    diameters: Mapping[str, float] | None = None,
    masses: Mapping[str, float] | None = None,
    timestep: float = 0.005,
    event_energy: float = 0.005,
) -> Material:
    """Return the mixture whose potential a table describes (``pair_style table``).

    Parameters
    ----------
    file : Path
        The table, relative to the folder of the run: a section for each pair of species, named after
        them (``A_B``), in units in which the larger particles have a diameter of about 1.
    composition : mapping of str to float
        Fraction of the particles of each species.
    diameters, masses : mapping of str to float, optional
        Of each species; by default 1.
    timestep : float
        In the table's unit of time.
    event_energy : float
        In its unit of energy; see :class:`Material`.

    Raises
    ------
    FormatError
        If the file is no such table, or lacks a pair.
    ValueError
        If a force does not end at the cutoff, particles attract each other at the first distance, or
        numbers of entries differ between pairs.
    """
    names = tuple(composition)
    tables = read_pair_tables(file, names)
    pairs = [[tables[keyword(one, other)] for other in names] for one in names]
    lengths = {len(table.force) for row in pairs for table in row}
    if len(lengths) > 1:
        raise ValueError(f"{file}: sections have {sorted(lengths)} lines; expected equally many")
    try:
        potential = SplinedPairs(
            starts=np.array([[table.first for table in row] for row in pairs]),
            cutoff=np.array([[table.last for table in row] for row in pairs]),
            slopes=np.array([[-table.force for table in row] for row in pairs]),
        )
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from error
    order = combinations_with_replacement(range(len(names)), 2)
    commands = [
        f"pair_style table spline {lengths.pop()}",
        *(f'pair_coeff {i + 1} {j + 1} "{file}" {pairs[i][j].name}' for i, j in order),
    ]
    return Material(
        label=f"tabulated, {file.name}",
        species_names=names,
        composition=tuple(composition.values()),
        masses=tuple((masses or {}).get(name, 1.0) for name in names),
        diameters=tuple((diameters or {}).get(name, 1.0) for name in names),
        cutoffs=potential.cutoff,
        lammps=tuple(commands),
        pair_derivatives=potential,
        units="lj",
        timestep=timestep,
        event_energy=event_energy,
    )
