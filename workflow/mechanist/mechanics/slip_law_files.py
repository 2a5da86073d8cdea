"""Files of laws of interacting slip systems: the coefficients that are not zero, and what is said of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
        What else is known: how it was found, numbers of coefficients.
    """

    systems: str
    law: SlipLaw
    about: dict[str, Any] = field(default_factory=dict)


def write_slip_law(
    path: Path, systems: str, law: SlipLaw, *, about: Mapping[str, Any] | None = None
) -> None:
    """Write a law as JSON; of storage only the entries that are not zero.

    Parameters
    ----------
    path : Path
    systems : str
        Name of its slip systems.
    law : SlipLaw
    about : mapping, optional
        What JSON can hold.
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
    """Read what :func:`write_slip_law` wrote.

    Raises
    ------
    FormatError
        If the file is none, or its coefficients make no law.
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
