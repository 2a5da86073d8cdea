"""What is stored beside the predictions for one sample, and read by the figure of them."""

from typing import Final, TypedDict

#: Name of the load in tables where predictions depend on none.
ANY_LOAD: Final = "any"


class Summary(TypedDict):
    """What a reader must know of the predictions for one sample, as stored in ``summary.json``."""

    model: str
    quantity: str
    unit: str
    strains: list[float]
    length: float
    scan: bool
    plastic_fraction: float
    particles: int
    loads: dict[str, list[list[float]]]
    distance: float
    limit: float | None
    outside: list[str]
