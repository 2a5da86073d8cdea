"""Recurrent networks that rotate the central voxel of a cube, strain step by strain step.

After Pandey & Pokharel (2021), arXiv:2005.00951: a cube's fields set the state of a recurrent cell,
and each strain step rotates the lattice at its centre a little. The network returns the total
rotation. It first maps a cube to one of its sixteen images and then maps the output back: for any
weights, the mean over all images rotates with cube and load.
"""

from typing import Final, Generic, TypeAlias, TypedDict, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from mechanist.learn.cube_symmetry import Images

CELLS: Final = ("gru", "lstm")
#: State of a cell: one array, or two of a cell with long memory.
State: TypeAlias = jax.Array | tuple[jax.Array, jax.Array]
Values = TypeVar("Values")


class CubeInputs(TypedDict, Generic[Values]):
    """Inputs of one cube, or of many along the first axis.

    Attributes
    ----------
    cube
        Row of the cube.
    guess
        Increments of the guessed rotation, shape (n_steps, 3).
    image
        Image to which both are mapped first.
    weights
        Factor on the rotation at each step in the output, an input so that all folds share
        compiled code.
    """

    cube: Values
    guess: Values
    image: Values
    weights: Values


Batch: TypeAlias = CubeInputs[NDArray[np.float32 | np.int32]]


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
    cell: eqx.nn.GRUCell | eqx.nn.LSTMCell
    readout: eqx.nn.Linear
    direct: eqx.nn.Linear
    source: jax.Array
    sign: jax.Array
    turn_source: jax.Array
    turn_sign: jax.Array
    back_source: jax.Array
    back_sign: jax.Array
    kind: str = eqx.field(static=True)

    def __init__(
        self,
        cell: str,
        *,
        images: Images,
        turns: Images,
        width: int,
        key: jax.Array,
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

    def __call__(self, inputs: CubeInputs[jax.Array]) -> jax.Array:
        """Map one cube to rotations at all steps, one after the other."""
        g = inputs["image"]
        cube = inputs["cube"][self.source[g]] * self.sign[g]
        back, back_sign = self.back_source[g], self.back_sign[g]
        guess = inputs["guess"][:, self.turn_source[g]] * self.turn_sign[g]
        path = self._path(cube, guess)
        weighted = path * inputs["weights"][:, jnp.newaxis]
        return (weighted[:, back] * back_sign).reshape(-1)

    def _next(self, seen: jax.Array, state: State) -> State:
        """Return the state of the cell after one step."""
        if isinstance(self.cell, eqx.nn.LSTMCell):
            assert isinstance(state, tuple)
            return self.cell(seen, state)
        assert not isinstance(state, tuple)
        return self.cell(seen, state)

    def _path(self, cube: jax.Array, guess: jax.Array) -> jax.Array:
        """Return the total rotation at every step, shape (n_steps, 3)."""
        encoded = self.encoder(cube)
        first, second = jnp.split(encoded, 2) if self.kind == "lstm" else (encoded, None)
        state: State = first if second is None else (first, second)
        steps = len(guess)

        def step(
            carry: tuple[State, jax.Array], increment: jax.Array
        ) -> tuple[tuple[State, jax.Array], jax.Array]:
            state, turned = carry
            state = self._next(jnp.concatenate([turned, increment]), state)
            hidden = state[0] if isinstance(state, tuple) else state
            change = self.readout(hidden) + self.direct(increment)
            turned = turned + change / steps
            return (state, turned), turned

        _, path = jax.lax.scan(step, (state, jnp.zeros(3)), guess)
        return path


def turned_at_random(inputs: Batch, rng: np.random.Generator, n: int) -> Batch:
    """Map each cube of a batch to a random one of its ``n`` images."""
    count = len(inputs["image"])
    return {**inputs, "image": rng.integers(n, size=count).astype(np.int32)}
