"""Check that strains and targets which figures name are those that simulated systems have.

Glasses of the user's are not checked: their figures show the stored frame that is nearest.
"""

from collections.abc import Iterator

from mechanist.settings.models.dislocation_block import DislocationBlock
from mechanist.settings.models.glass_block import GlassBlock
from mechanist.settings.models.settings_model import Settings
from mechanist.settings.models.trust_block import Panel
from mechanist.settings.names import unknown_names
from mechanist.settings.target_names import at_strain


def strain_problems(settings: Settings) -> Iterator[str]:
    """Yield a line for each strain that a figure of glasses shows and no stored frame has.

    Parameters
    ----------
    settings : Settings
    """
    glass, learning = settings.glass, settings.learning
    for place, strain in (
        ("glass/figures/strain", glass.figures.strain),
        # The overview of all models shows accuracies at the first of them.
        ("learning/class_strains", learning.class_strains[0]),
    ):
        for name in glass.run:
            system = glass.systems.get(name)
            frames = system.deformation.frames if system else [strain]
            if strain not in frames:
                yield (
                    f"{place}: figures show strain {strain:g}, but system {name!r} stores the strains"
                    f" {', '.join(f'{frame:g}' for frame in frames)}. Choose one of these, or add"
                    f" {strain:g} to glass/systems/{name}/deformation/frames"
                )


def panel_problems(place: str, panel: Panel, settings: Settings) -> Iterator[str]:
    """Yield a line if no model of the system of a panel has a score for the panel's target.

    Parameters
    ----------
    place : str
        Path of the panel in the configuration.
    panel : Panel
        Its wing and system exist.
    settings : Settings
    """
    block: object = getattr(settings, panel.wing)
    if isinstance(block, GlassBlock):
        known = _glass_targets(block, panel.system, settings.learning.regression_target)
    elif isinstance(block, DislocationBlock):
        known = _dislocation_targets(block, panel.system)
    else:
        return
    yield from unknown_names(f"{place}/target", [panel.target], known)


def _glass_targets(glass: GlassBlock, system: str, quantity: str) -> list[str]:
    """Return the numbers that models of a glass predict: one for each stored frame."""
    return [at_strain(quantity, strain) for strain in glass.systems[system].deformation.frames]


def _dislocation_targets(block: DislocationBlock, system: str) -> list[str]:
    """Return the numbers that models of dislocations predict: stresses, and more of pileups."""
    if system != "pileup":
        return [at_strain(block.quantity, strain) for strain in block.strains]
    pileup = block.pileup
    stresses = [at_strain(block.quantity, strain) for strain in pileup.strains]
    return [*stresses, *pileup.other_targets]
