"""Recurrent networks that rotate the central voxel of a cube, strain step by strain step.

After Pandey & Pokharel (2021), arXiv:2005.00951: a cube's fields set the state of a recurrent cell,
and each strain step rotates the lattice at its centre a little. The network returns the total
rotation. It first maps a cube to one of its sixteen images and then maps the output back: for any
weights, the mean over all images rotates with cube and load.
"""

from typing import Any, Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from mechanist.learn.cube_symmetry import Images

CELLS: Final = ("gru", "lstm")


class CubeNetwork(eqx.Module):
    """An encoder of the cube, a recurrent cell and a readout.

    Parameters
    ----------
    cell : {"gru", "lstm"}
    images : Images
        Action of the symmetry operations on a cube's row.
    turns : Images
        Action of the symmetry operations on an axial vector.
    width : int
        Size of the encoder's layer and of the cell's state.
    key
        JAX random key.

    Raises
    ------
    ValueError
        If the cell is unknown.
    """

    encoder: eqx.nn.MLP
    cell: Any
    readout: eqx.nn.Linear
    direct: eqx.nn.Linear
    source: Any
    sign: Any
    turn_source: Any
    turn_sign: Any
    back_source: Any
    back_sign: Any
    kind: str = eqx.field(static=True)

    def __init__(
        self,
        cell: str,
        *,
        images: Images,
        turns: Images,
        width: int,
        key: Any,
    ) -> None:
        if cell not in CELLS:
            raise ValueError(f"cell = {cell!r}; expected one of {list(CELLS)}")
        keys = jax.random.split(key, 4)
        inputs, states = images.source.shape[1], 2 if cell == "lstm" else 1
        self.encoder = eqx.nn.MLP(inputs, states * width, width, 1, jax.nn.gelu, key=keys[0])
        make = eqx.nn.LSTMCell if cell == "lstm" else eqx.nn.GRUCell
        # Inputs of the cell: the rotation so far and the guessed rotation in this step.
        self.cell = make(6, width, key=keys[1])
        self.readout = eqx.nn.Linear(width, 3, key=keys[2])
        self.direct = eqx.nn.Linear(3, 3, use_bias=False, key=keys[3])
        # Integers are not trained: gradient descent leaves them unchanged.
        self.source, self.sign = jnp.asarray(images.source), jnp.asarray(images.sign)
        back = turns.inverse()
        self.turn_source, self.turn_sign = jnp.asarray(turns.source), jnp.asarray(turns.sign)
        self.back_source, self.back_sign = jnp.asarray(back.source), jnp.asarray(back.sign)
        self.kind = cell

    def __call__(self, inputs: dict[str, Any]) -> Any:
        """Map one cube to rotations at all steps, one after the other.

        Parameters
        ----------
        inputs : dict
            ``cube``: its row; ``guess``: increments of the guessed rotation, shape (n_steps, 3);
            ``image``: the image to which both are mapped first; ``weights``: factor on the
            rotation at each step in the output, an input so that all folds share compiled code.
        """
        g = inputs["image"]
        cube = inputs["cube"][self.source[g]] * self.sign[g]
        back, back_sign = self.back_source[g], self.back_sign[g]
        guess = inputs["guess"][:, self.turn_source[g]] * self.turn_sign[g]
        path = self._path(cube, guess)
        weighted = path * inputs["weights"][:, jnp.newaxis]
        return (weighted[:, back] * back_sign).reshape(-1)

    def _path(self, cube: Any, guess: Any) -> Any:
        """Return the total rotation at every step, shape (n_steps, 3)."""
        encoded = self.encoder(cube)
        state = tuple(jnp.split(encoded, 2)) if self.kind == "lstm" else encoded
        steps = len(guess)

        def step(carry: Any, increment: Any) -> Any:
            state, turned = carry
            state = self.cell(jnp.concatenate([turned, increment]), state)
            hidden = state[0] if self.kind == "lstm" else state
            change = self.readout(hidden) + self.direct(increment)
            turned = turned + change / steps
            return (state, turned), turned

        _, path = jax.lax.scan(step, (state, jnp.zeros(3)), guess)
        return path


def turned_at_random(inputs: dict[str, Any], rng: np.random.Generator, n: int) -> dict[str, Any]:
    """Map each cube of a batch to a random one of its ``n`` images."""
    count = len(inputs["image"])
    return {**inputs, "image": rng.integers(n, size=count).astype(np.int32)}
