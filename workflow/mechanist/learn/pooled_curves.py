"""Estimate the flow stress of cells of any size from means over their voxels.

A mean over voxels does not scale with the cell, so a model trained on small cells applies to large
ones. All averaged quantities are known before loading: Taylor stresses, the misfit of the elastic
and plastic response, texture about the loading axis, and the fraction of grain boundary.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from mechanist.core.typing import FloatArray
from mechanist.formats.voxel_paths import VoxelPaths
from mechanist.learn.splits import Splits

Z: Final = 2
PENALTIES: Final = tuple(10.0**k for k in (-3, -2, -1, 0, 1, 2))
#: The mean of the training samples; the Taylor stress, bare and times a fitted factor; ridge
#: regression of the residual of the latter on texture alone and on all descriptors.
CURVE_MODELS: Final = ("mean", "taylor", "taylor_scaled", "texture", "pooled")


@dataclass(frozen=True, eq=False)
class Pooled:
    """Samples, each described by a few numbers.

    Parameters
    ----------
    names, systems : tuple of str
    taylor, stress : ndarray of shape (n, n_steps)
        Taylor's and the true axial stress, MPa.
    texture, misfit : ndarray of shape (n, k)
        Pooled descriptors.
    strains : ndarray of shape (n_steps,)
    """

    names: tuple[str, ...]
    systems: tuple[str, ...]
    taylor: FloatArray
    stress: FloatArray
    texture: FloatArray
    misfit: FloatArray
    strains: FloatArray


def pool(samples: Sequence[VoxelPaths]) -> Pooled:
    """Average over voxels, leaving out samples that ended before the last strain.

    Raises
    ------
    ValueError
        If there is no sample.
    """
    most = max((len(sample.strains) for sample in samples), default=0)
    whole = [sample for sample in samples if len(sample.strains) == most]
    if not whole:
        raise ValueError("no sample to pool; expected at least one")
    taylor = [s.field("taylor_stress")[1].astype(float) for s in whole]
    return Pooled(
        tuple(sample.name for sample in whole),
        tuple(sample.system for sample in whole),
        np.array([values.mean(axis=0) for values in taylor]),
        np.array([sample.stress for sample in whole], float),
        np.array([_texture(sample) for sample in whole]),
        np.array([_misfit(s, t) for s, t in zip(whole, taylor, strict=True)]),
        whole[0].strains,
    )


def fit_predict(kind: str, pooled: Pooled, training: ArrayLike, tested: ArrayLike) -> FloatArray:
    """Train on some samples and predict the stress of others, shape (n_tested, n_steps).

    Raises
    ------
    ValueError
        If the kind is unknown.
    """
    learnt, asked = np.asarray(training, int), np.asarray(tested, int)
    if kind not in CURVE_MODELS:
        raise ValueError(f"kind = {kind!r}; expected one of {list(CURVE_MODELS)}")
    if kind == "mean":
        return np.repeat(pooled.stress[learnt].mean(axis=0)[np.newaxis], len(asked), axis=0)
    if kind == "taylor":
        return pooled.taylor[asked]
    true, guess = pooled.stress[learnt], pooled.taylor[learnt]
    factor = (true * guess).sum(axis=0) / (guess**2).sum(axis=0)
    scaled = pooled.taylor[asked] * factor
    if kind == "taylor_scaled":
        return scaled
    parts = (
        [pooled.texture] if kind == "texture" else [pooled.taylor, pooled.texture, pooled.misfit]
    )
    features = np.hstack(parts)
    said = _ridge(features[learnt], true - guess * factor, features[asked])
    return np.asarray(scaled + said)


def cross_fit_curves(kind: str, pooled: Pooled, splits: Splits) -> FloatArray:
    """Predict samples in folds by models of the other folds, and the rest by a model of all folds.

    Parameters
    ----------
    kind : str
        One of :data:`CURVE_MODELS`.
    pooled : Pooled
    splits : Splits
        Folds of the training samples.

    Returns
    -------
    ndarray of shape (n, n_steps)
        Stress, MPa.
    """
    fold = np.array([splits.fold_of.get(name, -1) for name in pooled.names])
    prediction = np.zeros_like(pooled.stress)
    for one in np.unique(fold):
        training, tested = np.flatnonzero((fold != one) & (fold >= 0)), np.flatnonzero(fold == one)
        prediction[tested] = fit_predict(kind, pooled, training, tested)
    return prediction


def _texture(sample: VoxelPaths) -> FloatArray:
    """Return invariants of the mean orientation tensors under rotation about the loading axis."""
    mean = sample.field("orientation")[1].astype(float).mean(axis=0)
    squares = (mean**2).sum(axis=(-1, -2))
    return np.concatenate([mean[:, Z, Z], squares])


def _misfit(sample: VoxelPaths, taylor: FloatArray) -> FloatArray:
    """Return moments of the misfit over voxels and the fraction of faces between grains."""
    numbers = [float(taylor[:, -1].std())]
    for name in ("elastic", "plastic"):
        stress = sample.field(f"{name}_stress")[1].astype(float)
        turn = sample.field(f"{name}_rotation")[1].astype(float)
        numbers += [float((stress[..., Z, Z] ** 2).mean()), float((stress**2).mean())]
        numbers.append(float((turn**2).mean()))
    faces = [(sample.grains != np.roll(sample.grains, 1, axis)).mean() for axis in range(3)]
    return np.array([*numbers, float(np.mean(faces))])


def _ridge(X: FloatArray, Y: FloatArray, asked: FloatArray) -> FloatArray:
    """Predict by ridge regression with the penalty chosen by leave-one-out."""
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    model = make_pipeline(StandardScaler(), RidgeCV(alphas=PENALTIES))
    return np.asarray(model.fit(X, Y).predict(asked))
