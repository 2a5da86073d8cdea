"""Maps in the frame of the load: values by hand, the frame, and what a uniaxial load leaves."""

import numpy as np
import pytest

from helpers import disordered
from mechanist.describe.oriented_maps import LabMaps, OrientedMaps, frames_of
from mechanist.formats.configuration import Configuration
from mechanist.mechanics.loads import normalised

SHEAR = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
UNIAXIAL = np.diag([-0.5, -0.5, 1.0])


def pair(vector: tuple[float, float, float]) -> Configuration:
    """Two particles of two species in a large box of two dimensions, the second at ``vector``."""
    return Configuration(
        positions=np.array([[0.0, 0.0, 0.0], vector]),
        species=np.array([0, 1]),
        species_names=("A", "B"),
        cell=np.diag([50.0, 50.0, 1.0]),
        dimension=2,
    )


def turned(configuration: Configuration, turn: np.ndarray) -> Configuration:
    return Configuration(
        positions=configuration.positions @ turn.T,
        species=configuration.species,
        species_names=configuration.species_names,
        cell=configuration.cell @ turn.T,
        dimension=configuration.dimension,
    )


def about_z(angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def test_a_neighbour_is_drawn_where_it_lies_and_at_its_mirror_images() -> None:
    maps = LabMaps(half_width=2.0, smoothing=0.5, pixels=2, by_centre=False)
    found = maps(pair((-0.5, 1.5, 0.0)))
    # Centres of pixels at 0.5 and 1.5; the neighbour is mirrored to (0.5, 1.5), on a pixel.
    one = {0.5: 1.0 + np.exp(-0.5 * 2**2), 1.5: np.exp(-0.5 * 2**2) + np.exp(-0.5 * 4**2)}
    two = {0.5: np.exp(-0.5 * 2**2) + np.exp(-0.5 * 4**2), 1.5: 1.0 + np.exp(-0.5 * 6**2)}
    table = dict(zip(found.names, found.values[0], strict=True))
    for x in (0.5, 1.5):
        for y in (0.5, 1.5):
            assert table[f"map_B_{x:.2f}_{y:.2f}"] == pytest.approx(one[x] * two[y], rel=1e-12)
            assert table[f"map_A_{x:.2f}_{y:.2f}"] == 0.0


def test_the_first_axis_is_that_of_extension() -> None:
    """Under simple shear in xy, a neighbour along the diagonal lies on the first axis of the map."""
    maps = OrientedMaps(half_width=2.0, smoothing=0.3, pixels=2, by_centre=False)
    along = maps(pair((1.0, 1.0, 0.0)), load=SHEAR)
    across = maps(pair((1.0, -1.0, 0.0)), load=SHEAR)
    first, last = along.names.index("map_B_1.50_0.50"), along.names.index("map_B_0.50_1.50")
    assert along.values[0, first] > 3 * along.values[0, last]
    assert across.values[0, last] == pytest.approx(along.values[0, first], rel=1e-12)
    reversed_load = maps(pair((1.0, 1.0, 0.0)), load=-SHEAR)
    np.testing.assert_allclose(reversed_load.values, across.values, rtol=1e-12)


def test_columns_of_one_centre_are_zero_for_the_others() -> None:
    found = OrientedMaps()(pair((1.0, 0.5, 0.0)), load=SHEAR)
    centre = np.array([name.startswith("map_A-") for name in found.names])
    assert (found.values[0, ~centre] == 0).all()
    assert (found.values[1, centre] == 0).all()
    assert found.values[1, ~centre].max() > 0.1


def test_maps_of_the_laboratory_change_when_structure_and_load_turn_together() -> None:
    rng = np.random.default_rng(3)
    c, turn = disordered(rng, n=30, dimension=2), about_z(0.4)
    load = turn @ SHEAR @ turn.T
    oriented = [OrientedMaps()(c, load=SHEAR), OrientedMaps()(turned(c, turn), load=load)]
    np.testing.assert_allclose(oriented[0].values, oriented[1].values, atol=1e-9)
    lab = [LabMaps()(c).values, LabMaps()(turned(c, turn)).values]
    assert np.abs(lab[0] - lab[1]).max() > 0.1 * lab[0].std()


def test_turns_about_the_axis_of_a_uniaxial_load_hardly_change_a_map() -> None:
    """The frame is undetermined up to these turns, and a single frame would follow them."""
    frames = frames_of(normalised(UNIAXIAL), 3)
    assert len(frames) == 24
    np.testing.assert_allclose(
        frames[:, 0], np.tile([0, 0, 1], (24, 1)) * np.sign(frames[:, :1, 2])
    )
    c = disordered(np.random.default_rng(5), n=40, dimension=3)
    both = [OrientedMaps()(s, load=UNIAXIAL).values for s in (c, turned(c, about_z(0.06)))]
    alone = [LabMaps()(s).values for s in (c, turned(c, about_z(0.06)))]
    assert np.abs(both[1] - both[0]).max() < 0.1 * np.abs(alone[1] - alone[0]).max()
    assert len(frames_of(normalised(np.diag([-0.2, -0.8, 1.0])), 3)) == 1


@pytest.mark.parametrize("wrong", [{"half_width": 0.0}, {"smoothing": -1.0}, {"pixels": 0}])
def test_sizes_must_be_positive(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="expected positive lengths and at least one pixel"):
        OrientedMaps(**wrong)
