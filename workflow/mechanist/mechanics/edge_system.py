"""Edge dislocations of a configuration: forces, Hessian, energy and stress field in units of b.

This is a thin layer over the compiled sums of :mod:`mechanist.mechanics.edge_glide`, for analyses
of configurations. Lengths are in b, stresses and forces per length in D/b, energies in D b per b of
line.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import planar, signs
from mechanist.mechanics import edge_glide

#: A cell is square if its sides agree to this relative accuracy.
SQUARE: Final = 1e-12


@dataclass(frozen=True, kw_only=True)
class Well:
    """Energy of a dislocation at the distance r from a pin: ``-strength (1 - (r/radius)^2)^3``.

    A smooth well of finite reach, close to a Gaussian of variance ``radius^2 / 6``. It does not
    depend on the sign of the dislocation.

    Parameters
    ----------
    strength : float
        Depth, in D b per b of line; negative for obstacles that repel.
    radius : float
        Reach, in b; at most half the side of the cell.
    """

    strength: float
    radius: float

    def __post_init__(self) -> None:
        """Validate the pinning well."""
        if not self.radius > 0 or not np.isfinite(self.strength):
            raise ValueError(
                f"pin of strength {self.strength}, radius {self.radius}; expected a finite strength"
                " and a positive radius"
            )


@dataclass(eq=False)
class EdgeSystem:
    """Dislocations and pins in the form of the compiled sums; see ``edge_glide`` for shapes.

    Parameters
    ----------
    length : float
        Side of the cell in b.
    lines : ndarray of shape (ROWS, n)
        Table of the dislocations, in units of the box.
    pin_positions : ndarray of shape (m, 2)
        Positions in b.
    spans, pins, well : ndarray
        Pins near each glide plane.
    """

    length: float
    lines: FloatArray
    pin_positions: FloatArray
    spans: IntArray
    pins: FloatArray
    well: FloatArray

    @classmethod
    def of(cls, configuration: Configuration, well: Well | None = None) -> "EdgeSystem":
        """Return the system of a configuration.

        Parameters
        ----------
        configuration : Configuration
            Particles of the species ``positive``, ``negative`` and, with ``well``, ``pin``.
        well : Well, optional
            Pinning well of each pin; without it, pins are left out.

        Raises
        ------
        ValueError
            If the cell is not square, the signs do not add up to zero, or pins reach too far.
        """
        sign = signs(configuration)
        length = _side(configuration)
        if sign.sum() != 0:
            raise ValueError(
                f"{int((sign > 0).sum())} positive and {int((sign < 0).sum())} negative"
                " dislocations; expected equal numbers (a periodic cell holds no net Burgers vector)"
            )
        x, y, _ = configuration.positions[sign != 0].T / length
        lines = edge_glide.table_of(x, y, sign[sign != 0])
        pinned = configuration.positions[sign == 0, :2]
        spans, pins, shape = _near(lines[edge_glide.Y], pinned, length, well)
        return cls(length, lines, pinned, spans, pins, shape)

    def __len__(self) -> int:
        """Return the number of dislocations."""
        return self.lines.shape[1]

    @property
    def sign(self) -> FloatArray:
        """Signs, shape (n,): the direction along x in which a positive stress pushes each."""
        return self.lines[edge_glide.SIGN]

    @property
    def x(self) -> FloatArray:
        """Positions along the glide direction in b, shape (n,), not wrapped."""
        return self.lines[edge_glide.X] * self.length

    def at(self, x: FloatArray) -> "EdgeSystem":
        """Return the same dislocations at other positions ``x`` of shape (n,), in b."""
        lines = self.lines.copy()
        lines[edge_glide.X] = np.asarray(x) / self.length
        return EdgeSystem(self.length, lines, self.pin_positions, self.spans, self.pins, self.well)

    def forces(self, stress: float = 0.0) -> FloatArray:
        """Return the force on each dislocation along x, which is its velocity, in D/b."""
        out = np.empty(len(self))
        edge_glide.forces(self.lines, self.spans, self.pins, self.well, out)
        return out / self.length + self.sign * stress

    def hessian(self) -> FloatArray:
        """Return the second derivatives of the energy along x, shape (n, n), in D/b^2."""
        out, upper = np.empty(len(self)), np.zeros((len(self), len(self)))
        edge_glide.linearise(self.lines, self.spans, self.pins, self.well, out, upper)
        return (upper + np.triu(upper, 1).T) / self.length**2

    def energy(self, stress: float = 0.0) -> float:
        """Return the energy in D b per b of line, without terms that depend on y alone.

        The work of the applied stress is measured from x = 0.
        """
        elastic = edge_glide.energy(self.lines, self.spans, self.pins, self.well)
        return float(elastic - stress * np.dot(self.sign, self.x))

    def keep(self, kept: IntArray) -> None:
        """Drop all dislocations but those with the indices ``kept``."""
        self.lines = np.ascontiguousarray(self.lines[:, kept])
        self.spans = np.ascontiguousarray(self.spans[:, kept])

    def configuration(self) -> Configuration:
        """Return dislocations, then pins, as a configuration with positions in the cell."""
        lines, length = self.lines, self.length
        x = lines[edge_glide.X] - np.floor(lines[edge_glide.X])
        wrapped = np.concatenate([np.stack([x, lines[edge_glide.Y]], axis=1) * length,
                                  self.pin_positions])  # fmt: skip
        sign = np.concatenate([self.sign, np.zeros(len(self.pin_positions))])
        return planar(wrapped[:, 0], wrapped[:, 1], sign, length)


def _side(configuration: Configuration) -> float:
    cell = configuration.cell[:2, :2]
    length = float(cell[0, 0])
    if np.abs(cell - length * np.eye(2)).max() > SQUARE * length:
        raise ValueError(f"cell {cell.tolist()}; expected a square one along x and y")
    return length


def _near(
    y: FloatArray, pins: FloatArray, length: float, well: Well | None
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return spans, pins and well in the form of the compiled sums."""
    if well is None or not len(pins):
        return np.zeros((2, len(y)), np.int64), np.zeros((2, 0)), np.array([0.0, 1.0])
    radius = well.radius / length
    if radius > 0.5:
        raise ValueError(
            f"pins reach {well.radius} b in a cell of {length:g} b; expected at most half its side"
        )
    dy = y[:, None] - pins[:, 1] / length
    room = 1 - ((dy - np.round(dy)) / radius) ** 2
    row, pin = np.nonzero(room > 0)
    ends = np.cumsum(np.bincount(row, minlength=len(y)))
    spans = np.stack([np.concatenate([[0], ends[:-1]]), ends])
    near = np.stack([pins[pin, 0] / length, room[row, pin]])
    return spans, near, np.array([well.strength, 1 / radius**2])
