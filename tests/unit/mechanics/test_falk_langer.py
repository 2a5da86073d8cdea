"""The Falk-Langer mixture: published lengths, depths and composition, and a smooth end."""

import numpy as np
import pytest

from mechanist.core.material_choice import MaterialChoice
from mechanist.mechanics.materials.material import load_material

GOLDEN = (1 + 5**0.5) / 2


def test_lengths_and_composition_are_the_published_ones() -> None:
    """Lengths of the paper: 2 sin(pi/5), 1 and 2 sin(pi/10), which is the golden ratio less one."""
    material = load_material(MaterialChoice("falk_langer"))
    assert material.species_names == ("A", "B")
    large = (3 - GOLDEN) ** 0.5  # 2 sin(pi/5)
    assert material.diameters == pytest.approx((1.0, (GOLDEN - 1) / large))
    # (1 + sqrt 5) large particles for each four small ones.
    large_share, small_share = material.composition
    assert large_share / small_share == pytest.approx((1 + 5**0.5) / 4)


@pytest.mark.parametrize(
    ("i", "j", "length", "depth"),
    [(0, 0, 1.0, 0.5), (0, 1, 0.850651, 1.0), (1, 1, 0.525731, 0.5)],
)
def test_each_pair_is_deepest_at_its_distance(i: int, j: int, length: float, depth: float) -> None:
    material = load_material(MaterialChoice("falk_langer"))
    r = np.linspace(0.9 * length, 2.6 * length, 20_001)
    species = np.full(len(r), i), np.full(len(r), j)
    energy, slope, _ = material.pairs("a test")(*species, r)
    lowest = int(energy.argmin())
    assert r[lowest] == pytest.approx(2 ** (1 / 6) * length, rel=2e-3)
    # The smooth end raises the energy by a few hundredths of the depth.
    assert energy[lowest] == pytest.approx(-depth, rel=0.06)
    assert energy[-1] == slope[-1] == 0.0
