"""Microstructure classes: equal density, closed lines, and round trips of files."""

import dataclasses

import h5py
import numpy as np
import pytest

from mechanist.core.errors import FormatError
from mechanist.formats.microstructure_files import (
    Line,
    Microstructure,
    read_microstructures,
    write_microstructures,
)
from mechanist.simulate.microstructures import (
    CLASSES,
    MicrostructureSystem,
    length_of,
    make_microstructure,
)

SYSTEM = MicrostructureSystem(background=0.0, density_spread=0.0)


def made(label: str, system: MicrostructureSystem = SYSTEM, name: str = "m-0") -> Microstructure:
    return make_microstructure(system, label, name, seed=1)


@pytest.mark.parametrize("label", CLASSES)
def test_every_class_has_the_wanted_density(label: str) -> None:
    lengths = [sum(map(length_of, made(label, name=f"m-{k}").lines)) for k in range(8)]
    density = np.mean(lengths) / SYSTEM.side**2
    assert density == pytest.approx(SYSTEM.density, rel=0.05)


def test_the_background_holds_its_share_of_the_length() -> None:
    system = dataclasses.replace(SYSTEM, background=0.4)
    lines = made("lines_one_sign", system).lines
    loops = sum(length_of(line) for line in lines if not line.period.any())
    assert loops / sum(map(length_of, lines)) == pytest.approx(0.4, abs=0.05)


def test_classes_are_what_their_names_say() -> None:
    net = {label: sum(line.period for line in made(label).lines)[0] for label in CLASSES}
    assert net["lines_one_sign"] == pytest.approx(SYSTEM.density * SYSTEM.side**2, rel=0.05)
    assert all(net[label] == 0 for label in ("loops_equal", "loops_channels", "lines_dipolar"))
    spans = {label: np.array([np.ptp(line.vertices, axis=0) for line in made(label).lines])
             for label in CLASSES}  # fmt: skip
    assert np.ptp(spans["loops_equal"][:, 0]) < 1e-6 * SYSTEM.radius
    assert spans["loops_broad"][:, 0].std() > 0.2 * SYSTEM.radius
    ratio = spans["loops_elongated"][:, 0] / spans["loops_elongated"][:, 1]
    np.testing.assert_allclose(ratio, SYSTEM.aspect, rtol=1e-9)
    assert (spans["lines_bowed"][:, 1] > 0).all()
    assert (spans["lines_dipolar"][:, 1] == 0).all()
    centres = np.array([line.vertices.mean(axis=0)[1] for line in made("loops_channels").lines])
    phase = centres / SYSTEM.side * SYSTEM.channels % 1
    assert np.abs(phase - 0.5).max() <= 0.5 * SYSTEM.channel_share + 1e-9


def test_samples_depend_on_their_name_and_on_nothing_else() -> None:
    first, again, other = (made("loops_broad", name=n) for n in ("m-1", "m-1", "m-2"))
    np.testing.assert_array_equal(first.lines[0].vertices, again.lines[0].vertices)
    assert not np.array_equal(first.lines[0].vertices[0], other.lines[0].vertices[0])


def test_files_come_back_and_are_equal_to_the_byte(tmp_path) -> None:  # type: ignore[no-untyped-def]
    samples = [made(label, name=f"m-{k}") for k, label in enumerate(CLASSES)]
    paths = [tmp_path / "a.h5", tmp_path / "b.h5"]
    for path in paths:
        write_microstructures(path, samples)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    for before, after in zip(samples, read_microstructures(paths[0]), strict=True):
        assert (after.name, after.label, after.side) == (before.name, before.label, before.side)
        for one, two in zip(before.lines, after.lines, strict=True):
            np.testing.assert_array_equal(one.vertices, two.vertices)
            np.testing.assert_array_equal(one.period, two.period)


def test_bad_input_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    square = np.array([[0.0, 0], [1, 0], [1, 1]])
    with pytest.raises(ValueError, match="a line does not end inside a crystal"):
        Microstructure("m", "x", 10.0, (Line(square, np.array([3.0, 0])),))
    with pytest.raises(ValueError, match="finite"):
        Microstructure("m", "x", 10.0, (Line(square * np.nan, np.zeros(2)),))
    with pytest.raises(ValueError, match="side = 0"):
        Microstructure("m", "x", 0.0, ())
    with pytest.raises(ValueError, match="unknown; expected one of"):
        make_microstructure(SYSTEM, "tangles", "m", seed=0)
    with pytest.raises(ValueError, match="radius = -1"):
        MicrostructureSystem(radius=-1)
    with pytest.raises(ValueError, match="reach around a cell"):
        MicrostructureSystem(radius=3000)
    with pytest.raises(ValueError, match="occur twice"):
        write_microstructures(tmp_path / "c.h5", [made("loops_equal")] * 2)
    with h5py.File(tmp_path / "d.h5", "w") as file:
        file.attrs["schema"] = "other"
    with pytest.raises(FormatError, match="schema is"):
        read_microstructures(tmp_path / "d.h5")
    (tmp_path / "e.h5").write_bytes(b"not HDF5")
    with pytest.raises(FormatError, match="not readable microstructures"):
        read_microstructures(tmp_path / "e.h5")
