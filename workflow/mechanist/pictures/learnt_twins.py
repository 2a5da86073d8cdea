"""Views in potentials that were learnt from other glasses at rest, instead of the known one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from mechanist.core.material_choice import MaterialChoice
from mechanist.formats.configuration import Configuration

#: Material of a table of pair forces.
TABLE = "pair_table"


def in_learnt_forces(view: Configuration, table: Path) -> Configuration:
    """Return the same particles as a material whose forces stand in a table.

    Parameters
    ----------
    view : Configuration
    table : Path
        Potential of every pair of its species.
    """
    counts = np.bincount(view.species, minlength=len(view.species_names)).astype(float)
    shares = (counts / counts.sum()).tolist()
    parameters = {
        "file": str(table),
        "composition": dict(zip(view.species_names, shares, strict=True)),
    }
    return replace(view, material=MaterialChoice(TABLE, parameters))


def table_of(name: str, fold_of: Mapping[str, int], tables: Sequence[Path]) -> Path | None:
    """Return the table that was learnt without a glass and the others of its fold; None if there are none."""
    return tables[fold_of[name]] if tables else None
