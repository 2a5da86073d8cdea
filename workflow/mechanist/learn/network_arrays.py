"""The numbers of a trained network on cubes as plain arrays; see :mod:`mechanist.learn.cube_forward`."""

import equinox as eqx
import numpy as np
from numpy.typing import NDArray

from mechanist.learn.cube_training import FittedCubeNetwork


def network_arrays(fitted: FittedCubeNetwork) -> dict[str, NDArray[np.float32]]:
    """Return the arrays of a trained network by name.

    The names are those of :func:`mechanist.learn.cube_forward.network_shapes`.

    Raises
    ------
    ValueError
        If its cell is not a GRU.
    """
    network = fitted.network
    cell = network.cell
    if not isinstance(cell, eqx.nn.GRUCell):
        raise ValueError(  # noqa: TRY004  (the configuration names it)
            f"cell {network.kind!r}; only 'gru' can be kept as plain arrays"
        )
    first, last = network.encoder.layers
    found = {
        "encoder_in": first.weight,
        "encoder_in_bias": first.bias,
        "encoder_out": last.weight,
        "encoder_out_bias": last.bias,
        "cell_input": cell.weight_ih,
        "cell_state": cell.weight_hh,
        "cell_bias": cell.bias,
        "cell_new_bias": cell.bias_n,
        "readout": network.readout.weight,
        "readout_bias": network.readout.bias,
        "direct": network.direct.weight,
    }
    return {name: np.asarray(array, np.float32) for name, array in found.items()}
