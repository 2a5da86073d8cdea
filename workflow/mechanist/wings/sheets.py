"""What all wings, and experiments, read from the sample sheet."""

from typing import Final

from mechanist.settings.sheet_rules import SheetRules
from mechanist.wings.crystal import CrystalWing
from mechanist.wings.dislocation import DislocationWing
from mechanist.wings.equations import EquationsWing
from mechanist.wings.experiment import EXPERIMENT, EXPERIMENT_SHEET
from mechanist.wings.glass import GlassWing

#: By the name of the wing.
SHEET_RULES: Final[SheetRules] = {
    wing.name: wing.sheet for wing in (GlassWing, DislocationWing, EquationsWing, CrystalWing)
} | {EXPERIMENT: EXPERIMENT_SHEET}
