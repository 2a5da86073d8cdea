"""Hand-made features of a dislocation configuration: internal stress, densities, correlations.

Features of these kinds are the regressors of https://doi.org/10.1038/s41467-018-07737-2: statistics
of the internal stress field, magnitudes of Fourier coefficients of the densities, and spatial
correlations. That work does not publish its features in detail; the choice here is ours.

A field sampled on a fixed grid is not translation invariant, and the exact field has no finite
variance, since it diverges as ``1/r``. The field is therefore used in two ways. Smoothed by a
Gaussian, it is band-limited: the mean of a power of it over a grid with more points than the
power's highest mode equals the mean over the box, wherever the grid lies. Unsmoothed, it is
evaluated at the points that combine the x of one dislocation with the y of another; these points
move with the configuration, and the features are quantiles over them.

All features except the density are in units of the mean spacing, so that boxes of any size can be
compared.
"""

import itertools
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from mechanist.core.typing import FloatArray, IntArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.glide import SYMMETRY, Glide, read_glide
from mechanist.describe.shared.glide_balance import stress_at
from mechanist.formats.configuration import Configuration
from mechanist.formats.described_columns import NOT_NEGATIVE, PURE, Column

ComplexArray = NDArray[np.complex128]

#: Exponent of the Gaussian filter beyond which modes are dropped.
FILTER_END: Final = 7.0
#: Highest power of the field that is averaged; the grid has to resolve it.
HIGHEST_POWER: Final = 4
#: Spread of the field below which skewness and kurtosis are set to zero, in units of the field of
#: one dislocation at the mean spacing.
SMALLEST_FIELD: Final = 1e-9
#: Field, in the same units, above which a point coincides with a dislocation.
LARGEST_FIELD: Final = 1e6


#: Unit of stresses that do not depend on the number of dislocations.
STRESS: Final = "D/b per root density"
_SMOOTHED: Final = "smoothed over the width after w in the name, in mean spacings"
_AT_WAVE: Final = "at the wave whose two digits in the name count waves along x and y"
_APART: Final = "at the distances in the name (mean spacings), over those of random dislocations"
#: What the columns mean.
COLUMNS: Final = {
    "density": Column("1/b^2", "Number of dislocations per area.", NOT_NEGATIVE),
    "root_density": Column(
        "1/b", "Square root of the number of dislocations per area.", NOT_NEGATIVE
    ),
    "field_w*_spread": Column(
        STRESS,
        f"Root mean square of the internal stress, {_SMOOTHED}.",
        NOT_NEGATIVE,
    ),
    "field_w*_skewness": Column(PURE, f"Skewness of the internal stress, {_SMOOTHED}."),
    "field_w*_kurtosis": Column(
        PURE, f"Kurtosis of the internal stress, {_SMOOTHED}; 3 for a normal one.", NOT_NEGATIVE
    ),
    "field_w*_here_q*": Column(
        STRESS,
        f"Quantile over the dislocations of the internal stress, {_SMOOTHED}; the quantile is the"
        " second number.",
    ),
    "field_q*": Column(
        STRESS,
        "Quantile of the internal stress at points with the x of one dislocation and the y of"
        " another; the quantile is in the name.",
    ),
    "total_k*": Column(PURE, f"Structure factor of all dislocations {_AT_WAVE}.", NOT_NEGATIVE),
    "signed_k*": Column(
        PURE, f"Structure factor of dislocations counted with their sign {_AT_WAVE}.", NOT_NEGATIVE
    ),
    "lean_k*": Column(PURE, f"How far dipoles lean with the load, from densities {_AT_WAVE}."),
    "like_x*": Column(PURE, f"Pairs of dislocations of like sign {_APART}.", NOT_NEGATIVE),
    "unlike_x*": Column(PURE, f"Pairs of dislocations of unlike sign {_APART}.", NOT_NEGATIVE),
    "polarity_x*": Column(
        PURE, f"Pairs of unlike sign, counted with the sign of their distance along x, {_APART}."
    ),
}


@dataclass(frozen=True)
class DislocationField:
    """About a hundred hand-made features of a whole sample.

    Parameters
    ----------
    widths : tuple of float
        Standard deviations of the Gaussian filters, in mean spacings.
    quantiles, smooth_quantiles : tuple of float
        Quantiles of the exact field, and of the smoothed field at the dislocations.
    modes : int
        Highest Fourier mode of the densities along each axis.
    nodes : tuple of float
        Distances along each axis at which the pair correlation is tabulated, in mean spacings. It
        is linear in between and zero from the last node on, which gives no feature.
    """

    card: ClassVar[Card] = Card(
        name="Internal stress, densities, correlations",
        reference="https://doi.org/10.1038/s41467-018-07737-2",
        units="mean spacings, D/b per root density; density in b^-2",
        symmetry=SYMMETRY,
        load_aware=True,
        subject=SubjectName.DISLOCATION_SAMPLE,
        columns=COLUMNS,
    )
    widths: tuple[float, ...] = (0.25, 0.5, 1.0)
    quantiles: tuple[float, ...] = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
    smooth_quantiles: tuple[float, ...] = (0.1, 0.25, 0.5, 0.75, 0.9)
    modes: int = 3
    nodes: tuple[float, ...] = (0.0, 0.4, 1.0, 1.8)

    def __post_init__(self) -> None:
        """Validate the filter widths, modes and nodes."""
        if not all(width > 0 for width in self.widths):
            raise ValueError(f"widths = {self.widths}; expected positive numbers")
        if self.modes < 1:
            raise ValueError(f"modes = {self.modes}; expected at least 1")
        if len(self.nodes) < 2 or not all(a < b for a, b in itertools.pairwise(self.nodes)):
            raise ValueError(f"nodes = {self.nodes}; expected at least two, increasing")

    def __call__(
        self,
        configuration: Configuration,
        *,
        load: FloatArray | None = None,
        probe: Configuration | None = None,
    ) -> Features:
        """Describe the sample; see :class:`mechanist.describe.descriptor.Descriptor`."""
        glide = read_glide(configuration, load)
        columns = {"density": glide.density, "root_density": glide.density**0.5}
        for width in self.widths:
            columns |= self._smoothed(glide, width)
        columns |= self._exact(glide)
        columns |= self._fourier(glide)
        columns |= self._pairs(glide)
        return Features(np.array([list(columns.values())]), list(columns))

    def _smoothed(self, glide: Glide, width: float) -> dict[str, float]:
        """Return moments of the filtered field over the box, and quantiles at the dislocations."""
        reach = width * glide.spacing
        highest = int(np.ceil(np.sqrt(2 * FILTER_END) / (2 * np.pi * reach)))
        spectrum = glide.spacing * filtered_spectrum(glide, reach, highest)
        # Evaluating the field at the dislocations takes exp(+2 pi i k x), the conjugate waves.
        wave_x, wave_y = _waves(glide, np.arange(-highest, highest + 1))
        here = np.einsum("ni,ij,nj->n", wave_x.conj(), spectrum, wave_y.conj(), optimize=True).real
        field = _on_grid(spectrum, HIGHEST_POWER * highest + 1)
        spread = float(np.sqrt(np.mean(field**2)))
        known = spread > SMALLEST_FIELD
        tag = f"w{width:g}"
        columns = {
            f"field_{tag}_spread": spread,
            f"field_{tag}_skewness": float(np.mean(field**3)) / spread**3 if known else 0.0,
            f"field_{tag}_kurtosis": float(np.mean(field**4)) / spread**4 if known else 0.0,
        }
        for q in self.smooth_quantiles:
            columns[f"field_{tag}_here_q{q:g}"] = float(np.quantile(here, q)) if len(here) else 0.0
        return columns

    def _exact(self, glide: Glide) -> dict[str, float]:
        """Return quantiles of the field at the x of one dislocation and the y of another."""
        n = len(glide)
        x, y = np.meshgrid(glide.x, glide.y)
        apart = ~np.eye(n, dtype=bool)
        values = glide.spacing * stress_at(glide, x[apart], y[apart])
        # In a perfect wall these points are dislocations, on which their own field does not act.
        values = np.where(np.abs(values) < LARGEST_FIELD, values, 0.0)
        return {
            f"field_q{q:g}": float(np.quantile(values, q)) if len(values) else 0.0
            for q in self.quantiles
        }

    def _fourier(self, glide: Glide) -> dict[str, float]:
        """Return structure factors of the total and the signed density, and their cross term.

        Modes along +y and -y are averaged. The imaginary part of the cross term changes sign with
        the load: it shows which way dipoles lean.
        """
        n = max(len(glide), 1)
        wave_x, wave_y = _waves(glide, np.arange(-self.modes, self.modes + 1))
        total = wave_x.T @ wave_y
        signed = (glide.forward[:, None] * wave_x).T @ wave_y
        columns = {}
        for name, power in (("total", np.abs(total) ** 2), ("signed", np.abs(signed) ** 2),
                            ("lean", (total * signed.conj()).imag)):  # fmt: skip
            folded = (power + power[:, ::-1])[self.modes :, self.modes :] / (2 * n)
            for i, j in itertools.product(range(self.modes + 1), repeat=2):
                if (i, j) != (0, 0) and (name != "lean" or i > 0):
                    columns[f"{name}_k{i}{j}"] = float(folded[i, j])
        return columns

    def _pairs(self, glide: Glide) -> dict[str, float]:
        """Return pair correlations of like and unlike signs by distance along both axes.

        Counts are divided by those of random dislocations. Pairs of unlike sign are also counted
        with the sign of their x distance, measured from the dislocation that is pushed towards +x.
        """
        offset = [axis[:, None] - axis[None, :] for axis in (glide.x, glide.y)]
        dx, dy = ((d - np.round(d)) / glide.spacing for d in offset)
        hat_x, hat_y = (_hats(np.abs(d), self.nodes) for d in (dx, dy))
        like = np.equal.outer(glide.forward, glide.forward) & ~np.eye(len(glide), dtype=bool)
        ahead = (glide.forward[:, None] < 0) & (glide.forward[None, :] > 0)
        weights = {"like": like.astype(float), "unlike": ahead.astype(float),
                   "polarity": ahead * np.sign(dx)}  # fmt: skip
        span = np.array([np.trapezoid(hat, self.nodes) for hat in np.eye(len(self.nodes))])[:-1]
        columns = {}
        for name, weight in weights.items():
            counts = np.einsum("pq,ipq,jpq->ij", weight, hat_x, hat_y, optimize=True)
            # Of random ordered pairs half are alike; the unlike half is counted in one order only.
            expected = max(len(glide), 1) * (0.5 if name == "like" else 0.25)
            ratio = counts / (expected * 4 * np.outer(span, span))
            for i, j in itertools.product(range(len(span)), repeat=2):
                columns[f"{name}_x{self.nodes[i]:g}_y{self.nodes[j]:g}"] = float(ratio[i, j])
        return columns


def filtered_spectrum(glide: Glide, reach: float, highest: int) -> ComplexArray:
    """Return the Fourier coefficients of the smoothed internal stress, positive if forward.

    Parameters
    ----------
    glide : Glide
    reach : float
        Standard deviation of the filter in units of the box.
    highest : int
        Highest mode along each axis.

    Returns
    -------
    ndarray of shape (2 highest + 1, 2 highest + 1), complex
        Coefficient of ``exp(2 pi i (k x + l y))`` in D/(b times the box).
    """
    modes = np.arange(-highest, highest + 1)
    kx, ky = np.meshgrid(2 * np.pi * modes, 2 * np.pi * modes, indexing="ij")
    square = kx**2 + ky**2
    square[highest, highest] = 1.0  # avoids 0/0; a uniform stress belongs to the load
    transfer = -4j * np.pi * kx * ky**2 / square**2 * np.exp(-0.5 * reach**2 * square)
    wave_x, wave_y = _waves(glide, modes)
    return np.asarray(transfer * ((glide.forward[:, None] * wave_x).T @ wave_y))


def _waves(glide: Glide, modes: IntArray) -> tuple[ComplexArray, ComplexArray]:
    """Return ``exp(-2 pi i k x)`` and the same of y, each of shape (n, n_modes)."""
    return (
        np.exp(-2j * np.pi * np.outer(glide.x, modes)),
        np.exp(-2j * np.pi * np.outer(glide.y, modes)),
    )


def _on_grid(spectrum: ComplexArray, points: int) -> FloatArray:
    """Return a real field on a square grid from its coefficients, most negative mode first."""
    highest = len(spectrum) // 2
    padded = np.zeros((points, points), dtype=complex)
    index = np.arange(-highest, highest + 1)
    padded[np.ix_(index, index)] = spectrum
    return np.fft.ifft2(padded, norm="forward").real


def _hats(distance: FloatArray, nodes: tuple[float, ...]) -> FloatArray:
    """Return the interpolation weights of all nodes but the last at each distance."""
    return np.stack([np.interp(distance, nodes, hat) for hat in np.eye(len(nodes))[:-1]])


DESCRIPTOR = DislocationField
