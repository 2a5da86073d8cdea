"""Rows of run tables for tests of equation discovery."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mechanist.assess.equation_scores import RUN_COLUMNS
from mechanist.formats.tables import write_table


def run_row(
    *,
    case: str = "burgers",
    method: str = "weak",
    rule: str = "auto",
    noise: float = 0.0,
    seed: int = 0,
    target: str = "u_t",
    error: float | None = 0.1,
    cpu: float = 0.5,
    memory: float = 2.0,
) -> dict[str, Any]:
    """Return the row of one run; ``error=None`` means that the run is not exact."""
    return {
        "case": case,
        "method": method,
        "rule": rule,
        "noise": noise,
        "seed": seed,
        "target": target,
        "exact": error is not None,
        "true_positive_rate": 0.5 if error is None else 1.0,
        "error_percent": np.nan if error is None else error,
        "n_terms": 2,
        "difference": 2.0 if error is None else 0.01 * error,
        "size": 1.0,
        "cpu_s": cpu,
        "memory_mb": memory,
    }


def write_runs(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write a table of runs, possibly empty."""
    table = pd.DataFrame(rows, columns=list(RUN_COLUMNS))
    write_table(path, table, columns=RUN_COLUMNS, check=False)
