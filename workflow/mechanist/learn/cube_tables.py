"""Ridge regression and boosted trees on cubes; predictions rotate exactly with cube and load.

Ridge regression is trained on all sixteen images of every cube at once: the images only move
entries of the normal equations and change their signs. Trees are trained on random images, and
their predictions are averaged over all images.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.formats.voxel_paths import VoxelPaths
from mechanist.learn.cube_inputs import CubeLayout
from mechanist.learn.cube_symmetry import load_operations
from mechanist.learn.fitted_table import FittedTable, axial_turns

#: Penalties tried, in units of the mean diagonal of the normal equations.
PENALTIES: Final = tuple(10.0**k for k in (-5, -4, -3, -2, -1))
#: One of every HELD training samples is held out to choose the penalty.
HELD: Final = 4
#: Number of principal paths over strain that trees learn; further ones are negligible.
SHAPES: Final = 2


def fit_ridge(samples: Sequence[VoxelPaths], layout: CubeLayout) -> FittedTable:
    """Fit a ridge regression; held-out training samples choose the penalty.

    There is no intercept, since only the zero vector is invariant under all operations.
    """
    each = [_normal(sample, layout) for sample in samples]
    held = range(0, len(samples), HELD)
    learnt = [k for k in range(len(samples)) if k not in held] or list(held)
    gram, cross = _summed([each[k] for k in learnt])
    errors = []
    for penalty in PENALTIES:
        weights = _solve(gram, cross, penalty)
        # |y - Xw|^2 - |y|^2 from the normal equations, without the rows
        errors.append(sum(np.sum(weights * (each[k][0] @ weights - 2 * each[k][1])) for k in held))
    chosen = PENALTIES[int(np.argmin(errors))]
    gram, cross = _summed(each)
    return FittedTable(layout, weights=_solve(gram, cross, chosen))


def fit_trees(
    samples: Sequence[VoxelPaths], layout: CubeLayout, *, seed: int, images: int, **options: object
) -> FittedTable:
    """Fit gradient-boosted trees.

    Parameters
    ----------
    samples : sequence of VoxelPaths
    layout : CubeLayout
    seed : int
    images : int
        Number of images of each cube to train on.
    **options
        Passed to ``xgboost.XGBRegressor``.
    """
    import xgboost

    rng = np.random.default_rng(seed)
    paths = np.concatenate([sample.paths() for sample in samples])
    over_strain = np.moveaxis(paths, 1, 2).reshape(-1, paths.shape[1])
    shapes = np.linalg.svd(over_strain.T @ over_strain)[0].T[:SHAPES]
    scores = np.einsum("vti,kt->vki", paths, shapes).reshape(len(paths), -1).astype(np.float32)
    rows, turn = (
        np.concatenate([layout.rows(sample) for sample in samples]),
        axial_turns(len(shapes)),
    )
    X, Y = [], []
    for _ in range(images):
        drawn = rng.integers(len(load_operations()), size=len(rows))
        X.append(layout.images.apply(rows, drawn))
        Y.append(turn.apply(scores, drawn))
    trees = xgboost.XGBRegressor(
        tree_method="hist", multi_strategy="multi_output_tree", n_jobs=1, random_state=seed,
        **options,
    )  # fmt: skip
    trees.fit(np.concatenate(X), np.concatenate(Y))
    return FittedTable(layout, trees=trees, shapes=shapes)


def _normal(sample: VoxelPaths, layout: CubeLayout) -> tuple[FloatArray, FloatArray]:
    """Return the normal equations of a sample, summed over all images of its cubes."""
    rows = layout.rows(sample).astype(np.float64)
    paths = sample.paths().reshape(len(rows), -1)
    one, two = rows.T @ rows, rows.T @ paths
    gram, cross = np.zeros_like(one), np.zeros_like(two)
    turn = axial_turns(len(sample.strains))
    pairs = zip(layout.images.source, layout.images.sign, turn.source, turn.sign, strict=True)
    for source, sign, path_source, path_sign in pairs:
        gram += one[np.ix_(source, source)] * np.multiply.outer(sign, sign)
        cross += two[np.ix_(source, path_source)] * np.multiply.outer(sign, path_sign)
    return gram, cross


def _summed(each: list[tuple[FloatArray, FloatArray]]) -> tuple[FloatArray, FloatArray]:
    """Return the normal equations summed over samples."""
    return np.sum([gram for gram, _ in each], axis=0), np.sum([cross for _, cross in each], axis=0)


def _solve(gram: FloatArray, cross: FloatArray, penalty: float) -> FloatArray:
    size = penalty * float(np.trace(gram)) / len(gram)
    return np.asarray(np.linalg.solve(gram + size * np.eye(len(gram)), cross))
