"""Materials for tests: the example of the documentation, and an alloy with a made-up potential."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from mechanist.core.typing import FloatArray

PAGE = Path(__file__).parents[1] / "docs" / "materials.md"
#: Grid of the tabulated potential, and its range in angstrom.
POINTS, RANGE = 2000, 6.0
#: Distance of neighbours, in angstrom, and mass of each element.
ELEMENTS = {"Cu": (2.6, 63.546), "Zr": (3.1, 91.224)}


def documented(language: str) -> list[str]:
    """Return the blocks of one language in docs/materials.md."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def documented_systems() -> dict[str, dict[str, Any]]:
    """Return the systems that docs/materials.md configures, by name."""
    blocks = [yaml.safe_load(block)["glass"]["systems"] for block in documented("yaml")]
    return {name: entry for block in blocks for name, entry in block.items()}


def write_setfl(path: Path) -> Path:
    """Write a made-up potential of two metals, of the second-moment form, as a setfl file."""
    r = np.linspace(0.0, RANGE, POINTS)
    most = 60.0
    rho = np.linspace(0.0, most, POINTS)
    end = (1 - (r / RANGE) ** 2) ** 3
    lines = ["made up", "for tests", "of Mechanist", f"{len(ELEMENTS)} {' '.join(ELEMENTS)}"]
    lines.append(f"{POINTS} {most / (POINTS - 1)!r} {POINTS} {RANGE / (POINTS - 1)!r} {RANGE}")
    for number, (near, mass) in enumerate(ELEMENTS.values(), 1):
        lines.append(f"{number} {mass} {near} fcc")
        lines += _numbers(-1.2 * (np.sqrt(rho + 0.5) - np.sqrt(0.5)))
        lines += _numbers(np.exp(-3.0 * (r / near - 1)) * end)
    sizes = [near for near, _ in ELEMENTS.values()]
    for i, one in enumerate(sizes):
        for other in sizes[: i + 1]:
            near = (one + other) / 2
            lines += _numbers(r * 0.15 * np.exp(-9.0 * (r / near - 1)) * end)
    path.write_text("\n".join(lines) + "\n")
    return path


def _numbers(values: FloatArray) -> list[str]:
    return [" ".join(f"{v:.16e}" for v in row) for row in values.reshape(-1, 5)]
