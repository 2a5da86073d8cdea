"""Statistics of density fields, invariant under translation, mirroring and sign reversal.

Each field is taken in units of the mean total density (of its square for the curvature density). It
gives moments and quantiles over voxels, the autocorrelation with the next voxel along x and y, and
the power of the longest waves along x, along y and along the diagonals. Signed fields enter by
magnitude. A translation by whole voxels changes nothing; a translation by part of a voxel changes
the values on the grid. For straight edges, one more feature correlates the total density with the
change of ``kappa`` along x, that is, with the sign that lies ahead. A mirror or a sign reversal
alone reverses this feature, as it reverses the load; both together leave it unchanged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName
from mechanist.describe.shared.density_fields import DensityFields

_QUANTILES: Final = (0.1, 0.5, 0.9)
_WAVES: Final = 2
_SMALL: Final = 1e-12
_STUDY: Final = "https://doi.org/10.3389/fmats.2019.00141"
_SYMMETRY: Final = "translations by whole voxels, mirrors"


@dataclass(frozen=True)
class Rho:
    """Statistics of the total density alone."""

    card: ClassVar[Card] = Card(
        name="rho",
        reference=_STUDY,
        units="mean density",
        symmetry=_SYMMETRY,
        load_aware=False,
        subject=SubjectName.DENSITY_FIELD,
        broken=("translation",),
    )

    def __call__(self, fields: DensityFields) -> Features:
        """Describe one sample; see :func:`field_statistics`."""
        return field_statistics(fields, ("rho",))


@dataclass(frozen=True)
class RhoKappa:
    """Statistics of the total density and of geometrically necessary dislocations."""

    card: ClassVar[Card] = Card(
        name="rho, kappa",
        reference=_STUDY,
        units="mean density",
        symmetry=_SYMMETRY,
        load_aware=False,
        subject=SubjectName.DENSITY_FIELD,
        broken=("translation",),
    )

    def __call__(self, fields: DensityFields) -> Features:
        """Describe one sample; ``kappa`` is the single component of straight edges."""
        return field_statistics(fields, ("rho", "kappa", "kappa_x", "kappa_y"))


@dataclass(frozen=True)
class RhoKappaQ:
    """Statistics of all fields; straight edges that cross the plane have no curvature."""

    card: ClassVar[Card] = Card(
        name="rho, kappa, q",
        reference=_STUDY,
        units="mean density",
        symmetry=_SYMMETRY,
        load_aware=False,
        subject=SubjectName.DENSITY_FIELD,
        carriers=("lines",),
        broken=("translation",),
    )

    def __call__(self, fields: DensityFields) -> Features:
        """Describe one sample of curved lines."""
        return field_statistics(fields, ("rho", "kappa_x", "kappa_y", "q"))


DESCRIPTORS = (Rho, RhoKappa, RhoKappaQ)


def field_statistics(fields: DensityFields, use: Sequence[str]) -> Features:
    """Return one row of features of one sample.

    Parameters
    ----------
    fields : DensityFields
    use : sequence of str
        Names of fields; names that ``fields`` lacks are skipped.

    Raises
    ------
    ValueError
        If ``rho``, the unit of all features, is not among the fields or is zero everywhere.
    """
    rho = fields["rho"]
    mean = float(rho.mean())
    if not mean > 0:
        raise ValueError(f"mean of rho is {mean:g}; expected a sample with dislocations")
    row: dict[str, float] = {"rho_log_mean": float(np.log(mean))}
    for name in (name for name in fields.names if name in use):
        scaled = fields[name] / (mean**2 if name == "q" else mean)
        for key, value in _of_one(scaled, signed=name != "rho").items():
            row[f"{name}_{key}"] = value
        if name != "rho":
            size = np.abs(scaled)
            row[f"{name}_with_rho"] = _correlation(size, rho / mean)
        if name == "kappa":
            # The sign that lies ahead: only this feature distinguishes a load from its reverse.
            ahead = np.roll(scaled, -1, axis=0) - np.roll(scaled, 1, axis=0)
            row["kappa_ahead"] = _correlation(rho / mean, ahead)
    return Features(np.array([list(row.values())]), list(row))


def _of_one(field: FloatArray, *, signed: bool) -> dict[str, float]:
    size = np.abs(field) if signed else field
    deviation = field - field.mean()
    row = {
        "spread": float(deviation.std()),
        "third": float(np.cbrt((size**3).mean())),
        "fourth": float((deviation**4).mean()) ** 0.25,
        "empty": float((size < _SMALL).mean()),
    }
    if signed:
        row |= {"size": float(size.mean()), "net": abs(float(field.mean()))}
    for quantile, value in zip(_QUANTILES, np.quantile(size, _QUANTILES), strict=True):
        row[f"q{quantile:g}"] = float(value)
    for axis, letter in enumerate("xy"):
        row[f"next_{letter}"] = _correlation(field, np.roll(field, 1, axis))
    return row | _power(field)


def _power(field: FloatArray) -> dict[str, float]:
    """Return logarithms of the power of long waves; the two diagonals are summed."""
    power = np.abs(np.fft.fft2(field)) ** 2 / field.size**2
    n = len(field)
    row: dict[str, float] = {}
    for k in range(1, _WAVES + 1):
        if 2 * k > n:
            break
        pairs = {"x": power[k, 0], "y": power[0, k], "xy": power[k, k] + power[k, -k]}
        row |= {f"wave{k}_{way}": float(np.log(value + _SMALL)) for way, value in pairs.items()}
    return row


def _correlation(a: FloatArray, b: FloatArray) -> float:
    """Return the correlation over voxels; zero if either field is constant."""
    a, b = a - a.mean(), b - b.mean()
    size = np.sqrt((a**2).mean() * (b**2).mean())
    return float((a * b).mean() / size) if size > _SMALL else 0.0
