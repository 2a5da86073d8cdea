"""A sheet of users' simulations, written row by row, for tests of how it is read."""

import json
from pathlib import Path
from typing import Any

import yaml

from mechanist.settings.own_imports import sheet_imports
from mechanist.settings.sample_sheet import COLUMNS
from mechanist.wings.sheets import SHEET_RULES

ROOT = Path(__file__).parents[1]


SCHEMA = json.loads((ROOT / "workflow/schemas/config.schema.json").read_text())


CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text())


GLASS = {
    "wing": "glass", "system": "cuzr", "sample": "one", "path": "a.dump", "format": "lammps_dump",
    "species": "1=Cu 2=Zr", "dimension": "3", "units": "metal", "load": "simple_shear xy",
    "reference": "0", "deformed": "all",
}  # fmt: skip


LINES = "{systems: bcc24, burgers: 2.86e-10, grid: [8, 8, 8]}"


def written(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS, end: str = "\n") -> Path:
    lines = [columns, *([row.get(name, "-") for name in columns] for row in rows)]
    path = Path("samples.tsv")
    path.write_bytes("".join("\t".join(line) + end for line in lines).encode())
    return path


def imports(*rows: dict[str, str]) -> tuple[list[Any], list[str]]:
    found, problems = sheet_imports(written(*rows), CONFIG, SCHEMA, SHEET_RULES)
    return found, [str(problem) for problem in problems]
