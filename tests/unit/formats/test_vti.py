"""VTK images hold every number at its place, and other programs read them."""

import base64
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from mechanist.formats.vti import write_vti

SHAPE = (2, 3, 4)
STEPS = np.array([0.5, 0.25, 2.0])


def fields() -> dict[str, np.ndarray]:
    x, y, z = np.indices(SHAPE)
    return {
        "grain": (100 * x + 10 * y + z).astype(np.int32),
        "rotation@0.010": (x + 0.5 * z).astype(np.float32),
        "orientation": np.stack([x, y, z, x + y], axis=-1).astype(np.float64),
    }


def test_numbers_stand_with_x_fastest(tmp_path: Path) -> None:
    write_vti(tmp_path / "one.vti", fields(), STEPS)
    root = ET.parse(tmp_path / "one.vti").getroot()
    image = root.find("ImageData")
    assert image is not None
    assert root.attrib["byte_order"] == "LittleEndian"
    assert image.attrib == {
        "WholeExtent": "0 2 0 3 0 4",
        "Origin": "0 0 0",
        "Spacing": "0.5 0.25 2.0",
    }
    arrays = {one.attrib["Name"]: one for one in image.iter("DataArray")}
    types = {"Int32": "<i4", "Float32": "<f4", "Float64": "<f8"}
    found = {}
    for name, one in arrays.items():
        content = base64.b64decode(one.text or "")
        assert int.from_bytes(content[:8], "little") == len(content) - 8
        found[name] = np.frombuffer(content[8:], types[one.attrib["type"]])
    # The second cell is the neighbour along x, the third that along y.
    assert found["grain"][:4].tolist() == [0, 100, 10, 110]
    assert found["rotation@0.010"][-2:].tolist() == [1.5, 2.5]
    assert found["orientation"][4:8].tolist() == [1, 0, 0, 1]
    assert arrays["orientation"].attrib["NumberOfComponents"] == "4"


def test_fields_that_no_image_holds_are_refused(tmp_path: Path) -> None:
    for wrong in (
        {},
        {"a": np.zeros((2, 2, 2)), "b": np.zeros((2, 2, 3))},
        {"a": np.zeros(SHAPE, np.int64)},
        {"a": np.zeros((*SHAPE, 3, 3))},
    ):
        with pytest.raises(ValueError, match="expected at least one field"):
            write_vti(tmp_path / "one.vti", wrong, STEPS)
    assert not (tmp_path / "one.vti").exists()


def test_ovito_reads_the_grid(tmp_path: Path) -> None:
    from ovito.io import import_file

    write_vti(tmp_path / "one.vti", fields(), STEPS)
    grid = import_file(str(tmp_path / "one.vti")).compute().grids
    (found,) = grid.values()
    assert found.shape == SHAPE
    np.testing.assert_array_equal(
        np.asarray(found["grain"]).reshape(SHAPE, order="F"), fields()["grain"]
    )
