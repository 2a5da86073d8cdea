"""Entries of `settings/models/load_settings.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict


class SimpleShearEntry(TypedDict, total=False):
    """Simple shear on a plane."""

    type: Required[Literal["simple_shear"]]
    plane: Required[Literal["xy", "yx", "xz", "zx", "yz", "zy"]]
    sense: Literal[1, -1]


class UniaxialEntry(TypedDict, total=False):
    """Tension or compression along an axis, at constant volume."""

    type: Required[Literal["uniaxial"]]
    axis: Required[Literal["x", "y", "z"]]
    sense: Literal[1, -1]


class TensorLoadEntry(TypedDict, total=False):
    """Any load at constant volume."""

    type: Required[Literal["tensor"]]
    gradient: Required[list[list[float]]]


class RandomLoadEntry(TypedDict, total=False):
    """A load of random direction, drawn for each sample."""

    type: Required[Literal["random"]]
