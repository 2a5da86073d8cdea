"""Read and write files of laws of interacting slip systems, with their nonzero coefficients."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mechanist.core.atomic import write_text
from mechanist.core.errors import FormatError
from mechanist.mechanics.slip_law import SlipLaw

_AGAIN = "Delete it and run the workflow again."


@dataclass(frozen=True, eq=False)
class LawFile:
    """A law and where it comes from.

    Parameters
    ----------
    systems : str
        Name of its slip systems.
    law : SlipLaw
    about : dict
        Further information: how the law was found, numbers of coefficients.
    """

    systems: str
    law: SlipLaw
    about: dict[str, object] = field(default_factory=dict)


def write_slip_law(
    path: Path, systems: str, law: SlipLaw, *, about: Mapping[str, object] | None = None
) -> None:
    """Write a law as JSON, with only the nonzero entries of storage.

    Parameters
    ----------
    path : Path
    systems : str
        Name of its slip systems.
    law : SlipLaw
    about : mapping, optional
        Anything JSON can hold.
    """
    indices = np.argwhere(law.storage)
    content = {
        "systems": systems,
        "about": dict(about or {}),
        "lengths": law.lengths.tolist(),
        "interactions": law.interactions.tolist(),
        "recovery": law.recovery.tolist(),
        "storage": {
            "indices": indices.tolist(),
            "values": law.storage[tuple(indices.T)].tolist(),
        },
    }
    write_text(path, json.dumps(content, allow_nan=False) + "\n")


def read_slip_law(path: Path) -> LawFile:
    """Read a file written by :func:`write_slip_law`.

    Raises
    ------
    FormatError
        If the file is not a law, or its coefficients are invalid.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        n = len(content["lengths"])
        storage = np.zeros((n, n, n))
        indices = np.array(content["storage"]["indices"], dtype=np.int64).reshape(-1, 3)
        storage[tuple(indices.T)] = content["storage"]["values"]
        law = SlipLaw(
            np.array(content["interactions"], dtype=float),
            storage,
            np.array(content["recovery"], dtype=float),
            np.array(content["lengths"], dtype=float),
        )
        return LawFile(str(content["systems"]), law, dict(content["about"]))
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise FormatError(path, f"not a law of slip systems ({error})", remedy=_AGAIN) from error
