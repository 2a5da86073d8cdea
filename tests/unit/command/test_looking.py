"""Every sample of a run can be looked at: other programs read what is written, state by state."""

import base64
import xml.etree.ElementTree as ET
from pathlib import Path

import h5py
import numpy as np
import pytest
from ovito.io import import_file

from crystal_files import network_of_loops
from glasses import glass
from mechanist.command.entry import main
from mechanist.formats.dislocation_batches import (
    Branch,
    DislocationSample,
    Frame,
    planar,
    write_batch,
)
from mechanist.formats.microstructure_files import (
    Line,
    Microstructure,
    write_microstructures,
)
from mechanist.formats.paradis import DislocationNetwork, write_paradis
from mechanist.formats.pileup_batches import PileupSample
from mechanist.formats.pileup_batches import write_batch as write_pileups
from mechanist.formats.polycrystal_batches import PolycrystalRun, write_runs
from mechanist.formats.sample import Frame as GlassFrame
from mechanist.formats.sample import LoadPath, Sample, write_sample
from mechanist.formats.vtp import write_vtp

TYPES = {"Int32": "<i4", "Int64": "<i8", "Float32": "<f4", "Float64": "<f8"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def numbers(path: Path) -> dict[str, np.ndarray]:
    """Return the arrays of a VTK file by name, read without this library."""
    found = {}
    for one in ET.parse(path).getroot().iter("DataArray"):
        content = base64.b64decode(one.text or "")
        assert int.from_bytes(content[:8], "little") == len(content) - 8
        values = np.frombuffer(content[8:], TYPES[one.attrib["type"]])
        width = int(one.attrib["NumberOfComponents"])
        found[one.attrib["Name"]] = values.reshape(-1, width) if width > 1 else values
    return found


def look(path: str) -> list[str]:
    assert main(["look", path, "--out", "seen"]) == 0
    return sorted(file.name for file in Path("seen").iterdir())


def test_ovito_reads_a_glass_before_and_under_load() -> None:
    state = glass(2)[0]
    shear = np.array([[0.0, 1, 0], [0, 0, 0], [0, 0, 0]])
    f = np.eye(3) + 0.02 * shear
    moved = type(state)(
        positions=state.positions @ f.T, cell=state.cell @ f.T, species=state.species,
        species_names=state.species_names, dimension=2,
    )  # fmt: skip
    load = LoadPath(
        gradient=shear, tensor=(shear + shear.T) / 2, curve={"strain": np.array([0.02])},
        frames=(GlassFrame(0.02, moved, np.eye(3)),),
    )  # fmt: skip
    write_sample(Path("one.h5"), Sample("ka2d-0007", "ka2d", 1, state, loads={"forward": load}))
    assert look("one.h5") == ["ka2d-0007_forward.xyz"]
    pipeline = import_file("seen/ka2d-0007_forward.xyz")
    assert pipeline.source.num_frames == 2
    for k, expected in enumerate((state, moved)):
        data = pipeline.compute(k)
        order = np.argsort(data.particles["Particle Identifier"])
        found = np.asarray(data.particles.positions)[order]
        np.testing.assert_allclose(found, expected.positions, atol=1e-9)
        cell = np.asarray(data.cell)[:, :3].T
        np.testing.assert_allclose(cell[:2], expected.cell[:2], atol=1e-9)
        assert np.asarray(data.particles["applied_strain"])[0] == pytest.approx(0.02 * k)
        names = [data.particles.particle_types.type_by_id(t).name
                 for t in np.asarray(data.particles.particle_types)[order]]  # fmt: skip
        assert names == [expected.species_names[s] for s in expected.species]


def test_dislocations_are_points_with_the_sign_of_their_burgers_vector() -> None:
    start = planar(np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([1.0, -1.0]), 10.0)
    later = planar(np.array([1.5, 1.5]), np.array([3.0, 4.0]), np.array([1.0, -1.0]), 10.0)
    curve = np.array([0.0, 0.01])
    branch = Branch(start, curve, curve, frames=(Frame(0.01, 0.2, later),))
    write_batch(Path("batch.h5"), [DislocationSample("n2-0000", "n2", 1, {"undeformed": branch})])
    assert look("batch.h5") == ["n2-0000_undeformed_0000.vtp", "n2-0000_undeformed_0001.vtp"]
    first, second = (numbers(Path(f"seen/n2-0000_undeformed_{k:04d}.vtp")) for k in (0, 1))
    assert first["points"].tolist() == [[1.0, 3.0, 0.0], [2.0, 4.0, 0.0]]
    assert second["points"].tolist() == [[1.5, 3.0, 0.0], [1.5, 4.0, 0.0]]
    assert first["sign"].tolist() == [1, -1]
    assert first["connectivity"].tolist() == [0, 1]
    assert first["offsets"].tolist() == [1, 2]
    piece = ET.parse("seen/n2-0000_undeformed_0000.vtp").getroot().find("PolyData/Piece")
    assert piece is not None
    assert (piece.attrib["NumberOfVerts"], piece.attrib["NumberOfLines"]) == ("2", "0")


def test_a_network_is_lines_the_short_way_through_the_box() -> None:
    # A straight screw along x through the boundary of a box of 10, and an edge along y.
    network = DislocationNetwork(
        tags=np.array([[0, 0], [0, 1], [0, 2]]),
        positions=np.array([[9.0, 5.0, 5.0], [1.0, 5.0, 5.0], [1.0, 8.0, 5.0]]),
        constraints=np.array([7, 7, 7]),
        segments=np.array([[0, 1], [1, 2]]),
        burgers=np.array([[1.0, 0, 0], [1.0, 0, 0]]),
        planes=np.array([[0.0, 0, 1], [0, 0, 1]]),
        low=np.zeros(3),
        high=np.full(3, 10.0),
    )
    write_paradis(Path("rs0001.data"), network)
    assert look("rs0001.data") == ["rs0001.vtp"]
    found = numbers(Path("seen/rs0001.vtp"))
    ends = found["points"][found["connectivity"]].reshape(-1, 2, 3)
    along = ends[:, 1] - ends[:, 0]
    order = np.argsort(found["length"])
    np.testing.assert_allclose(found["length"][order], [2.0, 3.0])
    np.testing.assert_allclose(np.abs(along[order]), [[2.0, 0, 0], [0, 3.0, 0]])
    np.testing.assert_allclose(found["character"][order], [0.0, 90.0])
    np.testing.assert_allclose(np.abs(found["burgers"]), [[1.0, 0, 0], [1.0, 0, 0]])
    np.testing.assert_allclose(np.abs(found["plane"]), [[0, 0, 1.0], [0, 0, 1.0]])
    assert found["offsets"].tolist() == [2, 4]


def test_the_lines_of_loops_are_closed() -> None:
    write_paradis(Path("loops.data"), network_of_loops(3))
    look("loops.data")
    found = numbers(Path("seen/loops.vtp"))
    ends = found["points"].reshape(-1, 2, 3)
    # Lines end nowhere, so Burgers vectors times directions add up to nothing.
    carried = np.einsum("ni,nj->ij", found["burgers"], ends[:, 1] - ends[:, 0])
    assert np.abs(found["burgers"]).max() > 0.5
    np.testing.assert_allclose(carried, 0.0, atol=1e-3)


def test_polycrystals_are_images_of_every_state() -> None:
    shape = (2, 1, 3)
    turns = np.zeros((2, *shape, 4))
    turns[..., 0] = 1.0
    stress = np.zeros((2, *shape, 6))
    stress[1, 1, 0, 2] = [1, 2, 3, 4, 5, 6]
    run = PolycrystalRun(
        name="cell", systems="fcc12", lengths=np.array([2.0, 1.0, 6.0]),
        grains=np.arange(6).reshape(shape), strains=np.array([0.0, 0.01]), orientations=turns,
        stress=stress, curve=np.array([[0.0, 0.0], [0.01, 5.0]]), axis=0,
    )  # fmt: skip
    write_runs(Path("runs.h5"), [run])
    assert look("runs.h5") == ["cell_0000.vti", "cell_0001.vti"]
    found = numbers(Path("seen/cell_0001.vti"))
    assert found["grain"].tolist() == [0, 3, 1, 4, 2, 5]  # x fastest
    assert found["stress"][-1].tolist() == [1, 2, 3, 4, 5, 6]
    assert np.count_nonzero(numbers(Path("seen/cell_0000.vti"))["stress"]) == 0


def test_pileups_are_points_of_every_pinned_state() -> None:
    sample = PileupSample(
        name="p-0001", system="p", seed=1, length=10.0, landscape=np.zeros(4),
        start=np.array([1.0, 4.0]), strain=np.array([0.0, 0.5]), stress=np.array([0.0, 0.02]),
        states=np.array([[1.0, 4.0], [3.0, 11.0]]), flow_stress=0.02,
    )  # fmt: skip
    write_pileups(Path("p.h5"), [sample])
    assert look("p.h5") == ["p-0001_0000.vtp", "p-0001_0001.vtp"]
    last = numbers(Path("seen/p-0001_0001.vtp"))
    np.testing.assert_allclose(
        last["points"], [[3.0, 0, 0], [1.0, 0, 0]]
    )  # 11 is 1 in a period of 10
    assert last["stress"].tolist() == [0.02, 0.02]


def test_lines_of_a_microstructure_are_closed_in_the_periodic_plane() -> None:
    square = Line(np.array([[0.0, 0], [2, 0], [2, 2], [0, 2]]), np.zeros(2))
    straight = Line(np.array([[0.0, 5], [5, 6]]), np.array([10.0, 0]))
    write_microstructures(
        Path("m.h5"), [Microstructure("m-0001", "some", 10.0, (square, straight))]
    )
    assert look("m.h5") == ["m-0001.vtp"]
    found = numbers(Path("seen/m-0001.vtp"))
    assert found["line"].tolist() == [0, 0, 0, 0, 1, 1]
    np.testing.assert_allclose(found["angle"][:4], [0, 90, 180, -90])
    ends = found["points"][found["connectivity"]].reshape(-1, 2, 3)
    np.testing.assert_allclose((ends[:, 1] - ends[:, 0])[:4].sum(axis=0), 0.0)
    np.testing.assert_allclose(ends[-1], [[5.0, 6, 0], [10, 5, 0]])  # to the image of the first


def test_other_files_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with h5py.File("other.h5", "w") as file:
        file.attrs["schema"] = "mechanist.fields/1"
    Path("text.data").write_text("nothing of the kind\n")
    for path, problem in (
        ("gone.h5", "gone.h5: no such file. Correct the path."),
        (
            "other.h5",
            "other.h5: schema 'mechanist.fields/1'; expected one of ['mechanist.sample/1',",
        ),
        ("text.data", "text.data"),
    ):
        assert main(["look", path]) == 1
        assert problem in capsys.readouterr().err
    with pytest.raises(ValueError, match=r"shapes {'a': \(3,\)}; expected 2 rows"):
        write_vtp(Path("a.vtp"), np.zeros((2, 3)), {"a": np.zeros(3)})
