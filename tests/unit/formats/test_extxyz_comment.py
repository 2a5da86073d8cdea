"""Second lines of extended XYZ in the dialects that programs write; only five keys are used."""

from pathlib import Path

import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.extxyz import read_extxyz
from mechanist.formats.trajectory import TrajectoryFrame

CELL = np.array([[10.0, 1, 2], [0, 11, 3], [0, 0, 12]])
LATTICE = 'Lattice="10 1 2 0 11 3 0 0 12"'
PROPERTIES = "Properties=species:S:1:pos:R:3"
GOOD = f"{LATTICE} {PROPERTIES}"


def read(folder: Path, *comments: str) -> list[TrajectoryFrame]:
    path = folder / "a.xyz"
    path.write_text("".join(f"2\n{comment}\nA 1 2 3\nB 4 5 6.5\n" for comment in comments))
    return read_extxyz(path, ids="order")


@pytest.mark.parametrize(
    "comment",
    [
        GOOD,
        GOOD.replace('"', "'"),
        f"{LATTICE} Properties='species:S:1:pos:R:3'",
        f"Lattice = '10 1 2 0 11 3 0 0 12' {PROPERTIES.replace('=', ' = ')}",
        f"Lattice=[[10,1,2],[0,11,3],[0,0,12]] {PROPERTIES}",
        f"Lattice=[[10, 1, 2], [0, 11, 3], [0, 0, 12]] {PROPERTIES}",
        f'Lattice="[[10, 1, 2], [0, 11, 3], [0, 0, 12]]" {PROPERTIES}',
        f'Lattice="_JSON [[10, 1, 2], [0, 11, 3], [0, 0, 12]]" {PROPERTIES}',
        f"Lattice={{10 1 2 0 11 3 0 0 12}} {PROPERTIES}",
        f"Lattice=[10, 1, 2, 0, 11, 3, 0, 0, 12] {PROPERTIES}",
        f'Lattice="10,1,2,0,11,3,0,0,12" {PROPERTIES}',
        f'{GOOD} meta={{"a": {{"b": 1}}, "c": ["}}", "]"]}}',
        f"{GOOD} config_type=bulk=amorphous key==value = end",
        f"this is my file and this is mine {GOOD} Lattice pbc twice twice",
        f"{GOOD} energy=-1 energy=-2 tag='x' tag=\"y\"",
        f"it's Bob's {GOOD} note=can't",
        f'note="a \\"Lattice=\\\\\\" 1" {GOOD} note2="Lattice=1"',
        f"lattice=fcc PROPERTIES=none {GOOD}",
        GOOD.replace(" Prop", "\tProp") + "\tnote='a\tb'",
        f'{GOOD} formula="a=b, Lattice=none" other=\'Properties="x"\'',
        f'{GOOD} stress="1 2 3" virial=[[1,2],[3,4]] open=[1,2 more',
        f'{GOOD} "two words"="three more words" title="unclosed',
        f"{GOOD} name=\u00fcml\u00e4ut =",
        f"{LATTICE}, {PROPERTIES} note='a',tag='b'",
    ],
)
def test_dialects_give_the_same_frame(tmp_path: Path, comment: str) -> None:
    (frame,) = read(tmp_path, comment)
    np.testing.assert_array_equal(frame.cell, CELL)
    np.testing.assert_array_equal(frame.positions, [[1, 2, 3], [4, 5, 6.5]])
    assert (frame.periodic, frame.timestep, frame.labels) == ((True, True, True), 0, ("A", "B"))


@pytest.mark.parametrize(
    ("more", "periodic", "origin"),
    [
        ("pbc='T T F' Origin='1 2 3'", (True, True, False), [1, 2, 3]),
        ('pbc="True False true" Origin="-1.5 0 2e1"', (True, False, True), [-1.5, 0, 20]),
        ("pbc=[T, F, T] Origin=[1, 2, 3]", (True, False, True), [1, 2, 3]),
        ("pbc={1 1 0} Origin={1 2 3}", (True, True, False), [1, 2, 3]),
        ("PBC='T F T' Origin=[1, 2, 3]", (True, False, True), [1, 2, 3]),
        ('pbc=["T","T","F"] Origin=1,2,3', (True, True, False), [1, 2, 3]),
    ],
)
def test_flags_and_origins_are_read_in_all_forms(
    tmp_path: Path, more: str, periodic: tuple[bool, bool, bool], origin: list[float]
) -> None:
    (frame,) = read(tmp_path, f"{GOOD} {more}")
    assert frame.periodic == periodic
    np.testing.assert_array_equal(frame.origin, origin)


@pytest.mark.parametrize(
    ("stated", "steps"),
    [
        (["timestep=1000", "Timestep='2000'"], [1000, 2000]),
        (["TIMESTEP=5.0", "timestep=-3"], [5, -3]),
        (["timestep=0.5", "timestep=0.5"], [0, 1]),  # an MD step in fs
        (
            ["timestep=0.0", "timestep=0.5", "timestep=1.0"],
            [0, 1, 2],
        ),  # times: never mixed with indices
        (["timestep=7", "energy=1"], [0, 1]),
        (["timestep=1e3"], [0]),
        (['timestep="2020-01-01 10:00"'], [0]),
        (["timestep"], [0]),
    ],
)
def test_timesteps_are_used_only_if_all_are_whole(
    tmp_path: Path, stated: list[str], steps: list[int]
) -> None:
    frames = read(tmp_path, *(f"{GOOD} {one}" for one in stated))
    assert [frame.timestep for frame in frames] == steps


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        (f"{GOOD} {LATTICE}", r"a\.xyz:2: 'Lattice' is stated twice"),
        (f"{GOOD} pbc='T T T' pbc='T T F'", "'pbc' is stated twice"),
        (f"{GOOD} timestep=1 TimeStep=2", "'timestep' is stated twice"),
        (PROPERTIES, r"no Lattice=\.\.\. in 'Properties"),
        (f'note="{LATTICE.replace(chr(34), chr(39))}" {PROPERTIES}', r"no Lattice=\.\.\. in"),
        (
            f"Lattice=[[10,1],[2,0],[11,3],[0,0,12]] {PROPERTIES}",
            "expected 9 numbers, or three rows of three",
        ),
        (
            f'Lattice="10,5 1 2 0 11 3 0 0 12" {PROPERTIES}',
            "'10,5', expected a finite .*decimal point",
        ),
        (f"Lattice=[[10,1,2],[0,11,3],[0,0,nan]] {PROPERTIES}", "'nan', expected a finite"),
        (GOOD.upper(), "no Lattice=.*Write Lattice in place of LATTICE, if it is meant"),
        (f"lattice=fcc {PROPERTIES}", "Write Lattice in place of lattice, if it is meant"),
        (f"{LATTICE} PROPERTIES=species:S:1:pos:R:3", "Write Properties in place of PROPERTIES"),
        (f"{LATTICE} Properties=SPECIES:S:1:POS:R:3", "expected pos:R:3"),
        (f"{GOOD} pbc='T T'", "pbc='T T'"),
        (f"{GOOD} Origin=[1,2]", "Origin has 2 numbers, expected 3"),
        (
            f'{LATTICE},Origin="1 2 3" {PROPERTIES}',
            "2: ',Origin=\"1 2 3\" Prop' directly after the value of Lattice, expected a blank",
        ),
        (
            f'{LATTICE}12" {PROPERTIES}',
            "'12\" Properties=speci' directly after the value of Lattice",
        ),
        (
            f'{GOOD} note="a",Origin="1 2 3"',
            "the key ',Origin' is none, expected 'Origin' after a blank",
        ),
        # Damage that would otherwise turn a used key into free words, and an open cell into a closed one.
        (f'{GOOD} pb"T T F"', """2: 'pb"T' holds a quotation mark without a partner. Close"""),
        (f'{GOOD} Origi26273 3.7 -9.5"', """'-9.5"' holds a quotation mark without"""),
        (f'{GOOD} note="a\\\\" 1"', """'1"' holds a quotation mark without"""),
        (f'{GOOD} title="not closed pbc="T T F"', """'F"' holds a quotation mark without"""),
    ],
)
def test_what_is_used_is_held_to_the_format(tmp_path: Path, comment: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read(tmp_path, comment)


def test_ase_writes_what_is_read(tmp_path: Path) -> None:
    import ase
    from ase.io import write

    atoms = ase.Atoms(
        "Cu2Zr", positions=[[1, 2, 3], [4, 5, 6], [7, 8, 9]], cell=CELL, pbc=[1, 1, 0]
    )
    atoms.info = {"a b": "it's", "meta": {"x": [1, {"y": "}"}]}, "matrix": np.eye(3), "timestep": 0.5,
                  "flag": True, "text": 'say "no"'}  # fmt: skip
    write(tmp_path / "a.xyz", [atoms, atoms], format="extxyz")
    frames = read_extxyz(tmp_path / "a.xyz", ids="order")
    assert [frame.timestep for frame in frames] == [0, 1]
    np.testing.assert_allclose(frames[1].cell, CELL)
    assert frames[1].periodic == (True, True, False)
