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


def small(words: int) -> str:
    """Return a file of two elements with tables of two and three numbers, cut after some words."""
    blocks = ["29", "63.5", "3.6", "fcc", *"12345", "40", "91.2", "3.2", "hcp", *"12345"]
    pairs = [str(k) for k in range(9)]
    body = "\n".join([*blocks, *pairs][:words])
    return f"one\ntwo\nthree\n2 Cu Zr\n2 0.1 3 0.2 6.5 more\n{body}\n"


@pytest.mark.parametrize(("words", "whole"), [(27, True), (18, True), (17, False)])
def test_blocks_of_all_elements_must_be_there(tmp_path: Path, words: int, whole: bool) -> None:
    (tmp_path / "a.alloy").write_text(small(words))
    if whole:
        header = read_setfl_header(tmp_path / "a.alloy")
        assert (header.masses, header.cutoff) == ({"Cu": 63.5, "Zr": 91.2}, 6.5)
    else:
        with pytest.raises(FormatError, match="2 elements of 2, or a truncated table"):
            read_setfl_header(tmp_path / "a.alloy")


def test_as_many_elements_as_are_announced(tmp_path: Path) -> None:
    (tmp_path / "a.alloy").write_text(small(27).replace("2 Cu Zr", "3 Cu Zr"))
    with pytest.raises(FormatError, match="2 elements of 3, or a truncated table"):
        read_setfl_header(tmp_path / "a.alloy")
