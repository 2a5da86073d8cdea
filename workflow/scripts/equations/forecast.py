"""Discover equations on the beginning of a trajectory and integrate them along the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from mechanist.assess.forecasts import forecast_errors, valid_until
from mechanist.core.progress import LOGGER, log_to, progress
from mechanist.core.typing import FloatArray
from mechanist.discover.forward import forecast
from mechanist.discover.found_equations import discover
from mechanist.discover.measurement_noise import noisy
from mechanist.discover.search import Search
from mechanist.formats.described_columns import NOT_NEGATIVE, Column
from mechanist.formats.field_files import TIME, FieldData, read_fields
from mechanist.formats.tables import write_table
from mechanist.formats.value_ranges import TEXT

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

#: Columns of the table; one row for every noise level, field and time kept.
FORECAST_COLUMNS: Final[dict[str, Column]] = {
    "case": Column("", "Name of the data.", TEXT),
    "noise": Column(
        "1",
        "Noise of the data in which the equations were found, relative to the fields.",
        NOT_NEGATIVE,
    ),
    "field": Column("", "Name of the field.", TEXT),
    "time": Column("of the data", "Time since the first held-out state.", NOT_NEGATIVE),
    "truth": Column("of the data", "Held-out data without noise."),
    "found": Column("of the data", "Solution of the found equations; NaN if there is none."),
    "error": Column(
        "1",
        "Difference of all fields in standard deviations; NaN if there is no solution.",
        NOT_NEGATIVE,
    ),
}
#: Fewest points in either part of the trajectory.
FEWEST: Final = 10


def main(
    data: Path,
    out: Path,
    *,
    case: str,
    method: str,
    library: Mapping[str, object],
    rule: str,
    levels: Sequence[float],
    seed: int,
    share: float,
    every: int,
    settings: Mapping[str, object] | None = None,
) -> None:
    """Write truth, solution and error over the held-out time for each noise level.

    The solution starts from the first held-out state without noise, so all error comes from the
    equations.

    Parameters
    ----------
    data : Path
        Field file; its first trajectory is used.
    out : Path
        Table with the columns :data:`FORECAST_COLUMNS`.
    case : str
        Name of the case.
    method, library, settings
        As in ``equations_discover.py``.
    rule : str
        Selection rule.
    levels : sequence of float
        Noise levels.
    seed : int
        Seed of the noise.
    share : float
        Share of the trajectory, from its beginning, on which equations are discovered.
    every : int
        One of this many held-out times is written.

    Raises
    ------
    ValueError
        If the data have a space axis, or a part of the trajectory would hold too few points.
    """
    search = Search.from_settings(method, library, settings or {})
    seen, unseen = _split(data, read_fields(data)[0], share)
    tables = []
    for level in progress(levels, f"{case}: forecasts"):
        equations = discover(search, noisy([seen], level, seed), rules=[rule])
        lost = [equation.target for equation in equations if not equation.found]
        shape = (len(unseen.fields), len(unseen.axes[TIME]))
        states, error = np.full(shape, np.nan), np.full(shape[1], np.nan)
        if lost:
            LOGGER.warning("%s at noise %g: no equation for %s", case, level, ", ".join(lost))
        else:
            found = forecast(equations, unseen)
            states, error = np.stack(list(found.fields.values())), forecast_errors(found, unseen)
            until = valid_until(found.times, error, 1.0) - found.times[0]
            LOGGER.info("%s at noise %g: error below one std. until %.3g", case, level, until)
        table = _table(unseen, states, error, every)
        tables.append(table.assign(case=case, noise=level)[list(FORECAST_COLUMNS)])
    whole = pd.concat(tables, ignore_index=True)
    write_table(out, whole, columns=FORECAST_COLUMNS, check=False)


def _split(path: Path, one: FieldData, share: float) -> tuple[FieldData, FieldData]:
    """Return the beginning of a trajectory and the rest."""
    if list(one.axes) != [TIME]:
        raise ValueError(f"{path}: axes are {list(one.axes)}; forecasts expect time alone")
    n = one.shape[0]
    cut = round(share * n)
    if not FEWEST <= cut <= n - FEWEST:
        raise ValueError(
            f"{path}: share {share} of {n} times leaves {cut} for discovery and {n - cut} held out;"
            f" expected at least {FEWEST} each"
        )
    return _part(one, slice(None, cut)), _part(one, slice(cut, None))


def _part(one: FieldData, times: slice) -> FieldData:
    return replace(
        one,
        axes={TIME: one.axes[TIME][times].copy()},
        fields={name: values[times] for name, values in one.fields.items()},
        inputs={name: values[times] for name, values in one.inputs.items()},
    )


def _table(unseen: FieldData, states: FloatArray, error: FloatArray, every: int) -> pd.DataFrame:
    """Return a row for every field and kept time."""
    times = unseen.axes[TIME]
    parts = [
        pd.DataFrame(
            {
                "field": name,
                "time": (times - times[0])[::every],
                "truth": truth[::every],
                "found": state[::every],
                "error": error[::every],
            }
        )
        for (name, truth), state in zip(unseen.fields.items(), states, strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


if __name__ == "__main__":
    with log_to(snakemake.log[0]):
        main(
            Path(snakemake.input[0]),
            Path(snakemake.output[0]),
            case=snakemake.params.case,
            method=snakemake.params.method,
            library=snakemake.params.library,
            rule=snakemake.params.rule,
            levels=snakemake.params.levels,
            seed=snakemake.params.seed,
            share=snakemake.params.share,
            every=snakemake.params.every,
            settings=snakemake.params.settings,
        )
