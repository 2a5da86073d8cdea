"""Tables of the Fourier modes of ensembles: one row for a mode of a realisation at a time."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from mechanist.continuum.continuum_density_fields import Ensemble
from mechanist.core.typing import ComplexArray, FloatArray

#: Quantities in the order of the modes of an ensemble.
QUANTITIES: Final = ("plus", "minus", "plus_flux", "minus_flux")
KEYS: Final = ("profile", "load")


def mode_table(
    profile: str, load: float, spacings: float, times: FloatArray, modes: ComplexArray
) -> pd.DataFrame:
    """Return the rows of the realisations of one start and load."""
    runs, _, _, kept = modes.shape
    run, time, mode = (a.ravel() for a in np.meshgrid(
        np.arange(runs), times, np.arange(kept), indexing="ij"))  # fmt: skip
    table = {
        "profile": profile,
        "load": load,
        "spacings": spacings,
        "run": run,
        "time": time,
        "mode": mode,
    }
    for k, name in enumerate(QUANTITIES):
        table |= {
            f"{name}_real": modes[:, k].real.ravel(),
            f"{name}_imag": modes[:, k].imag.ravel(),
        }
    return pd.DataFrame(table)


def ensembles_of(name: str, table: pd.DataFrame) -> list[Ensemble]:
    """Return the ensembles of a table, in the order of its rows.

    Raises
    ------
    ValueError
        If a realisation lacks a time or a mode that others have, or as :class:`Ensemble` says.
    """
    found: list[Ensemble] = []
    for (profile, load), rows in table.groupby(list(KEYS), sort=False):
        times = np.sort(rows["time"].unique())
        shape = (rows["run"].nunique(), len(times), rows["mode"].nunique())
        if len(rows) != np.prod(shape):
            raise ValueError(
                f"ensemble {name!r}, profile {profile!r}, load {load}: {len(rows)} rows; expected"
                f" {shape[0]} runs x {shape[1]} times x {shape[2]} modes, each once"
            )
        ordered = rows.sort_values(["run", "time", "mode"])
        modes = np.stack(
            [(ordered[f"{q}_real"] + 1j * ordered[f"{q}_imag"]).to_numpy().reshape(shape) for q in QUANTITIES],
            axis=1,
        )  # fmt: skip
        found.append(
            Ensemble(name=name, profile=str(profile), spacings=float(rows["spacings"].iloc[0]),
                     load=float(load), times=times, modes=modes)
        )  # fmt: skip
    return found


def selected(
    ensembles: Sequence[Ensemble], profiles: Sequence[str], loads: Sequence[float]
) -> list[Ensemble]:
    """Return the ensembles of some profiles at some loads."""
    return [one for one in ensembles if one.profile in profiles and one.load in loads]
