"""Forces on glide dislocations, their stiffness, and the stress around them, in units of the box.

The stiffness ``-dF/dx`` has one zero mode, the uniform translation along x. A uniform coupling
between all dislocations is added. It gives that mode the stiffness ``n`` and does not affect the
orthogonal directions, which include the load since the system is neutral.
"""

import numpy as np

from mechanist.core.typing import FloatArray
from mechanist.describe.shared.glide import Glide
from mechanist.mechanics.edge_glide import X, linearise, stress_field, table_of


class Balance:
    """Forces and stiffness of the dislocations in a box, for any positions on their glide planes.

    Parameters
    ----------
    glide : Glide
        Glide planes and signs; its x positions are only initial values.
    """

    def __init__(self, glide: Glide) -> None:
        n = len(glide)
        self._lines = table_of(glide.x, glide.y, glide.forward)
        # no pins
        self._spans, self._pins = np.zeros((2, n), dtype=np.int64), np.zeros((2, 0))
        self._well = np.zeros(2)

    def linearised(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the forces along x at ``x``, and the stiffness with the uniform coupling.

        Parameters
        ----------
        x : ndarray of shape (n,)
            Positions in units of the box.

        Returns
        -------
        forces : ndarray of shape (n,)
        stiffness : ndarray of shape (n, n)
        """
        n = len(x)
        self._lines[X] = x
        forces, hessian = np.empty(n), np.zeros((n, n))
        linearise(self._lines, self._spans, self._pins, self._well, forces, hessian)
        upper = np.triu(hessian, 1)
        stiffness = upper + upper.T + 1.0
        stiffness[np.diag_indices(n)] += np.diag(hessian)
        return forces, stiffness


def stress_at(glide: Glide, x: FloatArray, y: FloatArray) -> FloatArray:
    """Return the internal stress at any points, positive where it pushes forward.

    Parameters
    ----------
    glide : Glide
        Its forward signs replace those of the Burgers vectors.
    x, y : ndarray of equal shape
        Points in units of the box; at a dislocation itself the stress is not finite.
    """
    lines = table_of(glide.x, glide.y, glide.forward)
    points = table_of(x.ravel(), y.ravel(), np.zeros(x.size))
    out = np.empty(x.size)
    stress_field(lines, points, out)
    return out.reshape(x.shape)
