"""From three pictures to D2min: two exposures of a sample at rest, and one of the sample under load."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.pictures.found_particles import FoundParticles
from mechanist.pictures.linking import link_frames
from mechanist.pictures.noise_floor import NoiseFloor, measured_d2min, noise_floor
from mechanist.pictures.open_view import OpenView
from mechanist.pictures.two_species import smaller_species

#: A particle is linked if it moved by less than this part of its diameter beyond its neighbours.
REACH = 0.55


class Detector(Protocol):
    """What finds particles in a picture."""

    @property
    def diameter(self) -> float:
        """Diameter of a typical particle, in the unit of length of the picture."""

    def find(self, picture: FloatArray, pixel: float) -> FoundParticles:
        """Return the particles of a picture with pixels of some size."""


@dataclass(frozen=True, eq=False)
class FollowedView:
    """What is measured of a sample before and under load.

    Parameters
    ----------
    before, after : FoundParticles
        All particles that were found in the first exposure and under load.
    view : OpenView
        Those before loading; the species 1 is the smaller one.
    smaller : ndarray of shape (n,)
        Probability of each to be of the smaller species.
    first, second : ndarray of shape (m,)
        Indices, before and after, of the particles that were found in both.
    d2min : ndarray of shape (m,)
        D2min per neighbour of these, NaN with too few neighbours.
    floor : NoiseFloor
        What errors of localisation add to it.
    """

    before: FoundParticles
    after: FoundParticles
    view: OpenView
    smaller: FloatArray
    first: IntArray
    second: IntArray
    d2min: FloatArray
    floor: NoiseFloor


def follow(
    pictures: Sequence[FloatArray],
    pixel: float,
    detector: Detector,
    gradient: FloatArray,
    cutoff: float,
) -> FollowedView:
    """Return what two exposures at rest and one under load show.

    Parameters
    ----------
    pictures : sequence of 3 ndarray of shape (rows, columns)
        Of one size; the middle of the picture shows the same material.
    pixel : float
        Side of a pixel.
    detector : Detector
    gradient : ndarray of shape (2, 2)
        Deformation gradient of the load.
    cutoff : float
        Radius of the neighbourhood of D2min.

    Raises
    ------
    LostParticlesError
        If most particles are not found again.
    ValueError
        If the view is too small for the cutoff.
    """
    found = [detector.find(picture, pixel) for picture in pictures]
    corner = np.array(pictures[0].shape[::-1]) * pixel
    views = [
        OpenView(one.positions, np.zeros(len(one), np.int64), np.zeros(2), corner) for one in found
    ]
    before, again, after = views
    places = [view.positions for view in views]
    reach, middle = REACH * detector.diameter, corner / 2
    i, j = link_frames(
        places[:2], reach, gradients=[np.eye(2)], centre=middle,
        names=("the first exposure", "the second exposure"),
    ).pairs(0, 1)  # fmt: skip
    floor = noise_floor(before.kept(i), again.kept(j), cutoff)
    first, second = link_frames(
        [places[0], places[2]], reach, gradients=[gradient], centre=middle,
        names=("the picture at rest", "the picture under load"),
    ).pairs(0, 1)  # fmt: skip
    smaller = smaller_species(found[0].size, before.edge_distance > 0.5 * detector.diameter)
    return FollowedView(
        found[0],
        found[2],
        OpenView(before.positions, (smaller > 0.5).astype(np.int64), before.low, before.high),
        smaller,
        first,
        second,
        measured_d2min(before.kept(first), after.kept(second), cutoff),
        floor,
    )
