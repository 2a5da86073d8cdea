"""Models have distinct styles, which colour-blind readers can tell apart."""

import itertools

import numpy as np
import pytest

from mechanist.draw.colour_vision import VISION, contrast, nearest, perceived
from mechanist.draw.palette import ROLES
from mechanist.draw.style import (
    model_styles,
)


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


@pytest.mark.parametrize("vision", dict(VISION))
def test_roles_can_be_told_apart_by_colour_blind_readers(vision: str) -> None:
    colours = [role.colours[0] for role in ROLES.values()]
    lab = [perceived(colour, dict(VISION)[vision]) for colour in colours]
    gaps = [float(np.linalg.norm(a - b)) for a, b in itertools.combinations(lab, 2)]
    assert min(gaps) > 20
    # Control: for a deuteranope, a pure red and the green of equal lightness look alike.
    confused = [perceived(c, dict(VISION)["deuteranope"]) for c in ("#c00000", "#5c6b00")]
    assert np.linalg.norm(confused[0] - confused[1]) < 10


def test_the_nearest_colours_and_contrasts_are_known_values() -> None:
    distance, one, two, vision = nearest(["#c00000", "#5c6b00", "#ffffff"])
    assert {one, two} == {"#c00000", "#5c6b00"}
    assert vision == "deuteranope"
    assert distance < 10
    white, black, grey = np.ones(3), np.zeros(3), np.full(3, 0x77 / 255)
    # Values of WCAG 2.1 for black and for #777777 on white.
    assert contrast(white, black) == pytest.approx(21.0)
    assert contrast(white, grey) == pytest.approx(4.48, abs=0.005)
