"""Sample statuses are read from any kind of sample file."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.dislocation_batches import Branch, DislocationSample, planar, write_batch
from mechanist.formats.statuses import read_statuses


def test_batches_list_every_sample(tmp_path: Path) -> None:
    start = planar(np.array([1.0, 5.0]), np.array([2.0, 6.0]), np.array([1, -1]), 10.0)
    branch = Branch(start, np.array([0.0, 0.1]), np.array([0.0, 1.0]))
    good = DislocationSample("n2-00000", "n2", 0, {"undeformed": branch})
    bad = DislocationSample("n2-00001", "n2", 1, {}, status="failed", reason="no equilibrium")
    write_batch(tmp_path / "0000.h5", [good, bad])
    first, second = read_statuses(tmp_path / "0000.h5")
    assert (first.name, first.usable) == ("n2-00000", True)
    assert (second.name, second.usable) == ("n2-00001", False)
    assert "no equilibrium" in second.reason


def test_other_files_are_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file.attrs["schema"] = "other/1"
    with pytest.raises(FormatError, match=r"schema is 'other/1', expected one of"):
        read_statuses(tmp_path / "other.h5")
    (tmp_path / "text.h5").write_text("no HDF5")
    with pytest.raises(FormatError, match="not a readable sample file"):
        read_statuses(tmp_path / "text.h5")
