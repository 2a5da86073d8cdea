"""Block ``equations``: initial states of the user, from which found laws are followed."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import Block, Fraction, Name, Natural, Several
from mechanist.settings.models.case_settings import OwnMethod


class EvenTimes(Block):
    """Times at equal distances."""

    start: float = Field(description="First time, that of the initial state.")
    stop: float = Field(description="Last time.")
    points: Several = Field(description="Number of times, both ends included.")


class LawPrediction(Block):
    """An initial state from which a found law is followed."""

    case: Name | None = Field(
        default=None, description="Case of `equations/cases` whose law is followed; or state `law`."
    )
    method: OwnMethod = Field(
        default="weak", description="Method by which the law of the case is found."
    )
    law: str | None = Field(
        default=None, description="A file `law.json` that a run of this workflow has written."
    )
    path: str | None = Field(
        default=None,
        description="File of named arrays (MATLAB, NumPy, HDF5, netCDF-4) that holds the arrays named below;"
        " not needed if numbers are given in their place.",
    )
    format: Literal["mat", "npz", "npy", "hdf5", "pickle"] | None = Field(
        default=None, description="Format of the file; by default that of its suffix."
    )
    fields: Annotated[dict[str, str | float], Field(min_length=1)] = Field(
        description="Array, or number, of each entry of the initial state: every field of the law and, for"
        " an equation of second order, its rate, such as `x_t`."
    )
    axes: dict[str, str] | None = Field(
        default=None, description="Array of each axis of space, uniform; in the order of the law."
    )
    edges: dict[str, Literal["periodic", "closed"]] | None = Field(
        default=None,
        description="What happens at the ends of each axis of space: `periodic` (the grid leaves out the"
        " last point, which is the first one again) or `closed` (walls, in which everything is mirrored)."
        " By default an axis is periodic if the data of the law were.",
    )
    times: str | Annotated[list[float], Field(min_length=2)] | EvenTimes = Field(
        description="Times of the solution: an array, a list, or `{start: 0, stop: 10, points: 101}`. The"
        " first is that of the initial state."
    )
    inputs: dict[str, str | float] | None = Field(
        default=None,
        description="Known variables that the law needs: numbers, or arrays of the shape of the grid,"
        " perhaps with the times as the last dimension.",
    )
    truth: dict[str, str] | None = Field(
        default=None,
        description="Array of measured values of a field, with the times as the last dimension: drawn beside"
        " the solution and compared with it.",
    )
    units: dict[str, str] | None = Field(
        default=None,
        description="Unit of each field and axis in the file; it must be that of the law's data.",
    )
    draws: Natural = Field(
        default=100,
        description="Number of sets of coefficients drawn from their covariance, for mean and band.",
    )
    level: Fraction = Field(default=0.95, description="Share of the draws within the band.")
