"""VTK files of points and of straight lines (``.vtp``), which ParaView opens.

The format is that of https://docs.vtk.org/en/latest/design_documents/VTKFileFormats.html: one piece of
PolyData, whose cells are either its points or the lines between pairs of them.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mechanist.core.atomic import replacing
from mechanist.core.typing import FloatArray, IntArray
from mechanist.formats.vtk_arrays import HEAD, data_array


def write_vtp(
    path: Path,
    points: FloatArray,
    cells: Mapping[str, NDArray[np.generic]],
    *,
    lines: IntArray | None = None,
) -> None:
    """Write points, or lines between them; equal content gives equal bytes.

    Parameters
    ----------
    path : Path
        The file.
    points : ndarray of shape (n, 3)
    cells : mapping of str to ndarray of shape (m,) or (m, k)
        Numbers of each line or, without lines, of each point; type float32, float64, int32 or int64.
    lines : ndarray of shape (m, 2), optional
        Rows of the points that each line joins.

    Raises
    ------
    ValueError
        If numbers are not one row for each line or point.
    """
    count = len(points) if lines is None else len(lines)
    odd = {name: values.shape for name, values in cells.items() if len(values) != count}
    if odd:
        raise ValueError(f"numbers of shapes {odd}; expected {count} rows, one a line or point")
    kind = "Verts" if lines is None else "Lines"
    joined = np.arange(count)[:, None] if lines is None else lines
    counts = {f"NumberOf{name}": count * (name == kind) for name in ("Verts", "Lines")}
    said = " ".join(f'{name}="{number}"' for name, number in counts.items())
    text = [
        '<?xml version="1.0"?>',
        HEAD.format(kind="PolyData"),
        "<PolyData>",
        f'<Piece NumberOfPoints="{len(points)}" {said} NumberOfStrips="0" NumberOfPolys="0">',
        *_element("Points", {"points": points.astype(np.float64)}),
        *_element(
            kind,
            {
                "connectivity": joined.ravel().astype(np.int64),
                "offsets": joined.shape[1] * np.arange(1, count + 1, dtype=np.int64),
            },
        ),
        *_element("CellData", cells),
        "</Piece>",
        "</PolyData>",
        "</VTKFile>",
    ]
    with replacing(path) as temporary:
        temporary.write_text("\n".join(text) + "\n", encoding="utf-8")


def _element(name: str, arrays: Mapping[str, NDArray[np.generic]]) -> Iterator[str]:
    yield f"<{name}>"
    for key, values in arrays.items():
        yield data_array(key, values)
    yield f"</{name}>"
