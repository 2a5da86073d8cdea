"""Headers of tabulated potentials are read; damaged files are refused."""

from pathlib import Path

import pytest

from materials import ELEMENTS, RANGE, write_setfl
from mechanist.core.errors import FormatError
from mechanist.core.material_choice import MaterialChoice
from mechanist.formats.setfl import read_setfl_header
from mechanist.mechanics.materials.material import load_material


def test_masses_and_range_are_read(tmp_path: Path) -> None:
    header = read_setfl_header(write_setfl(tmp_path / "a.alloy"))
    assert header.masses == {name: mass for name, (_, mass) in ELEMENTS.items()}
    assert header.cutoff == RANGE


@pytest.mark.parametrize("kept", [0, 4, 100, 900])
def test_a_truncated_file_is_refused(tmp_path: Path, kept: int) -> None:
    file = write_setfl(tmp_path / "a.alloy")
    file.write_text("\n".join(file.read_text().splitlines()[:kept]))
    with pytest.raises(FormatError, match="not a setfl potential file"):
        read_setfl_header(file)


def test_a_missing_file_and_a_missing_element_are_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"absent\.alloy"):
        read_setfl_header(tmp_path / "absent.alloy")
    file = str(write_setfl(tmp_path / "a.alloy"))
    parameters = {"file": file, "composition": {"Cu": 0.5, "Ni": 0.5}, "length": 2.7}
    with pytest.raises(ValueError, match=r"lacks the elements \['Ni'\]; it has \['Cu', 'Zr'\]"):
        load_material(MaterialChoice("eam_alloy", parameters))
