"""Named table columns, with neighbour averages, from features by species and shell."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Features
from mechanist.describe.shared.moments import Shells
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.loads import normalised, strain_of
from mechanist.mechanics.neighbours import averaging_matrix

# A sphere holds many more neighbours than a disc of the same radius, so the 3D radii are smaller.
AVERAGING_RADII: Final[dict[int, tuple[float, ...]]] = {2: (2.0, 3.5), 3: (1.5, 2.5)}


def load_direction(load: FloatArray | None, dimension: int, *, descriptor: str) -> FloatArray:
    """Return the load scaled to unit equivalent shear strain, so that only its direction counts.

    Parameters
    ----------
    load : ndarray of shape (3, 3) or None
        Traceless strain tensor, or displacement gradient, of any magnitude.
    dimension : int
        2 or 3.
    descriptor : str
        Name of the descriptor, for error messages.

    Raises
    ------
    ValueError
        If the load is missing, misshapen, not traceless or zero, or has z components in 2D.
    """
    if load is None:
        raise ValueError(f"{descriptor} is load-aware; got load = None, expected a (3, 3) strain")
    tensor = np.asarray(load, dtype=float)
    if tensor.shape != (3, 3):
        raise ValueError(f"{descriptor}: load.shape = {tensor.shape}; expected (3, 3)")
    tensor = strain_of(tensor)
    if dimension == 2 and np.any(tensor[2]):
        raise ValueError(
            f"{descriptor}: load has the z components {tensor[2]}; a 2D system takes x and y only"
        )
    return normalised(tensor)


def species_columns(configuration: Configuration) -> tuple[FloatArray, list[str]]:
    """Return one-hot columns of the species, and the names of these columns."""
    n_species = len(configuration.species_names)
    one_hot = (configuration.species[:, None] == np.arange(n_species)).astype(float)
    return one_hot, [f"is_{name}" for name in configuration.species_names]


def shell_columns(
    configuration: Configuration,
    blocks: Mapping[str, FloatArray],
    shells: Shells,
    *,
    by_centre: bool,
) -> tuple[FloatArray, list[str]]:
    """Lay out blocks of shape (n, n_species, n_shells) as named columns.

    Parameters
    ----------
    configuration : Configuration
        The particles.
    blocks : mapping of str to ndarray
        Features of each particle by species of the neighbour and by shell.
    shells : Shells
        Their centres give the distances in the names.
    by_centre : bool
        Whether each species of the centre gets columns of its own (zero for the other species), as
        in partial pair distributions: a linear model then weighs an A around an A and an A around
        a B differently.

    Returns
    -------
    values : ndarray of shape (n, n_columns)
    names : list of str
        ``<block>_<neighbour>_<distance>``, or ``<block>_<centre>-<neighbour>_<distance>``.
    """
    species = configuration.species_names
    parts, names = [], []
    one_hot = species_columns(configuration)[0]
    for block, values in blocks.items():
        flat = values.reshape(len(configuration), -1)
        tags = [f"{b}_{r:.2f}" for b in species for r in shells.centres]
        if not by_centre:
            parts.append(flat)
            names += [f"{block}_{tag}" for tag in tags]
            continue
        for a, centre in enumerate(species):
            parts.append(flat * one_hot[:, a : a + 1])
            names += [f"{block}_{centre}-{tag}" for tag in tags]
    return np.hstack(parts), names


def with_averages(
    configuration: Configuration,
    values: FloatArray,
    names: list[str],
    *,
    radii: Sequence[float] | None,
    parity: Mapping[str, int] | None = None,
) -> Features:
    """Append averages of all columns over the neighbours within each radius.

    Parameters
    ----------
    configuration : Configuration
        The particles.
    values : ndarray of shape (n, n_columns)
        Features of each particle.
    names : list of str
        Column names; averages are called ``<name>_mean<radius>``.
    radii : sequence of float or None
        Averaging radii; None takes :data:`AVERAGING_RADII`.
    parity : mapping of str to int, optional
        Parity of each column under reversal of the load; averages inherit it.
    """
    if radii is None:
        radii = AVERAGING_RADII[configuration.dimension]
    parts = [values] + [averaging_matrix(configuration, radius) @ values for radius in radii]
    suffixes = [""] + [f"_mean{radius:g}" for radius in radii]
    return Features(
        np.hstack(parts),
        [name + suffix for suffix in suffixes for name in names],
        {name + s: sign for name, sign in (parity or {}).items() for s in suffixes},
    )
