"""Write samples of a run in the formats of programs that show them: ParaView and OVITO."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import h5py
import numpy as np

from mechanist.core.errors import FormatError
from mechanist.formats.configuration import Configuration
from mechanist.formats.dislocation_batches import SCHEMA as DISLOCATIONS
from mechanist.formats.dislocation_batches import read_batch, signs
from mechanist.formats.extxyz import write_extxyz
from mechanist.formats.microstructure_files import SCHEMA as MICROSTRUCTURES
from mechanist.formats.microstructure_files import read_microstructures
from mechanist.formats.paradis import read_paradis
from mechanist.formats.pileup_batches import SCHEMA as PILEUPS
from mechanist.formats.pileup_batches import read_batch as read_pileups
from mechanist.formats.polycrystal_batches import SCHEMA as POLYCRYSTALS
from mechanist.formats.polycrystal_batches import read_runs
from mechanist.formats.sample import SCHEMA as GLASS
from mechanist.formats.sample import read_sample
from mechanist.formats.trajectory import TrajectoryFrame
from mechanist.formats.vti import write_vti
from mechanist.formats.vtp import write_vtp


def write_pictures(path: Path, out: Path) -> Iterator[Path]:
    """Write every state of the samples of a file, and yield the files.

    Parameters
    ----------
    path : Path
        Samples of a run (HDF5): glasses, dislocations, pileups, microstructures of lines or
        polycrystals; or a network of dislocation lines (node file of ParaDiS, OpenDiS or ExaDiS).
    out : Path
        Folder that receives the files.

    Raises
    ------
    FormatError
        If the file holds something else, or is damaged.
    """
    if not path.is_file():
        raise FormatError(path, "no such file", remedy="Correct the path.")
    writer: Callable[[Path, Path], Iterator[Path]] = _network
    if h5py.is_hdf5(path):
        with h5py.File(path, "r") as file:
            schema = str(file.attrs.get("schema", "none"))
        if schema not in _WRITERS:
            raise FormatError(
                path,
                f"schema {schema!r}; expected one of {list(_WRITERS)}",
                remedy="Name a file of samples, such as results/glass/ka2d/samples/ka2d-0000.h5.",
            )
        writer = _WRITERS[schema]
    yield from writer(path, out)


def _glass(path: Path, out: Path) -> Iterator[Path]:
    """Write a trajectory for each load: the state before loading, then those that are stored."""
    sample = read_sample(path)
    for name, load in sample.loads.items():
        states = [(0.0, sample.reference), *((f.strain, f.configuration) for f in load.frames)]
        target = out / f"{sample.name}_{name}.xyz"
        write_extxyz(target, [_frame(k, *state) for k, state in enumerate(states)])
        yield target
    if not sample.loads:
        target = out / f"{sample.name}.xyz"
        write_extxyz(target, [_frame(0, 0.0, sample.reference)])
        yield target


def _frame(step: int, strain: float, state: Configuration) -> TrajectoryFrame:
    extra = {"applied_strain": np.full(len(state), strain)}
    if state.radii is not None:
        extra["radius"] = state.radii
    return TrajectoryFrame(
        timestep=step,
        ids=np.arange(1, len(state) + 1),
        species=state.species,
        labels=state.species_names,
        positions=state.positions,
        cell=state.cell,
        extra=extra,
    )


def _dislocations(path: Path, out: Path) -> Iterator[Path]:
    """Write a file of points for each state; ParaView opens the numbered ones as one series."""
    for sample in read_batch(path):
        for name, branch in sample.branches.items():
            states = [branch.start, *(frame.configuration for frame in branch.frames)]
            for k, state in enumerate(states):
                target = out / f"{sample.name}_{name}_{k:04d}.vtp"
                write_vtp(target, state.positions, {"sign": signs(state).astype(np.int32)})
                yield target


def _pileups(path: Path, out: Path) -> Iterator[Path]:
    """Write a file of points along x for each pinned state, with the stress that holds it."""
    for sample in read_pileups(path):
        for k, (places, stress) in enumerate(zip(sample.states, sample.stress, strict=True)):
            target = out / f"{sample.name}_{k:04d}.vtp"
            points = np.zeros((len(places), 3))
            points[:, 0] = np.mod(places, sample.length)
            write_vtp(target, points, {"stress": np.full(len(places), stress)})
            yield target


def _microstructures(path: Path, out: Path) -> Iterator[Path]:
    """Write the lines of each sample, not wrapped: segments with the number of their line and their angle.

    The angle, in degrees from -180 to 180, is that from the Burgers vector, which points along x.
    """
    for sample in read_microstructures(path):
        starts = np.concatenate([line.vertices for line in sample.lines])
        ends = np.concatenate(
            [
                np.vstack([line.vertices[1:], line.vertices[0] + line.period])
                for line in sample.lines
            ]
        )
        counts = [len(line.vertices) for line in sample.lines]
        points = np.zeros((2 * len(starts), 3))
        points[::2, :2], points[1::2, :2] = starts, ends
        along = ends - starts
        target = out / f"{sample.name}.vtp"
        write_vtp(
            target,
            points,
            {
                "line": np.repeat(np.arange(len(counts)), counts).astype(np.int32),
                "angle": np.degrees(np.arctan2(along[:, 1], along[:, 0])),
            },
            lines=np.arange(2 * len(starts)).reshape(-1, 2),
        )
        yield target


def _polycrystals(path: Path, out: Path) -> Iterator[Path]:
    """Write an image for each state: grains, orientations, and Cauchy stress in MPa."""
    for run in read_runs(path):
        for k, (orientations, stress) in enumerate(zip(run.orientations, run.stress, strict=True)):
            target = out / f"{run.name}_{k:04d}.vti"
            write_vti(
                target,
                {
                    "grain": run.grains.astype(np.int32),
                    "orientation": orientations.astype(np.float32),
                    "stress": stress.astype(np.float32),
                },
                run.lengths / np.array(run.grains.shape),
            )
            yield target


def _network(path: Path, out: Path) -> Iterator[Path]:
    """Write the segments, each as a line of its own from its first node the short way to the other."""
    network = read_paradis(path)
    start, end = (network.positions[network.segments[:, k]] for k in (0, 1))
    along, box = end - start, network.high - network.low
    along -= box * np.round(along / box)
    points = np.stack([start, start + along], axis=1).reshape(-1, 3)
    burgers = network.burgers
    length = np.linalg.norm(along, axis=1)
    size = np.linalg.norm(burgers, axis=1)
    cosine = np.abs(np.einsum("ij,ij->i", along, burgers)) / np.maximum(length * size, 1e-300)
    target = out / f"{path.name.partition('.')[0]}.vtp"
    lines = np.arange(2 * len(along)).reshape(-1, 2)
    cells = {"burgers": burgers, "plane": network.planes, "length": length}
    angles = {"character": np.degrees(np.arccos(np.clip(cosine, 0.0, 1.0)))}
    write_vtp(target, points, {**cells, **angles}, lines=lines)
    yield target


_WRITERS: Final[Mapping[str, Callable[[Path, Path], Iterator[Path]]]] = {
    GLASS: _glass,
    DISLOCATIONS: _dislocations,
    PILEUPS: _pileups,
    MICROSTRUCTURES: _microstructures,
    POLYCRYSTALS: _polycrystals,
}
