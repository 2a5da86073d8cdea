"""Let the scripts of jobs import this library, in whichever folder they lie."""

import os

from mechanist.core.code_hash import LIBRARY


def offer_library() -> None:
    """Put the folder of the library on ``PYTHONPATH``, which processes of jobs inherit."""
    folder = str(LIBRARY.parent)
    others = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    os.environ["PYTHONPATH"] = os.pathsep.join([folder, *(p for p in others if p != folder)])
