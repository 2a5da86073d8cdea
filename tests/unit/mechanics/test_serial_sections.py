"""Layers between known sections: what each rule makes of boundaries that move, and of bad numbers."""

import numpy as np
import pytest

from mechanist.mechanics.serial_sections import RULES, Rule, filled


def tilted(n: int = 12) -> np.ndarray:
    """Return two grains whose boundary moves by one point from layer to layer."""
    x, _, z = np.indices((n, 6, 7))
    return np.where(x < 2 + z, 3, 8)


def rebuilt(grains: np.ndarray, known: list[int], rule: Rule, *, periodic: bool = False) -> np.ndarray:  # fmt: skip
    cut = grains[:, :, known]
    return cut[tuple(filled(cut, known, grains.shape[2], rule=rule, periodic=periodic))]


def test_a_boundary_that_moves_steadily_is_found_and_the_nearest_section_misses_it() -> None:
    grains = tilted()
    assert (rebuilt(grains, [0, 6], "boundary") == grains).all()
    assert (rebuilt(grains, [0, 6], "nearest") != grains).any()
    right = {rule: (rebuilt(grains, [0, 2, 4, 6], rule) == grains).mean() for rule in RULES}
    assert right["vote"] > right["nearest"]


@pytest.mark.parametrize("rule", RULES)
def test_known_layers_stay_and_one_layer_makes_columns(rule: Rule) -> None:
    grains = np.random.default_rng(0).integers(0, 5, (8, 8, 6))
    for periodic in (False, True):
        assert (rebuilt(grains, list(range(6)), rule, periodic=periodic) == grains).all()
        some = rebuilt(grains, [0, 2, 5], rule, periodic=periodic)
        assert (some[:, :, [0, 2, 5]] == grains[:, :, [0, 2, 5]]).all()
        assert not (some == grains).all()
        columns = rebuilt(grains, [2], rule, periodic=periodic)
        assert (columns == grains[:, :, 2:3]).all()


def test_a_grain_that_one_section_cuts_ends_half_way() -> None:
    grains = np.zeros((9, 9, 9), dtype=int)
    grains[2:7, 2:7, 0] = 1
    layers = (rebuilt(grains, [0, 8], "boundary") == 1).sum(axis=(0, 1))
    assert layers[0] == 25
    assert (np.diff(layers) <= 0).all()
    assert layers[1] > 0
    assert (layers[4:] == 0).all()


def test_periodic_stacks_are_filled_across_their_end() -> None:
    grains = np.zeros((4, 4, 5), dtype=int)
    grains[:, :, 0] = 7
    # layer 4 lies next to layer 0 of the next period only
    assert (rebuilt(grains, [0, 2], "nearest", periodic=True)[:, :, 4] == 7).all()
    assert (rebuilt(grains, [0, 2], "nearest")[:, :, 4] == 0).all()


def test_a_source_is_a_point_of_the_grain_in_a_known_section() -> None:
    grains = tilted()[:, :, [0, 6]]
    source = filled(grains, [0, 6], 7, rule="boundary")
    assert source[2].max() == 1
    assert (grains[tuple(source)][:, :, 3] == tilted()[:, :, 3]).all()


@pytest.mark.parametrize("known", [[0, 0], [3, 1], [-1, 2], [0, 7], [0], []])
def test_numbers_that_do_not_rise_or_fit_are_refused(known: list[int]) -> None:
    with pytest.raises(ValueError, match="expected 2 numbers that rise, from 0 to 6"):
        filled(tilted()[:, :, [0, 6]], known, 7, rule="nearest")
