"""The numbers of a trained network on cubes as plain arrays; see :mod:`mechanist.learn.cube_forward`."""

import numpy as np
from numpy.typing import NDArray

from mechanist.learn.cube_training import FittedCubeNetwork


def network_arrays(fitted: FittedCubeNetwork) -> dict[str, NDArray[np.float32]]:
    """Return the arrays of a trained network, by the names of :func:`mechanist.learn.cube_forward.network_shapes`.

    Raises
    ------
    ValueError
        If its cell is not a GRU.
    """
    network = fitted.network
    if network.kind != "gru":
        raise ValueError(f"cell {network.kind!r}; only 'gru' can be kept as plain arrays")
    first, last = network.encoder.layers
    found = {
        "encoder_in": first.weight,
        "encoder_in_bias": first.bias,
        "encoder_out": last.weight,
        "encoder_out_bias": last.bias,
        "cell_input": network.cell.weight_ih,
        "cell_state": network.cell.weight_hh,
        "cell_bias": network.cell.bias,
        "cell_new_bias": network.cell.bias_n,
        "readout": network.readout.weight,
        "readout_bias": network.readout.bias,
        "direct": network.direct.weight,
    }
    return {name: np.asarray(array, np.float32) for name, array in found.items()}
