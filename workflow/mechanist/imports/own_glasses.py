"""Imported glasses made ready to learn from: one unit of length, frames at the strains that are learnt.

Descriptors state their lengths in ``sigma_AA`` of the Kob-Andersen glass that they were chosen for,
of number density 1.2. A glass in angstrom, or of other particles, has another unit: here that in
which the mean density of its samples is 1.2 too, which the files alone tell. In two dimensions it
is ``(1.2 / density)^(1/2)``, in three ``(1.2 / density)^(1/3)``; so for copper and zirconium about
2.7 angstrom. Features and targets are then the same in whatever unit positions are written.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from mechanist.formats.configuration import Configuration
from mechanist.formats.sample import Frame, LoadPath, Sample
from mechanist.settings.own_systems import MIN_GROUPS

#: Number density of the glass that lengths of descriptors were chosen for, in its own unit.
REFERENCE_DENSITY: Final = 1.2
#: Unit system of samples in the unit of length that their own density sets.
REDUCED: Final = "reduced"
#: Decimals of fractional coordinates by which two references count as one state.
_SAME_STATE: Final = 6


@dataclass(frozen=True)
class Common:
    """What the samples of one system share.

    Parameters
    ----------
    length : float
        Unit of length, in the unit of the files.
    stated : bool
        Whether the user stated it.
    units : str
        Unit system of the files.
    densities : dict of str to float
        Number density of the reference state of each sample, in the unit of the files.
    groups : dict of str to str
        Group of each sample.
    """

    length: float
    stated: bool
    units: str
    densities: dict[str, float]
    groups: dict[str, str]


def common_of(samples: Sequence[Sample], *, length: float | None = None) -> Common:
    """Return what samples share, and refuse samples that do not make one system.

    Parameters
    ----------
    samples : sequence of Sample
        All samples of a system, as imported.
    length : float, optional
        Unit of length, in the unit of the files; by default from the mean density.

    Raises
    ------
    ValueError
        If species, dimension or units differ, or one reference state is in two groups, where a
        model would be tested on a glass that it was trained on.
    """
    first = samples[0]
    for sample in samples[1:]:
        for what, one, other in (
            ("species", first.reference.species_names, sample.reference.species_names),
            ("dimension", first.reference.dimension, sample.reference.dimension),
            ("units", first.units, sample.units),
        ):
            if one != other:
                raise ValueError(
                    f"{what} of sample {sample.name!r} are {other!r}, of {first.name!r} {one!r};"
                    f" expected the same throughout system {first.system!r}. Give their labels in"
                    " one order and the same names, or name two systems"
                )
    groups = {sample.name: group_of(sample) for sample in samples}
    _refuse_one_state_in_two_groups(samples, groups)
    densities = {s.name: len(s.reference) / s.reference.measure for s in samples}
    mean = float(np.mean(list(densities.values())))
    unit = unit_of_length(mean, first.reference.dimension)
    return Common(length or unit, length is not None, first.units, densities, groups)


def unit_of_length(density: float, dimension: int) -> float:
    """Return the length in which a number density is that of the glass that descriptors know."""
    return float((REFERENCE_DENSITY / density) ** (1 / dimension))


def group_of(sample: Sample) -> str:
    """Return what an imported sample says of its group; its own name by default."""
    return str(sample.provenance.get("import", {}).get("group", sample.name))


def adopted(sample: Sample, *, strains: Sequence[float], tolerance: float, length: float) -> Sample:
    """Return an imported sample as the stages of the glass wing read it.

    Parameters
    ----------
    sample : Sample
        As imported.
    strains : sequence of float
        Equivalent shear strains to learn at.
    tolerance : float
        Share of a strain by which the nearest frame may miss it.
    length : float
        Unit of length, in the unit of the sample.

    Returns
    -------
    Sample
        Lengths in ``length``; each load with the frames nearest to ``strains``, called by these,
        the strains that they are really at in the provenance. A load without a frame near enough
        has failed, with the reason; so has a sample without a load that did not.
    """
    loads, really = {}, {}
    for name, path in sample.loads.items():
        loads[name], really[name] = _chosen(path, strains, tolerance, length)
    failed = "no frame under load" if not loads else ""
    note = {"length": length, "units": sample.units, "strains": really}
    return replace(
        sample,
        reference=_scaled(sample.reference, length),
        loads=loads,
        units=REDUCED,
        status="failed" if failed else sample.status,
        reason=failed or sample.reason,
        provenance={**sample.provenance, "own": note},
    )


def unusable(
    samples: Sequence[Sample], common: Common, *, strains: Sequence[float], tolerance: float
) -> dict[str, str]:
    """Return samples that cannot be learnt from with the reason, and refuse a system of too few others.

    Raises
    ------
    ValueError
        If the others are in fewer than two groups.
    """
    reasons: dict[str, str] = {}
    for sample in samples:
        made = adopted(sample, strains=strains, tolerance=tolerance, length=common.length)
        if not made.good_loads:
            why = "; ".join(path.reason for path in made.loads.values())
            reasons[sample.name] = why or made.reason
    groups = {group for name, group in common.groups.items() if name not in reasons}
    if len(groups) < MIN_GROUPS:
        said = "".join(f"\n  {name}: {reason}" for name, reason in reasons.items())
        system = samples[0].system
        raise ValueError(
            f"{len(samples) - len(reasons)} samples of {system!r} in {len(groups)} independent"
            f" groups can be learnt from, expected at least {MIN_GROUPS}. Choose strains that are"
            f" stored (glass/own/{system}/strains), or add samples. Left out:{said or ' none'}"
        )
    return reasons


def _chosen(
    path: LoadPath, strains: Sequence[float], tolerance: float, length: float
) -> tuple[LoadPath, dict[str, float]]:
    """Return the path with its frames at some strains, and where these really are."""
    frames: list[Frame] = []
    really: dict[str, float] = {}
    taken: dict[float, float] = {}
    failed = []
    for strain in strains:
        nearest = min(path.frames, key=lambda frame: abs(frame.strain - strain))
        if abs(nearest.strain - strain) > tolerance * strain:
            failed.append(f"none within {tolerance:.0%} of {strain:g}")
        elif nearest.strain in taken:
            failed.append(f"{nearest.strain:.4g} is nearest to {taken[nearest.strain]:g} already")
        else:
            taken[nearest.strain] = strain
            state = _scaled(nearest.configuration, length)
            frames.append(replace(nearest, strain=strain, configuration=state))
            really[f"{strain:g}"] = nearest.strain
    reason = f"frames are at strains {_listed(path)}: {'; '.join(failed)}" if failed else ""
    kept = replace(
        path,
        frames=tuple(frames),
        status="failed" if failed else path.status,
        reason=reason or path.reason,
    )
    return kept, really


def _listed(path: LoadPath) -> str:
    """Say the strains of a path, the middle of a long one left out."""
    said = [f"{frame.strain:.4g}" for frame in path.frames]
    return ", ".join(said if len(said) <= 8 else [*said[:4], "...", *said[-3:]])


def _scaled(configuration: Configuration, length: float) -> Configuration:
    return configuration.moved(configuration.positions / length, configuration.cell / length)


def _refuse_one_state_in_two_groups(samples: Sequence[Sample], groups: dict[str, str]) -> None:
    seen: dict[str, str] = {}
    for sample in samples:
        other = seen.setdefault(_state(sample.reference), sample.name)
        if groups[other] != groups[sample.name]:
            raise ValueError(
                f"samples {other!r} and {sample.name!r} of system {sample.system!r} start from the"
                " same state, but are in different groups: a model would be tested on a glass that"
                f" it was trained on. Give both one group, such as {groups[other]!r}"
            )


def _state(configuration: Configuration) -> str:
    """Return a hash of a state, however its particles are wrapped and ordered."""
    fractions = configuration.positions @ np.linalg.inv(configuration.cell)
    d = configuration.dimension
    wrapped = np.round(fractions[:, :d] % 1.0, _SAME_STATE) % 1.0 + 0.0
    rows = wrapped[np.lexsort(wrapped.T)]
    return hashlib.sha256(rows.tobytes()).hexdigest()


def summary(common: Common, lost: Mapping[str, str]) -> dict[str, Any]:
    """Return what samples share, and which are lost for what reason, as a file keeps it."""
    return {
        "length": common.length,
        "length_from": "configuration" if common.stated else "mean number density",
        "units": common.units,
        "densities": common.densities,
        "groups": common.groups,
        "unusable": dict(lost),
    }
