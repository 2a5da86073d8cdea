"""Pictures of the surroundings of a particle in the frame of the load, after Fan and Ma.

Fan and Ma, https://doi.org/10.1038/s41467-021-21806-z, let a network read pictures of the particles
around each one. Here the number density of every species is drawn on a grid that is centred on the
particle and turned into the frame of the load: its first axis is that of extension, the last one that of
compression. The eigenvectors of a load have no sense, so that the maps of all choices of sense are
summed, and one quadrant (octant in three dimensions) holds everything that is left. A uniaxial load in
three dimensions leaves the frame undetermined up to turns about its axis: maps are then averaged over
such turns, so finely that pixels are wider than a step.

``LabMaps`` are the same maps in the frame of the laboratory, the control: they depend on how the sample
lies, and not on the load.
"""

from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numba
import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.columns import load_direction, shell_columns
from mechanist.describe.shared.feature_rows import feature_rows
from mechanist.formats.configuration import Configuration
from mechanist.formats.described_columns import NOT_NEGATIVE, PURE, Column
from mechanist.mechanics.neighbours import neighbours_by_part

# In two dimensions, maps of other sizes and widths gave a ridge the same scores within .003.
#: Pixels along half of a side, by dimension.
PIXELS: Final = {2: 8, 3: 4}
#: Widths of a pixel's Gaussian beyond which a particle does not count.
REACH: Final = 6.0
#: Difference of two eigenvalues, of a load of unit shear, below which their axes are undetermined.
EQUAL: Final = 1e-6
#: Turns about the axis of a uniaxial load over which maps are averaged, over half a circle: mirrors add the rest.
TURNS: Final = 24

COLUMNS: Final = {
    "map_*": Column(
        PURE,
        "Neighbours of the species in the name, weighted by a Gaussian around the place in the name (in the"
        " frame of the map) and its mirror images.",
        NOT_NEGATIVE,
    ),
}


@dataclass(frozen=True)
class Maps:
    """Maps in some frame.

    Parameters
    ----------
    half_width : float
        Half of the side of a map, in the unit of the positions.
    smoothing : float
        Standard deviation of the Gaussian of a pixel.
    pixels : int or None
        Pixels along half of a side; None takes those of the dimension (:data:`PIXELS`).
    by_centre : bool
        Whether each species of the centre gets columns of its own.

    Raises
    ------
    ValueError
        If a length or the number of pixels is not positive.
    """

    half_width: float = 2.4
    smoothing: float = 0.22
    pixels: int | None = None
    by_centre: bool = True

    def __post_init__(self) -> None:
        """Validate the parameters."""
        if not (
            self.half_width > 0 and self.smoothing > 0 and (self.pixels is None or self.pixels > 0)
        ):
            raise ValueError(
                f"half_width = {self.half_width}, smoothing = {self.smoothing}, pixels = {self.pixels};"
                " expected positive lengths and at least one pixel"
            )

    def maps(self, configuration: Configuration, frames: FloatArray) -> Features:
        """Return the maps of every particle, averaged over frames.

        Parameters
        ----------
        configuration : Configuration
        frames : ndarray of shape (n_frames, 3, 3)
            Axes of each frame as rows.
        """
        species, d = configuration.species_names, configuration.dimension
        places = self.places(d)
        grid = len(places) ** d
        starts = [f"{centre}-" for centre in species] if self.by_centre else [""]
        names = [f"map_{start}{other}_{tag}" for start in starts for other in species
                 for tag in self._tags(d)]  # fmt: skip
        values = feature_rows(len(configuration), len(names))
        reach = np.sqrt(d) * self.half_width + REACH * self.smoothing
        for part, pairs in neighbours_by_part(configuration, reach):
            drawn = np.zeros((len(pairs), len(species), grid))
            for frame in frames:
                _draw(
                    pairs.starts,
                    configuration.species[pairs.second],
                    pairs.vectors @ frame.T,
                    places,
                    self.smoothing,
                    d,
                    drawn,
                )
            values[part] = shell_columns(
                configuration.species[part],
                len(species),
                [drawn / len(frames)],
                by_centre=self.by_centre,
            )
        return Features(values, names)

    def places(self, dimension: int) -> FloatArray:
        """Return the centres of the pixels along half of a side, shape (n_pixels,)."""
        count = self.pixels or PIXELS[dimension]
        return (np.arange(count) + 0.5) * self.half_width / count

    def _tags(self, dimension: int) -> list[str]:
        places = self.places(dimension)
        corners = np.indices((len(places),) * dimension).reshape(dimension, -1).T
        return ["_".join(f"{places[k]:.2f}" for k in corner) for corner in corners]


@dataclass(frozen=True)
class OrientedMaps(Maps):
    """Maps in the frame of the load; see :class:`Maps` for the parameters."""

    card: ClassVar[Card] = Card(
        name="Maps in the frame of the load",
        reference="https://doi.org/10.1038/s41467-021-21806-z",
        units="1",
        symmetry="translations, permutations of like particles, and rotations and reflections of"
        " structure and load together",
        load_aware=True,
        subject=SubjectName.PARTICLE,
        columns=COLUMNS,
    )

    def __call__(
        self,
        configuration: Configuration,
        *,
        load: FloatArray | None = None,
        probe: Configuration | None = None,
    ) -> Features:
        """Describe every particle; see :class:`mechanist.describe.descriptor.Descriptor`.

        Raises
        ------
        ValueError
            If the load is missing or illegal.
        """
        d = configuration.dimension
        tensor = load_direction(load, d, descriptor="oriented_maps")
        found = self.maps(configuration, frames_of(tensor, d))
        # Reversal of the load exchanges the axes of a map, and so its columns.
        return replace(found, parity=dict.fromkeys(found.names, 0))


@dataclass(frozen=True)
class LabMaps(Maps):
    """Maps in the frame of the laboratory; see :class:`Maps` for the parameters."""

    card: ClassVar[Card] = Card(
        name="Maps in the frame of the laboratory",
        reference="https://doi.org/10.1038/s41467-021-21806-z",
        units="1",
        symmetry="translations, permutations of like particles, reflections along the axes",
        load_aware=False,
        subject=SubjectName.PARTICLE,
        broken=("joint rotation", "joint reflection", "symmetries of the load"),
        columns=COLUMNS,
    )

    def __call__(
        self,
        configuration: Configuration,
        *,
        load: FloatArray | None = None,
        probe: Configuration | None = None,
    ) -> Features:
        """Describe every particle; see :class:`mechanist.describe.descriptor.Descriptor`."""
        return self.maps(configuration, np.eye(3)[np.newaxis])


def frames_of(tensor: FloatArray, dimension: int) -> FloatArray:
    """Return the frames of a load over which maps are averaged, shape (n_frames, 3, 3).

    The rows of a frame are the eigenvectors, that of the largest stretch first. There is one frame, or
    :data:`TURNS` about the axis of a load with two equal stretches.

    Parameters
    ----------
    tensor : ndarray of shape (3, 3)
        Traceless and symmetric, of unit shear.
    dimension : int
        2 or 3; in two dimensions z is the last axis.
    """
    if dimension == 2:
        frame = np.eye(3)
        frame[:2, :2] = np.linalg.eigh(tensor[:2, :2])[1][:, ::-1].T
        return frame[np.newaxis]
    stretches, axes = np.linalg.eigh(tensor)
    frame = axes[:, ::-1].T
    equal = np.flatnonzero(np.diff(stretches)[::-1] < EQUAL)
    if not len(equal):
        return frame[np.newaxis]
    one, two = frame[equal[0]].copy(), frame[equal[0] + 1].copy()
    turned = np.repeat(frame[np.newaxis], TURNS, axis=0)
    angles = np.arange(TURNS) * (np.pi / TURNS)
    turned[:, equal[0]] = np.cos(angles)[:, None] * one + np.sin(angles)[:, None] * two
    turned[:, equal[0] + 1] = np.cos(angles)[:, None] * two - np.sin(angles)[:, None] * one
    return turned


@numba.njit(cache=True)
def _draw(
    starts: IntArray,
    species: IntArray,
    vectors: FloatArray,
    places: FloatArray,
    width: float,
    dimension: int,
    drawn: FloatArray,
) -> None:
    """Add the neighbours of every particle, and their mirror images, to its maps."""
    count = len(places)
    weights = np.empty((dimension, count))
    for i in range(len(starts) - 1):
        for pair in range(starts[i], starts[i + 1]):
            for a in range(dimension):
                for k in range(count):
                    near = (vectors[pair, a] - places[k]) / width
                    mirrored = (vectors[pair, a] + places[k]) / width
                    weights[a, k] = np.exp(-0.5 * near**2) + np.exp(-0.5 * mirrored**2)
            target = drawn[i, species[pair]]
            for k in range(count):
                for m in range(count):
                    plane = weights[0, k] * weights[1, m]
                    if dimension == 2:
                        target[k * count + m] += plane
                    else:
                        for n in range(count):
                            target[(k * count + m) * count + n] += plane * weights[2, n]


DESCRIPTORS = (OrientedMaps, LabMaps)
