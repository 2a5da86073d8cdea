"""A run of a periodic problem: its integration, its accuracy, and its fields as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.field_files import FieldData
from mechanist.simulate.exponential import Fields, PeriodicBox, Problem, Spectrum, integrate

#: Number of stored states from which the accuracy of a run is measured.
CHECKED_STATES: Final = 6


@dataclass(frozen=True, eq=False, kw_only=True)
class PeriodicRun:
    """A periodic problem with its initial state and the times at which fields are kept.

    Parameters
    ----------
    problem : callable
        Makes the problem on a given grid, so that it can be repeated on a finer one.
    box : PeriodicBox
        Grid of the integration.
    initial : ndarray of shape (n_fields, *box.shape)
        Fields at the first time.
    times : ndarray of shape (n_times,)
        Equally spaced.
    substeps : int
        Steps between two times.
    skipped : int
        Number of initial times that are left out of the data.
    """

    problem: Callable[[PeriodicBox], Problem]
    box: PeriodicBox
    initial: Fields
    times: FloatArray
    substeps: int
    skipped: int = 0

    def states(self) -> Fields:
        """Integrate; shape (n_fields, *box.shape, n_times - skipped)."""
        kept = integrate(self.problem(self.box), self.initial, self.times, substeps=self.substeps)
        return kept[..., self.skipped :]

    def defect(self, states: Fields) -> float:
        """Return the error of stored states as a solution, over one stored interval.

        From some of the states, the interval to the next is reintegrated with half the step on a
        grid twice as fine. Starting from stored states makes the error meaningful for chaotic
        problems too, where any two integrations eventually diverge.

        Returns
        -------
        float
            Largest difference at any point, relative to the largest value of the field.
        """
        fine = self.box.refined(2)
        problem = self.problem(fine)
        times = self.times[self.skipped :]
        scale = np.abs(states).max(axis=tuple(range(1, states.ndim)))
        every: tuple[slice | int, ...] = (
            slice(None),
            *(slice(None, None, 2) for _ in self.box.shape),
            -1,
        )
        largest = 0.0
        for i in np.linspace(0, len(times) - 2, CHECKED_STATES).astype(int):
            start = resampled(self.box, fine, states[..., i])
            again = integrate(problem, start, times[i : i + 2], substeps=2 * self.substeps)[every]
            difference = np.abs(again - states[..., i + 1]).max(axis=tuple(range(1, again.ndim)))
            largest = max(largest, float((difference / scale).max()))
        return largest

    def data(
        self,
        states: Fields,
        *,
        name: str,
        fields: tuple[str, ...],
        shape: tuple[int, ...] | None = None,
        inputs: Mapping[str, FloatArray] | None = None,
    ) -> FieldData:
        """Return states as field data, complex ones as real and imaginary part.

        Parameters
        ----------
        states : ndarray of shape (n_fields, *box.shape, n_times)
            From :meth:`states`.
        name : str
            Name of the trajectory.
        fields : tuple of str
            Names; for a complex field those of its two parts.
        shape : tuple of int, optional
            Points of the stored grid, if it differs from the integration grid.
        inputs : mapping, optional
            Known fields on the stored grid.
        """
        box = self.box
        if shape is not None and shape != box.shape:
            stored = PeriodicBox(shape, box.lengths, box.origins, box.real)
            moved = np.moveaxis(states, -1, 0)
            states = np.moveaxis(np.stack([resampled(box, stored, s) for s in moved]), 0, -1)
            box = stored
        parts = [states[0].real, states[0].imag] if np.iscomplexobj(states) else list(states)
        letters = "xyz"[: len(box.shape)]
        return FieldData(
            name=name,
            axes={**dict(zip(letters, box.axes, strict=True)), "t": self.times[self.skipped :]},
            fields=dict(zip(fields, parts, strict=True)),
            inputs=dict(inputs or {}),
            periodic=frozenset(letters),
        )


def resampled(box: PeriodicBox, other: PeriodicBox, fields: Fields) -> Fields:
    """Resample fields from one grid to another of the same box by their Fourier series.

    Parameters
    ----------
    box, other : PeriodicBox
        Grids; if ``other`` has fewer points, shorter waves are lost.
    fields : ndarray of shape (n_fields, *box.shape)
    """
    full = np.fft.fftn(fields, axes=tuple(range(1, fields.ndim)))
    for axis, (old, new) in enumerate(zip(box.shape, other.shape, strict=True), start=1):
        full = _resized(full, axis, old, new)
    full *= np.prod(other.shape) / np.prod(box.shape)
    values = np.fft.ifftn(full, axes=tuple(range(1, fields.ndim)))
    return values.real if box.real else values


def _resized(spectrum: Spectrum, axis: int, old: int, new: int) -> Spectrum:
    """Pad or cut a full spectrum along one axis; the ambiguous Nyquist mode is dropped."""
    kept = min(old, new) // 2
    source = np.moveaxis(spectrum, axis, 0)
    result = np.zeros((new, *source.shape[1:]), dtype=complex)
    result[:kept] = source[:kept]
    result[new - kept + 1 :] = source[old - kept + 1 :]
    return np.moveaxis(result, 0, axis)
