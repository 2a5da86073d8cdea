"""Summaries of many discovery runs: how often a method is exact, how accurate, and at what cost."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pandas as pd

from mechanist.assess.equation_scores import RUN_COLUMNS
from mechanist.core.errors import FormatError
from mechanist.formats.tables import read_table

#: The rule that knows the truth: the best that any rule could reach.
ORACLE: Final = "oracle"
#: The automatic rule of a method that was exact most often, chosen in hindsight.
BEST: Final = "best"
#: Our own rule. A method whose only rule has the name of the method is listed under it too.
OWN: Final = "auto"
DERIVATIVE: Final = "derivative:"
KEYS: Final = ["case", "method", "rule", "noise"]


def read_runs(paths: Iterable[Path]) -> pd.DataFrame:
    """Return the rows of several tables of runs, without the prefix of derivative methods.

    Parameters
    ----------
    paths : iterable of Path
        Tables with the columns of :data:`mechanist.assess.equation_scores.RUN_COLUMNS`; tables of
        data without true equations have no rows.

    Raises
    ------
    FormatError
        If a table lacks a column.
    ValueError
        If no table has a row.
    """
    tables = []
    for path in paths:
        table = read_table(path)
        missing = [name for name in RUN_COLUMNS if name not in table.columns]
        if missing:
            raise FormatError(
                path,
                f"no columns {', '.join(missing)}; expected {', '.join(RUN_COLUMNS)}",
                remedy="Delete it and run the workflow again.",
            )
        if len(table):
            tables.append(table[list(RUN_COLUMNS)])
    if not tables:
        raise ValueError("no runs in any table; expected cases whose true equations are known")
    runs = pd.concat(tables, ignore_index=True)
    runs["rule"] = runs["rule"].mask(runs["rule"] == runs["method"], OWN)
    runs["method"] = runs["method"].str.removeprefix(DERIVATIVE)
    return runs


def whole_systems(runs: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each case, method, rule, noise and seed: all equations of a system together.

    Parameters
    ----------
    runs : DataFrame
        One row per target, from :func:`read_runs`.

    Returns
    -------
    DataFrame
        ``exact`` if all targets are; ``error_percent``, the mean over targets, NaN if not exact;
        ``cpu_s`` and ``memory_mb``, which already count all targets.
    """
    table = (
        runs.assign(exact=runs["exact"].astype(bool))
        .groupby([*KEYS, "seed"], sort=True)
        .agg(
            exact=("exact", "all"),
            error_percent=("error_percent", "mean"),
            cpu_s=("cpu_s", "max"),
            memory_mb=("memory_mb", "max"),
        )
        .reset_index()
    )
    table["error_percent"] = table["error_percent"].where(table["exact"])
    return table


def summarised(systems: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each case, method, rule and noise, over seeds.

    Parameters
    ----------
    systems : DataFrame
        From :func:`whole_systems`.

    Returns
    -------
    DataFrame
        ``n_runs``; ``share`` of exact runs; ``error``, ``low`` and ``high``: median, smallest and
        largest coefficient error of exact runs in per cent, NaN if there are none; medians
        ``cpu_s`` and ``memory_mb``.
    """
    return (
        systems.groupby(KEYS, sort=True)
        .agg(
            n_runs=("exact", "size"),
            share=("exact", "mean"),
            error=("error_percent", "median"),
            low=("error_percent", "min"),
            high=("error_percent", "max"),
            cpu_s=("cpu_s", "median"),
            memory_mb=("memory_mb", "median"),
        )
        .reset_index()
    )


def with_best(summary: pd.DataFrame) -> pd.DataFrame:
    """Add rows of the rule :data:`BEST`, so that no method suffers from an unsuitable rule.

    Parameters
    ----------
    summary : DataFrame
        From :func:`summarised`.

    Returns
    -------
    DataFrame
        With a further row for each case, method and noise: that of the automatic rule with the
        largest share and, among equals, the smallest error. This is a choice in hindsight.
    """
    automatic = summary[summary["rule"] != ORACLE]
    ranked = automatic.sort_values(
        ["share", "error", "rule"], ascending=[False, True, True], na_position="last", kind="stable"
    )
    best = ranked.drop_duplicates(["case", "method", "noise"]).assign(rule=BEST)
    both = pd.concat([summary, best], ignore_index=True)
    return both.sort_values(KEYS, kind="stable", ignore_index=True)
