"""Tell, before anything is computed, which glasses have no frame at the strains of the models."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from mechanist.core.narrowing import mapping, number, sequence
from mechanist.settings.own_systems import MIN_GROUPS, TOLERANCE

#: Strains that a sentence lists.
_LISTED: Final = 6


def strain_notices(
    system: str,
    samples: Mapping[str, Sequence[float]],
    groups: Mapping[str, str],
    glass: Mapping[str, object],
) -> Iterator[str]:
    """Yield what keeps samples of a system under load from being learnt.

    Parameters
    ----------
    system : str
        Its name.
    samples : mapping of str to sequence of float
        Strains of the frames of each sample that can be read.
    groups : mapping of str to str
        Group of each sample.
    glass : mapping
        The block ``glass`` of the configuration: strains at which models are trained, by default
        ``figures/strain``, and the largest distance of a frame from them.
    """
    said = mapping(mapping(glass.get("own", {})).get(system, {}))
    stated = "strains" in said
    shown = number(mapping(glass["figures"])["strain"])
    wanted = [number(one) for one in sequence(said["strains"])] if stated else [shown]
    tolerance = number(said.get("tolerance", TOLERANCE))
    lacking = {
        name: missing
        for name, strains in samples.items()
        if (missing := [one for one in wanted if not _near(strains, one, tolerance)])
    }
    if not lacking:
        return
    where = f"glass/own/{system}/strains" if stated else "glass/figures/strain"
    within = (
        f"within {tolerance:.0%} of {_listed(sorted(set().union(*lacking.values())))} ({where})"
    )
    usable = len(samples) - len(lacking)
    if len({groups[name] for name in samples if name not in lacking}) >= MIN_GROUPS:
        yield (
            f"glass/imports/{system}: {len(lacking)} of {len(samples)} samples have no frame {within} and"
            f" will be left out of models: {', '.join(lacking)}"
        )
        return
    common = [one for one in samples[next(iter(samples))]
              if all(_near(strains, one, tolerance) for strains in samples.values())]  # fmt: skip
    nearest = min(common, key=lambda one: abs(one - wanted[-1]), default=None)
    remedy = (
        f"State strains that all samples have: glass/own/{system}/strains: [{nearest:.4g}]"
        if nearest is not None
        else f"The samples have no strain in common: write frames at equal strains, or raise glass/own/{system}/tolerance"
    )
    every = sorted({one for strains in samples.values() for one in strains})
    yield (
        f"glass/imports/{system}: {usable} of {len(samples)} samples have a frame {within}, where models"
        f" would be trained; own_models needs {MIN_GROUPS} independent ones. Frames are at strains"
        f" {_listed(every)}. {remedy}"
    )


def _near(strains: Sequence[float], wanted: float, tolerance: float) -> bool:
    """Return whether a frame is near enough to a strain."""
    return any(abs(strain - wanted) <= tolerance * wanted for strain in strains)


def _listed(strains: Sequence[float]) -> str:
    """List strains, without the middle of a long list."""
    shown = [f"{strain:.4g}" for strain in strains]
    return ", ".join(shown if len(shown) <= _LISTED else [*shown[:3], "...", *shown[-2:]])
