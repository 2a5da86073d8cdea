"""Targets of prediction: measures of the plastic motion of each particle at several strains."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from mechanist.core.typing import FloatArray
from mechanist.describe.shared.nonaffine import (
    NonaffineStrain,
    d2min,
    listed_d2min,
    nonaffine_displacement,
)
from mechanist.formats.configuration import Configuration
from mechanist.formats.described_columns import NOT_NEGATIVE, Column
from mechanist.formats.sample import LoadPath, Sample
from mechanist.formats.tables import keyed
from mechanist.settings.target_names import AT_REST, LENGTH_UNITS, at_strain

#: Measures, their units (with the length unit of the sample) and their descriptions.
MEASURES: Final = {
    "d2min_sum": Column(
        "length^2", "Squared residual of the best affine map, summed over neighbours", NOT_NEGATIVE
    ),
    "d2min": Column(
        "length^2", "Squared residual of the best affine map, mean over neighbours", NOT_NEGATIVE
    ),
    "log10_d2min": Column("log10(length^2)", "Decimal logarithm of d2min"),
    "nonaffine": Column(
        "length", "Displacement beyond the affine map of the cell, mean removed", NOT_NEGATIVE
    ),
}

#: Floor of the logarithm, in squared length: rounding errors of an affine map stay below it.
FLOOR: Final = 1e-20


def target_columns(
    strains: Sequence[float], units: str, quantities: Sequence[str] = (), *, unit: str = ""
) -> dict[str, Column]:
    """Return unit and description of every target column.

    Parameters
    ----------
    strains : sequence of float
        Equivalent shear strains; at :data:`~mechanist.settings.target_names.AT_REST`, there are only
        ``quantities``.
    units : str
        Unit system of the samples, such as ``"lj"``.
    quantities : sequence of str
        Targets that the samples' own files hold.
    unit : str
        Their unit, if the user states it.
    """
    length = LENGTH_UNITS.get(units, "length")
    own = {
        at_strain(name, strain): Column(unit, f"{name} of the imported file{_where(strain)}")
        for strain in strains
        for name in quantities
    }
    return own | {
        at_strain(measure, strain): Column(
            about.unit.replace("length", length),
            f"{about.description}{_where(strain)}",
            about.range,
        )
        for strain in strains
        if strain != AT_REST
        for measure, about in MEASURES.items()
    }


def _where(strain: float) -> str:
    """Return at which strain a quantity is, for its description."""
    return "" if strain == AT_REST else f", at equivalent shear strain {strain:g}"


def plastic_targets(
    sample: Sample, *, cutoff: float, strains: Sequence[float], quantities: Sequence[str] = ()
) -> list[pd.DataFrame]:
    """Return the target table of every load of a sample that did not fail.

    Parameters
    ----------
    sample : Sample
        A sample with status ``"ok"``.
    cutoff : float
        Radius of the neighbourhood in the reference frame.
    strains : sequence of float
        Equivalent shear strains of stored frames.
    quantities : sequence of str
        Targets that the frames of an imported sample hold, which are included too. Where one is NaN, the
        particle was not measured: it has no row.

    Returns
    -------
    list of DataFrame
        One table per load: key columns, then the columns of :func:`target_columns` as float64.

    Raises
    ------
    ValueError
        If a strain repeats, or a particle has too few neighbours within ``cutoff``.
    KeyError
        If a load that did not fail has no frame at one of the strains.
    """
    if len(set(strains)) != len(strains):
        raise ValueError(f"strains = {list(strains)}; expected each once")
    loaded = [strain for strain in strains if strain != AT_REST]
    states = [
        one
        for name, load in sample.good_loads.items()
        for one in _states(sample, name, load, loaded)
    ]
    strained = (
        listed_d2min(sample.reference, [state for state, _ in states], cutoff) if states else []
    )
    measured = [
        measures(sample.reference, state, cutoff, where, found)
        for (state, where), found in zip(states, strained, strict=True)
    ]
    names = list(target_columns(strains, sample.units, quantities))
    tables = []
    for k, (name, load) in enumerate(sample.good_loads.items()):
        held = [load.frame(s).targets[q][:, None] for s in strains for q in quantities]
        values = held + measured[k * len(loaded) : (k + 1) * len(loaded)]
        table = keyed(np.hstack(values), names, sample=sample.name, load=name)
        tables.append(table.dropna(ignore_index=True))
    return tables


def _states(
    sample: Sample, name: str, load: LoadPath, strains: Sequence[float]
) -> list[tuple[Configuration, str]]:
    """Return the state, and a location for error messages, of every requested frame."""
    return [
        (load.frame(strain).configuration, f"{sample.name}, load {name}, strain {strain:g}")
        for strain in strains
    ]


def measures(
    reference: Configuration,
    deformed: Configuration,
    cutoff: float,
    where: str,
    strain: NonaffineStrain | None = None,
) -> FloatArray:
    """Return the columns of ``MEASURES``, shape (n, 4).

    Parameters
    ----------
    reference, deformed : Configuration
    cutoff : float
        Radius of the neighbourhood in the reference frame.
    where : str
        What the states are, for error messages.
    strain : NonaffineStrain, optional
        The non-affine strain between them, if it is already known.

    Raises
    ------
    ValueError
        If a particle has too few neighbours within ``cutoff``.
    """
    if strain is None:
        strain = d2min(reference, deformed, cutoff)
    if strain.n_undetermined:
        worst = int(np.isnan(strain.total).argmax())
        raise ValueError(
            f"{where}: {strain.n_undetermined} particles have too few neighbours within {cutoff:g}"
            f" to fit an affine map (first: particle {worst} with {strain.counts[worst]}); enlarge"
            " the cutoff"
        )
    mean = strain.per_neighbour
    moved = np.linalg.norm(nonaffine_displacement(reference, deformed), axis=1)
    return np.stack([strain.total, mean, np.log10(np.maximum(mean, FLOOR)), moved], axis=1)
