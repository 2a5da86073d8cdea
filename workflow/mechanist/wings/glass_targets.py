"""What models of glasses predict, and which strain, load and target figures show."""

from collections.abc import Mapping

from mechanist.core.narrowing import mapping, number, text, texts
from mechanist.settings.entry_types.glass_block_entries import GlassBlockEntry
from mechanist.settings.target_names import at_strain
from mechanist.wings.learning_wing import LearningWing
from mechanist.wings.wing import Wildcards


class GlassTargets(LearningWing):
    """Targets of the glass wing; a system of the user's may have its own quantity and strains."""

    @property
    def block(self) -> GlassBlockEntry:
        """The block ``glass``."""
        return self.settings["glass"]

    def own_part(self, system: str) -> Mapping[str, object]:
        """Return the settings that only users' systems have; empty for a simulated one."""
        return mapping(self.block["systems"][system].get("own", {}))

    def is_whole(self, system: str) -> bool:
        """Return whether the target of a user's system is one number for each sample."""
        return bool(self.own_part(system).get("whole"))

    def averages(self, wildcards: Wildcards) -> bool:
        """Return whether features are averaged over the particles of each sample of a system."""
        return self.is_whole(wildcards.system)

    def quantity(self, system: str) -> str:
        """Return the target quantity: the user's own where the sheet names one."""
        own = self.own_part(system).get("quantity")
        return str(own or self.settings["learning"]["regression_target"])

    def shown_strain(self, system: str) -> float:
        """Return the strain that figures show; for a user's system without it, the last one."""
        return number(self.own_part(system).get("shown", self.block["figures"]["strain"]))

    def shown_load(self, system: str) -> str:
        """Return the load that figures show; for a user's system, its first."""
        loads = self.block["systems"][system]["loads"]
        return str(next(iter(loads)) if self.own_part(system) else self.block["figures"]["load"])

    def shown_target(self, wildcards: Wildcards) -> str:
        """Return the target that figures show where they show one."""
        system = wildcards.system
        return at_strain(self.quantity(system), float(self.shown_strain(system)))

    def figure_quantity(self, wildcards: Wildcards) -> str:
        """Return the quantity that figures of a system show."""
        return self.quantity(wildcards.system)

    def figure_strain(self, wildcards: Wildcards) -> float:
        """Return the strain that figures of a system show where they show one."""
        return self.shown_strain(wildcards.system)

    def figure_load(self, wildcards: Wildcards) -> str:
        """Return the load that figures of a system show where they show one."""
        return self.shown_load(wildcards.system)

    def figure_diameters(self, wildcards: Wildcards) -> dict[str, float]:
        """Return the diameter of each species to draw; the material states those that are missing.

        A user's species count one unit of length.
        """
        own = dict.fromkeys(texts(self.own_part(wildcards.system).get("species", ())), 1.0)
        return own | dict(self.block["figures"].get("diameters", {}))

    def figure_metadata(self, wildcards: Wildcards) -> dict[str, str]:
        """Return what every figure file of a system carries as metadata."""
        return {"project": "Mechanist", "system": wildcards.system, "licence": "CC-BY-4.0"}

    def target_quantities(self, wildcards: Wildcards) -> list[str]:
        """Return the quantities that a user's own files hold as targets."""
        own = self.own_part(wildcards.system).get("quantity")
        return [text(own)] if own else []
