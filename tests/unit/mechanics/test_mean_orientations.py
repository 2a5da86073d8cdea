"""The mean orientation of a grain is between its voxels, whichever equivalents these are given as."""

import numpy as np

from mechanist.core.rotations import compose, from_rotation_vector, random_rotations
from mechanist.mechanics.mean_orientations import mean_orientations
from mechanist.mechanics.misorientations import misorientation, point_group


def test_two_turns_about_one_axis_have_the_half_turn_as_their_mean() -> None:
    half = from_rotation_vector(np.radians([[0.0, 0.0, 10.0], [0.0, 0.0, 20.0]]))
    found = mean_orientations(half, np.array([0, 0]), "cubic")
    np.testing.assert_allclose(
        found, from_rotation_vector(np.radians([[0.0, 0.0, 15.0]])), atol=1e-12
    )


def test_equivalents_and_signs_do_not_matter_but_grains_do() -> None:
    rng = np.random.default_rng(3)
    for lattice in ("cubic", "hexagonal"):
        group = point_group(lattice)
        centres = random_rotations(3, rng)
        grains = rng.integers(0, 3, 300)
        grains[:3] = [0, 1, 2]
        small = from_rotation_vector(rng.normal(scale=0.02, size=(300, 3)))
        plain = compose(small, centres[grains])
        other = compose(plain, group[rng.integers(0, len(group), 300)])
        other *= rng.choice([-1.0, 1.0], 300)[:, None]
        found = mean_orientations(plain, grains, lattice)
        assert misorientation(found, centres, lattice).max() < 0.5
        assert (
            misorientation(mean_orientations(other, grains, lattice), found, lattice).max() < 1e-5
        )
        # A mean that ignores the symmetry is another one.
        naive = np.array([other[grains == k].mean(axis=0) for k in range(3)])
        naive /= np.linalg.norm(naive, axis=1, keepdims=True)
        assert misorientation(naive, centres, lattice).max() > 2
