"""Block ``experiment``: how particles are found in pictures."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import Block, NonNegative, Positive, Share


class Watershed(Block):
    """Bright regions by scikit-image: a local threshold, then a watershed. Lengths are in diameters."""

    method: Literal["watershed"] = Field(description="Local threshold and watershed.")
    diameter: Positive = Field(
        description="Diameter of a typical particle, in the unit of length of the picture."
    )
    smoothing: NonNegative = Field(default=0.15, description="Smoothing against noise.")
    block: Positive = Field(
        default=1.8, description="Side of the surroundings whose mean is the threshold."
    )
    offset: float = Field(
        default=0.0, description="How far above that mean a region is, as a part of it."
    )
    seeds: Literal["brightness", "distance"] = Field(
        default="brightness",
        description="What has a peak in each particle: the smoothed picture, or the distance from the"
        " dark (for particles of very different sizes).",
    )
    spacing: Positive = Field(default=0.35, description="Smallest distance between peaks.")
    smallest: NonNegative = Field(
        default=0.2, description="Smallest area of a region, in areas of a typical particle."
    )
    largest: Positive = Field(default=4.0, description="Largest area of a region, likewise.")
    solidity: Share = Field(
        default=0.0, description="Smallest part that a region fills of its convex hull."
    )
    place: Literal["brightness", "region"] = Field(
        default="brightness",
        description="Place of a particle: its centre of brightness, or that of its region.",
    )


class Trackpy(Block):
    """Bright spots by trackpy. Lengths are in diameters."""

    method: Literal["trackpy"] = Field(description="Spots of about one size, by trackpy.")
    diameter: Positive = Field(
        description="Diameter of a typical particle, in the unit of length of the picture."
    )
    mask: Positive = Field(
        default=1.1, description="Diameter of the disc over which brightness is summed."
    )
    spacing: Positive = Field(default=0.7, description="Smallest distance between particles.")
    percentile: Annotated[float, Field(ge=0, lt=100)] = Field(
        default=40.0, description="A peak is brighter than this percentage of the pixels."
    )


#: A detector, told apart by its method.
Detector = Annotated[Watershed | Trackpy, Field(discriminator="method")]
