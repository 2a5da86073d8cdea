"""Preparation of imported glasses for learning: unit of length, and frames at the learnt strains.

Descriptors state their lengths in ``sigma_AA`` of the Kob-Andersen glass that they were chosen for,
of number density 1.2. A glass in angstrom, or of other particles, gets the unit of length in which
the mean density of its samples is 1.2 too; it follows from the files alone. This unit is
``(1.2 / density)^(1/2)`` in two dimensions and ``(1.2 / density)^(1/3)`` in three, about 2.7
angstrom for copper and zirconium. Features and targets then do not depend on the unit of positions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mechanist.formats.configuration import Configuration
from mechanist.formats.sample import Frame, LoadPath, Sample
from mechanist.imports.empty_space import emptiness
from mechanist.imports.same_glass import refuse_one_glass_in_two_groups
from mechanist.settings.own_systems import MIN_GROUPS

#: Number density of the glass that descriptor lengths were chosen for, in its own unit.
REFERENCE_DENSITY: Final = 1.2
#: Unit system of samples whose unit of length is set by their own density.
REDUCED: Final = "reduced"


@dataclass(frozen=True)
class Common:
    """Common properties of the samples of one system.

    Parameters
    ----------
    length : float
        Unit of length, in the unit of the files.
    stated : bool
        Whether the user set ``length``.
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
    """Return the common properties of samples, after checking that they form one system.

    Parameters
    ----------
    samples : sequence of Sample
        All samples of a system, as imported.
    length : float, optional
        Unit of length, in the unit of the files; by default from the mean density.

    Raises
    ------
    ValueError
        If species, dimension or units differ, a box is partly empty but no ``length`` is given, or one glass is in two groups, so that a model would
        be tested on a glass that it was trained on.
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
                    f"{what}: {other!r} in sample {sample.name!r}, {one!r} in {first.name!r};"
                    f" expected the same throughout system {first.system!r}. Use the same labels in"
                    " the same order, or define two systems"
                )
    groups = {sample.name: group_of(sample) for sample in samples}
    references = {sample.name: sample.reference for sample in samples}
    refuse_one_glass_in_two_groups(references, groups, first.system)
    if length is None:
        _refuse_empty_space(samples)
    densities = {s.name: len(s.reference) / s.reference.measure for s in samples}
    mean = float(np.mean(list(densities.values())))
    unit = unit_of_length(mean, first.reference.dimension)
    return Common(length or unit, length is not None, first.units, densities, groups)


def _refuse_empty_space(samples: Sequence[Sample]) -> None:
    """Refuse boxes whose mean density is no measure of the distances between particles."""
    for sample in samples:
        free = emptiness(sample.reference)
        if free:
            raise ValueError(
                f"the box of sample {sample.name!r} is empty {free}, so that the mean density is"
                " no measure of the distances between particles. State the unit of length:"
                f" glass/own/{sample.system}/length, such as the mean distance of neighbours"
            )


def unit_of_length(density: float, dimension: int) -> float:
    """Return the unit of length in which a number density equals ``REFERENCE_DENSITY``."""
    return float((REFERENCE_DENSITY / density) ** (1 / dimension))


def group_of(sample: Sample) -> str:
    """Return the group of an imported sample; by default its own name."""
    return str(sample.provenance.get("import", {}).get("group", sample.name))


def adopted(sample: Sample, *, strains: Sequence[float], tolerance: float, length: float) -> Sample:
    """Return an imported sample in the form that the stages of the glass wing read.

    Parameters
    ----------
    sample : Sample
        As imported.
    strains : sequence of float
        Equivalent shear strains to learn at.
    tolerance : float
        Largest distance of the nearest frame from a strain, as a fraction of the strain.
    length : float
        Unit of length, in the unit of the sample.

    Returns
    -------
    Sample
        Lengths are in ``length``. Each load has the frames nearest to ``strains``, labelled with
        these; their actual strains are in the provenance. A load without a frame near enough is
        marked as failed, with the reason; so is a sample without any load.
    """
    loads, really = {}, {}
    for name, path in sample.loads.items():
        loads[name], really[name] = _chosen(path, strains, tolerance, length)
    failed = "no frame under load" if not loads else ""
    note = {"length": length, "units": sample.units, "strains": really}
    return replace(
        sample,
        reference=scaled(sample.reference, length),
        loads=loads,
        units=REDUCED,
        status="failed" if failed else sample.status,
        reason=failed or sample.reason,
        provenance={**sample.provenance, "own": note},
    )


def unusable(
    samples: Sequence[Sample], common: Common, *, strains: Sequence[float], tolerance: float
) -> dict[str, str]:
    """Return the unusable samples with reasons, after checking that enough others remain.

    Raises
    ------
    ValueError
        If the usable samples are in fewer than two groups.
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
            f" groups are usable, expected at least {MIN_GROUPS} groups. Choose stored strains"
            f" (glass/own/{system}/strains), or add samples. Left out:{said or ' none'}"
        )
    return reasons


def _chosen(
    path: LoadPath, strains: Sequence[float], tolerance: float, length: float
) -> tuple[LoadPath, dict[str, float]]:
    """Return the path with the frames nearest to ``strains``, and their actual strains."""
    frames: list[Frame] = []
    really: dict[str, float] = {}
    taken: dict[float, float] = {}
    failed = []
    for strain in strains:
        nearest = min(path.frames, key=lambda frame: abs(frame.strain - strain))
        if abs(nearest.strain - strain) > tolerance * strain:
            failed.append(f"no stored strain within {tolerance:.0%} of {strain:g}")
        elif nearest.strain in taken:
            failed.append(f"{nearest.strain:.4g} is nearest to {taken[nearest.strain]:g} already")
        else:
            taken[nearest.strain] = strain
            state = scaled(nearest.configuration, length)
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
    """List the strains of a path, without the middle of a long one."""
    said = [f"{frame.strain:.4g}" for frame in path.frames]
    return ", ".join(said if len(said) <= 8 else [*said[:4], "...", *said[-3:]])


def scaled(configuration: Configuration, length: float) -> Configuration:
    """Return a configuration with its lengths in another unit, ``length``."""
    moved = configuration.moved(configuration.positions / length, configuration.cell / length)
    radii = configuration.radii
    return moved if radii is None else replace(moved, radii=radii / length)


def summary(common: Common, lost: Mapping[str, str]) -> dict[str, object]:
    """Return common properties, and unusable samples with reasons, as stored in a file."""
    return {
        "length": common.length,
        "length_from": "configuration" if common.stated else "mean number density",
        "units": common.units,
        "densities": common.densities,
        "groups": common.groups,
        "unusable": dict(lost),
    }
