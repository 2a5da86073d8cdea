"""Headers of potential files in LAMMPS's ``setfl`` format (``pair_style eam/alloy``).

The format is described at https://docs.lammps.org/pair_eam.html: three lines of comment, the
elements, the grids with the cut-off, then a block for each element that begins with its mass.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mechanist.core.errors import FormatError

COMMENT_LINES: Final = 3
#: Atomic number, mass, lattice constant and lattice type, at the head of an element's block.
HEAD_WORDS: Final = 4
_REMEDY: Final = "Give a file that LAMMPS reads by `pair_style eam/alloy`."


@dataclass(frozen=True)
class SetflHeader:
    """Elements of a potential file and their properties.

    Parameters
    ----------
    masses : dict of str to float
        Mass of each element, in g/mol.
    cutoff : float
        Range of the potential, in angstrom.
    """

    masses: dict[str, float]
    cutoff: float


def read_setfl_header(path: Path) -> SetflHeader:
    """Read elements, masses and cut-off of a potential file.

    Raises
    ------
    FormatError
        If the file is missing, truncated or in another format.
    """
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        count, *elements = lines[COMMENT_LINES].split()
        n_rho, _, n_r, _, cutoff = lines[COMMENT_LINES + 1].split()[:5]
        words = [word for line in lines[COMMENT_LINES + 2 :] for word in line.split()]
        block = HEAD_WORDS + int(n_rho) + int(n_r)
        if int(count) != len(elements) or len(words) < block * len(elements):
            raise ValueError(f"{len(elements)} elements of {count}, or a truncated table")
        masses = {name: float(words[k * block + 1]) for k, name in enumerate(elements)}
        return SetflHeader(masses, float(cutoff))
    except (OSError, IndexError, ValueError) as error:
        raise FormatError(path, f"not a setfl potential file ({error})", remedy=_REMEDY) from error
