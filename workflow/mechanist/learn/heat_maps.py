"""Heat maps of a network over pictures: its own map, its gradient, and what hiding a spot changes."""

from collections.abc import Callable
from typing import Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from scipy import ndimage

from mechanist.core.typing import FloatArray
from mechanist.learn.picture_network import COARSER, PictureNetwork, Single, at_places

#: Spots along a side of a cell of the network's map that are hidden one after the other, inverse.
_APART: Final = 2


def activation_map(network: PictureNetwork, picture: Single) -> FloatArray:
    """Return the map that the network makes of a picture, shape (side / 4, side / 4)."""
    return np.asarray(_field(network, picture), float)


def gradient_map(network: PictureNetwork, picture: Single, width: float) -> FloatArray:
    """Return how strongly the mean of the network's map depends on each spot, shape (side / 4, side / 4).

    Parameters
    ----------
    network : PictureNetwork
    picture : ndarray of shape (side, side)
    width : float
        Standard deviation in pixels over which the size of the gradient is averaged.
    """
    return smoothed(np.abs(np.asarray(_gradient(network, picture), float)), width)


def smoothed(picture: FloatArray, width: float) -> FloatArray:
    """Return a periodic picture that is averaged over a width in pixels and made coarser."""
    even = ndimage.gaussian_filter(np.asarray(picture, float), width, mode="wrap")
    cells = len(picture) // COARSER
    return np.asarray(even.reshape(cells, COARSER, cells, COARSER).mean(axis=(1, 3)))


def occlusion_map(network: PictureNetwork, picture: Single, radius: float) -> FloatArray:
    """Return by how much the mean of the network's map falls where a disc is hidden, shape (side / 8, side / 8).

    Parameters
    ----------
    network : PictureNetwork
    picture : ndarray of shape (side, side)
        Its mean takes the place of what is hidden.
    radius : float
        Radius of the disc in pixels.
    """
    side = len(picture)
    step = COARSER * _APART
    spots = (np.arange(side // step) + 0.5) * step - 0.5
    rows, columns = np.mgrid[:side, :side]
    whole = float(np.asarray(_field(network, picture)).mean())
    lost = np.zeros((len(spots), len(spots)))

    def away(axis: np.ndarray, spot: float) -> np.ndarray:
        return (axis - spot + side / 2) % side - side / 2

    for i, y in enumerate(spots):
        hidden = np.repeat(picture[None], len(spots), axis=0)
        for j, x in enumerate(spots):
            hidden[j][np.hypot(away(rows, y), away(columns, x)) < radius] = picture.mean()
        lost[i] = whole - np.asarray(_means(network, hidden), float)
    return lost


def values_at(field: FloatArray, places: FloatArray) -> FloatArray:
    """Return the values of a periodic map at places in units of its side, shape (n,)."""
    return np.asarray(at_places(jnp.asarray(field), jnp.asarray(places)), float)


@eqx.filter_jit
def _field(network: PictureNetwork, picture: jax.Array | Single) -> jax.Array:
    return network.field(jnp.asarray(picture))


@eqx.filter_jit
def _gradient(network: PictureNetwork, picture: jax.Array | Single) -> jax.Array:
    mean: Callable[[jax.Array], jax.Array] = _mean_of(network)
    return jax.grad(mean)(jnp.asarray(picture))


def _mean_of(network: PictureNetwork) -> Callable[[jax.Array], jax.Array]:
    def mean(picture: jax.Array) -> jax.Array:
        return network.field(picture).mean()

    return mean


@eqx.filter_jit
def _means(network: PictureNetwork, pictures: jax.Array | Single) -> jax.Array:
    return jax.vmap(_mean_of(network))(jnp.asarray(pictures))
