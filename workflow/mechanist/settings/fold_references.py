"""Check that studies with folds of their own have samples for them."""

from collections.abc import Iterator

from mechanist.settings.models.settings_model import Settings


def fold_problems(settings: Settings) -> Iterator[str]:
    """Yield a line for each study whose samples cannot fill its folds.

    Parameters
    ----------
    settings : Settings
    """
    folds = settings.learning.folds_of_studies
    crystal = settings.crystal
    if crystal and crystal.surrogate:
        name = crystal.surrogate.train
        system = (crystal.systems or {}).get(name)
        if system and system.samples < folds.surrogates:
            yield (
                f"crystal/systems/{name}/samples: {system.samples} samples cannot fill"
                f" {folds.surrogates} folds (learning/folds, of surrogates)"
            )
    pinned = settings.dislocation.pinned
    density = pinned.pinning.density if pinned.pinning else 0.0
    if isinstance(density, list):
        levels = len(density)
        least = pinned.samples // levels
        if least < folds.confusion:
            yield (
                f"dislocation/pinned/samples: {pinned.samples} samples at {levels} densities"
                f" of obstacles are {least} of some density, which cannot fill {folds.confusion}"
                " folds (learning/folds, of confusion)"
            )
