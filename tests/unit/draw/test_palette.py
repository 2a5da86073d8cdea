"""Models have distinct styles, which colour-blind readers can tell apart."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from mechanist.core.typing import FloatArray
from mechanist.draw.palette import ROLES
from mechanist.draw.style import (
    model_styles,
)

#: Red-blind, green-blind and normal colour vision, in linear RGB,
#: https://doi.org/10.1109/TVCG.2009.113.
VISION = {
    "normal": np.eye(3),
    "protanope": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                           [-0.003882, -0.048116, 1.051998]]),
    "deuteranope": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                             [-0.011820, 0.042940, 0.968881]]),
}  # fmt: skip


def test_roles_differ_in_colour_and_marker() -> None:
    firsts = [(role.colours[0], role.markers[0]) for role in ROLES.values()]
    assert len({colour for colour, _ in firsts}) == len(ROLES)
    assert len({marker for _, marker in firsts}) == len(ROLES)
    assert ROLES["ceiling"].linestyle == "--"
    assert ROLES["control"].linestyle == ":"


def test_models_of_one_role_stay_distinct() -> None:
    models = {f"m{k}": {"label": str(k), "role": "data"} for k in range(12)}
    looks = {(style.colour, style.marker) for style in model_styles(models).values()}
    assert len(looks) == 12


def test_styles_depend_on_the_configuration_not_on_what_a_figure_shows() -> None:
    models = {"a": {"role": "data"}, "b": {"role": "hybrid"}, "c": {"role": "data", "label": "C"}}
    styles = model_styles(models)
    assert styles["c"].label == "C"
    assert styles["a"].label == "a"
    assert styles["a"].colour != styles["c"].colour
    with pytest.raises(ValueError, match="role 'magic'"):
        model_styles({"a": {"role": "magic"}})


def perceived(colour: str, vision: FloatArray) -> FloatArray:
    """Return the CIELAB coordinates (D65) of a colour as perceived with a given vision."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(vision @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722],
                    [0.0193, 0.1192, 0.9505]]) @ linear  # fmt: skip
    x, y, z = np.cbrt(np.maximum(xyz / [0.9505, 1.0, 1.089], 1e-6))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("vision", VISION)
def test_roles_can_be_told_apart_by_colour_blind_readers(vision: str) -> None:
    colours = [role.colours[0] for role in ROLES.values()]
    lab = [perceived(colour, VISION[vision]) for colour in colours]
    gaps = [float(np.linalg.norm(a - b)) for a, b in itertools.combinations(lab, 2)]
    assert min(gaps) > 20
    # Control: for a deuteranope, a pure red and the green of equal lightness look alike.
    confused = [perceived(c, VISION["deuteranope"]) for c in ("#c00000", "#5c6b00")]
    assert np.linalg.norm(confused[0] - confused[1]) < 10
