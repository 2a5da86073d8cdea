"""Named table columns, with neighbour averages, from features by species and shell."""

from collections.abc import Sequence
from typing import Final, Protocol, runtime_checkable

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.describe.descriptor import Features
from mechanist.describe.shared.feature_rows import check_features, feature_rows
from mechanist.describe.shared.moments import Shells
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.loads import normalised, strain_of
from mechanist.mechanics.neighbours import add_averages

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
    return one_hot, species_names(configuration.species_names)


def species_names(species: Sequence[str]) -> list[str]:
    """Return the names of one-hot columns of species."""
    return [f"is_{name}" for name in species]


def shell_names(
    species: Sequence[str], blocks: Sequence[str], shells: Shells, *, by_centre: bool
) -> list[str]:
    """Return the names of the columns of :func:`shell_columns`.

    They are ``<block>_<neighbour>_<distance>``, or ``<block>_<centre>-<neighbour>_<distance>``.
    """
    tags = [f"{b}_{r:.2f}" for b in species for r in shells.centres]
    starts = [f"{centre}-" for centre in species] if by_centre else [""]
    return [f"{block}_{start}{tag}" for block in blocks for start in starts for tag in tags]


def shell_columns(
    species: IntArray, n_species: int, blocks: Sequence[FloatArray], *, by_centre: bool
) -> FloatArray:
    """Lay out blocks of shape (n, n_species, n_shells) as columns.

    Parameters
    ----------
    species : ndarray of shape (n,)
        Species of each particle.
    n_species : int
    blocks : sequence of ndarray
        Features of each particle by species of the neighbour and by shell.
    by_centre : bool
        Whether each species of the centre gets columns of its own (zero for the other species), as
        in partial pair distributions: a linear model then weighs an A around an A and an A around
        a B differently.

    Returns
    -------
    ndarray of shape (n, n_columns)
        Named by :func:`shell_names`.
    """
    flat = [block.reshape(len(species), -1) for block in blocks]
    if not by_centre:
        return np.hstack(flat)
    own = [(species == a).astype(float)[:, None] for a in range(n_species)]
    return np.hstack([block * one for block in flat for one in own])


@runtime_checkable
class Averaged(Protocol):
    """A descriptor whose features are columns of every particle and averages of these columns.

    A linear model of such features needs no averages of columns: it averages its own predictions,
    which are far fewer.
    """

    averaging: tuple[float, ...] | None

    def columns(self, configuration: Configuration, *, load: FloatArray | None = None) -> Features:
        """Return the columns of every particle, without averages."""
        ...

    def reach(self) -> float:
        """Return the distance beyond which no particle counts for the columns of a particle."""
        ...


def check_averaged(
    averaging: Sequence[float] | None, configuration: Configuration, columns: int
) -> None:
    """Refuse columns whose averages within some radii would not fit into memory beside them.

    Raises
    ------
    ValueError
        If they do not fit.
    """
    radii = averaging_radii(averaging, configuration.dimension)
    check_features(len(configuration), columns * (1 + len(radii)), at_once=columns)


def averaging_radii(radii: Sequence[float] | None, dimension: int) -> tuple[float, ...]:
    """Return averaging radii; those of the dimension (:data:`AVERAGING_RADII`) if none are given."""
    return AVERAGING_RADII[dimension] if radii is None else tuple(radii)


def averaged_names(names: Sequence[str], radii: Sequence[float]) -> list[str]:
    """Return the names of columns and of their averages, ``<name>_mean<radius>``."""
    return [name + suffix for suffix in _suffixes(radii) for name in names]


def _suffixes(radii: Sequence[float]) -> list[str]:
    return [""] + [f"_mean{radius:g}" for radius in radii]


def with_averages(
    configuration: Configuration, columns: Features, *, radii: Sequence[float] | None
) -> Features:
    """Append averages of all columns over the neighbours within each radius.

    Parameters
    ----------
    configuration : Configuration
        The particles.
    columns : Features
        Columns of each particle; averages are called ``<name>_mean<radius>``, and inherit the
        parity under reversal of the load.
    radii : sequence of float or None
        Averaging radii; None takes :data:`AVERAGING_RADII`.

    Raises
    ------
    ValueError
        If the result does not fit into memory.
    """
    radii = averaging_radii(radii, configuration.dimension)
    n, width = columns.values.shape
    values = feature_rows(n, width * (1 + len(radii)))
    values[:, :width] = columns.values
    for k, radius in enumerate(radii, start=1):
        own = values[:, k * width : (k + 1) * width]
        add_averages(configuration, radius, columns.values, own)
    return Features(
        values,
        averaged_names(columns.names, radii),
        {name + s: sign for name, sign in columns.parity.items() for s in _suffixes(radii)},
    )
