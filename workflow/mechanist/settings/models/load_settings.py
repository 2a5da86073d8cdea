"""Loads on a sample, as the configuration writes them."""

from typing import Annotated, Literal

from pydantic import Field

from mechanist.settings.models.block import Axis, Block, Sense, Vector


class SimpleShear(Block):
    """Simple shear on a plane."""

    type: Literal["simple_shear"] = Field(description="Simple shear.")
    plane: Literal["xy", "yx", "xz", "zx", "yz", "zy"] = Field(
        description="Direction of the displacement and normal of the plane that slides."
    )
    sense: Sense | None = Field(default=None, description="-1 reverses the load; 1 by default.")


class Uniaxial(Block):
    """Tension or compression along an axis, at constant volume."""

    type: Literal["uniaxial"] = Field(description="Tension or compression at constant volume.")
    axis: Axis = Field(description="Axis of tension.")
    sense: Sense | None = Field(
        default=None, description="1 for tension, the default, or -1 for compression."
    )


class TensorLoad(Block):
    """Any load at constant volume."""

    type: Literal["tensor"] = Field(description="Any load at constant volume.")
    gradient: Annotated[list[Vector], Field(min_length=3, max_length=3)] = Field(
        description="Traceless displacement gradient, 3 x 3, scaled like all loads."
    )


class RandomLoad(Block):
    """A load of random direction, drawn for each sample."""

    type: Literal["random"] = Field(description="A random direction for each sample.")


#: All loads are scaled to the same equivalent shear strain.
Load = Annotated[SimpleShear | Uniaxial | TensorLoad | RandomLoad, Field(discriminator="type")]
#: Loads whose direction is known beforehand.
KnownLoad = Annotated[SimpleShear | Uniaxial | TensorLoad, Field(discriminator="type")]
