"""Which process controls the run in this folder."""

import json
from pathlib import Path
from typing import Final

import psutil

#: Written when a run starts.
CONTROLLER: Final = Path(".snakemake/controller.json")


def note_controller(pid: int) -> None:
    """Remember which process controls the run in this folder."""
    CONTROLLER.parent.mkdir(exist_ok=True)
    born = psutil.Process(pid).create_time()
    CONTROLLER.write_text(json.dumps({"pid": pid, "born": born}), encoding="utf-8")


def controller() -> psutil.Process | None:
    """Return the living process that controls a run in this folder, if there is one."""
    try:
        noted = json.loads(CONTROLLER.read_text(encoding="utf-8"))
        process = psutil.Process(noted["pid"])
        same = process.create_time() == noted["born"]
    except (FileNotFoundError, json.JSONDecodeError, psutil.NoSuchProcess):
        return None
    return process if same and process.status() != psutil.STATUS_ZOMBIE else None
