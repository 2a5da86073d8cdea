"""Scenes before a camera: a simulated glass at rest and under load, whose particles are known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.describe.shared.nonaffine import d2min
from mechanist.formats.sample import Sample
from mechanist.pictures.glass_window import Seen, window_of
from mechanist.pictures.open_view import OpenView
from mechanist.pictures.rendering import Camera, render
from mechanist.settings.entry_types.experiment_block_entries import CameraEntry, RendererEntry


@dataclass(frozen=True, eq=False)
class TrueView:
    """What there is to be found.

    Parameters
    ----------
    before, after : OpenView
        True particles at rest and under load, some beyond the edge.
    names_before, names_after : ndarray of shape (n,)
        Number of each particle in the sample and of its periodic image.
    d2min : ndarray of shape (n,)
        True D2min of the particles before loading.
    """

    before: OpenView
    after: OpenView
    names_before: IntArray
    names_after: IntArray
    d2min: FloatArray


class Scenes:
    """What the camera sees of a glass at rest and under load, and the truth about it.

    Parameters
    ----------
    glass : Sample
        A glass of two dimensions.
    load : str
        Load of the second state.
    strain : float
        Its strain, one that is stored.
    window : float
        Side of the square that is seen.
    cutoff : float
        Radius of the neighbourhood of D2min.
    """

    def __init__(
        self, glass: Sample, load: str, strain: float, window: float, cutoff: float
    ) -> None:
        self.window = window
        state = glass.loads[load].frame(strain).configuration
        self.rest = window_of(glass.reference, glass.reference, window)
        self.loaded = window_of(glass.reference, state, window)
        self.particles = len(glass.reference)
        low, high = np.zeros(2), np.full(2, window)
        self.truth = TrueView(
            OpenView(self.rest.positions, self.rest.species, low, high),
            OpenView(self.loaded.positions, self.loaded.species, low, high),
            self._names(self.rest),
            self._names(self.loaded),
            d2min(glass.reference, state, cutoff).per_neighbour[self.rest.particles],
        )

    def _names(self, seen: Seen) -> IntArray:
        return np.asarray(seen.images * self.particles + seen.particles, np.int64)

    def pictures(
        self, renderer: RendererEntry, camera: CameraEntry, rng: np.random.Generator
    ) -> tuple[list[FloatArray], float]:
        """Return two exposures at rest and one under load, and the diameter of the largest species.

        Parameters
        ----------
        renderer : mapping
            How particles look.
        camera : mapping
            How pictures are taken.
        rng : Generator
            Source of the noise and of the spread of radii.

        Raises
        ------
        ValueError
            If the renderer states no radius for a species.
        """
        radii = np.asarray(renderer["radii"])
        species = int(self.truth.before.species.max()) + 1
        if len(radii) < species:
            raise ValueError(
                f"the renderer states {len(radii)} radii, but the glass has {species} species; state the"
                " radius of each in `experiment/renderers/<name>/radii`"
            )
        taken = Camera(camera["pixels"], camera["snr"], camera["blur"], camera["shade"],
                       renderer["kind"])  # fmt: skip
        factor = np.clip(1 + camera["spread"] * rng.standard_normal(self.particles), 0.5, 1.5)
        pictures = [
            render(
                one.positions, radii[one.species] * factor[one.particles], self.window, taken, rng
            )
            for one in (self.rest, self.rest, self.loaded)
        ]
        return pictures, 2 * float(radii.max())


def conditions(
    camera: CameraEntry, sweeps: Mapping[str, Sequence[float]]
) -> Iterator[tuple[str, float, CameraEntry]]:
    """Yield what differs from the usual camera, its value, and the camera; the usual one first, once."""
    yield "", 0.0, camera
    for sweep, values in sweeps.items():
        for value in values:
            changed: CameraEntry = {**camera, sweep: value}  # type: ignore[misc]
            if changed != camera:
                yield sweep, float(value), changed
