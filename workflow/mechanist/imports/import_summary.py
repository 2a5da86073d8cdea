"""Summary of user files as read: counts, species, box, units, load, frames, targets."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, cast

import numpy as np

from mechanist.core.boundary import reading
from mechanist.core.typing import FloatArray
from mechanist.formats.dislocation_text import read_dislocation_text
from mechanist.formats.sample import LoadPath
from mechanist.imports.channel_series import read_channels
from mechanist.imports.dislocation_lines import import_network
from mechanist.imports.empty_space import emptiness
from mechanist.imports.fields import import_fields
from mechanist.imports.measured_files import displaced_maps, series_of, tracked_table
from mechanist.imports.own_glasses import unit_of_length
from mechanist.imports.polycrystals import import_crystal
from mechanist.imports.trajectory_samples import import_sample
from mechanist.mechanics.loads import triangular_cell
from mechanist.pictures.displacement_strain import check_window
from mechanist.settings.entry_types.picture_imports_entries import (
    DisplacementImportEntry,
    PictureImportEntry,
    TrackImportEntry,
)
from mechanist.settings.own_imports import Import
from mechanist.settings.target_names import NO_LOAD
from mechanist.simulate.dislocation_system import DislocationSystem
from mechanist.simulate.reference import materials_of

#: Keys of an entry of field data that are not passed to the import.
_NOT_IMPORTED: Final = ("truth",)


def understood(one: Import, strains: list[float] | None = None) -> list[str]:
    """Read all files of an entry and return a summary, line by line.

    Parameters
    ----------
    one : Import
        The entry.
    strains : list of float, optional
        Receives the strains of a glass under load.

    Raises
    ------
    FormatError, ValueError
        As in the import itself, before anything is computed from the files.
    """
    readers: dict[tuple[str, str], Callable[[Import], Iterator[str]]] = {
        ("glass", "imports"): lambda entry: _glass(entry, [] if strains is None else strains),
        ("dislocation", "imports"): _dislocations,
        ("equations", "imports"): _fields,
        ("equations", "latent/cases"): _channels,
        ("crystal", "imports"): _crystal,
        ("crystal", "lines"): _network,
        ("experiment", "imports"): _measured,
    }
    return list(readers[one.block](one))


def _glass(one: Import, strains: list[float]) -> Iterator[str]:
    system, name = one.names
    sample = import_sample(one.entry, name=name, system=system)
    reference, source = sample.reference, sample.provenance["import"]
    counts = np.bincount(reference.species, minlength=len(reference.species_names))
    named = ", ".join(f"{n} {c}" for c, n in zip(reference.species_names, counts, strict=True))
    yield f"{len(reference)} particles: {named}; dimension {reference.dimension}"
    yield f"box {_box(reference.cell, reference.dimension)}; units {sample.units}"
    density = len(reference) / reference.measure
    free = emptiness(reference)
    if free:
        yield f"the box is empty {free}: state glass/own/{system}/length to train models"
    else:
        unit = unit_of_length(density, reference.dimension)
        yield f"number density {density:.6g}; unit of length of descriptors {unit:.4g}"
    if reference.radii is not None:
        sizes = reference.radii
        yield f"radii {sizes.min():.4g} to {sizes.max():.4g}, mean {sizes.mean():.4g}"
    yield f"reference: frame {source['reference']['frame']}, timestep {source['reference']['timestep']}"
    for name, path in sample.loads.items():
        yield from _rest(path, source) if name == NO_LOAD else _load(path, source)
        strains += [] if name == NO_LOAD else [frame.strain for frame in path.frames]
    if not sample.loads:
        yield "no load: reference state only"
    yield f"group {source['group']}"
    yield from (f"dropped a truncated last frame: {why}" for why in source["dropped"])
    yield from (f"note: {note}" for note in source["notes"])


def _box(cell: FloatArray, dimension: int) -> str:
    """Describe the edges and tilts of a cell."""
    edges, _ = triangular_cell(cell)
    lengths = " x ".join(f"{edges[k, k]:.6g}" for k in range(dimension))
    pairs = [("xy", 1, 0), ("xz", 2, 0), ("yz", 2, 1)][: 1 if dimension == 2 else None]
    tilts = ", ".join(f"{name} {edges[i, j]:.6g}" for name, i, j in pairs if abs(edges[i, j]) > 0)
    return f"{lengths}, tilted by {tilts}" if tilts else lengths


def _rest(path: LoadPath, source: Mapping[str, object]) -> Iterator[str]:
    """Describe a target that belongs to no load."""
    ((name, values),) = path.frames[0].targets.items()
    if source["target_value"] is not None:
        unit = f" ({source['target_unit']})" if source["target_unit"] else ""
        yield f"target {name}{unit}: {values[0]:.6g} for the whole sample; it belongs to no load"
        return
    known = values[~np.isnan(values)]
    yield f"{_target(name, known, source)}; it belongs to no load"
    if len(known) < len(values):
        lost = len(values) - len(known)
        yield f"{lost} of {len(values)} particles were not measured (NaN) and are left out"


def _target(name: str, values: FloatArray, source: Mapping[str, object]) -> str:
    """Describe the values of a target."""
    unit = f" ({source['target_unit']})" if source["target_unit"] else ""
    return (
        f"target {name}{unit}: {values.min():.4g} to {values.max():.4g}, mean {values.mean():.4g}"
    )


def _load(path: LoadPath, source: Mapping[str, Any]) -> Iterator[str]:
    said = "inferred from the cells" if source["load"] == "inferred" else "declared"
    rows = "; ".join(" ".join(f"{x:.4g}" for x in row + 0.0) for row in np.round(path.tensor, 9))
    yield f"load, {said}: strain tensor {rows}"
    strains = [frame.strain for frame in path.frames]
    steps = [frame["timestep"] for frame in source["frames"]]
    yield (
        f"frames under load: {len(strains)}, timesteps {steps[0]} to {steps[-1]}, strains"
        f" {strains[0]:.4g} to {strains[-1]:.4g}"
    )
    for name in path.frames[0].targets:
        values = np.concatenate([frame.targets[name] for frame in path.frames])
        yield _target(name, values, source)


def _dislocations(one: Import) -> Iterator[str]:
    paths, system = one.entry["path"], one.entry["system"]
    model = DislocationSystem.from_entry(one.names[0], {"dislocations": 2, **system})
    for path in [paths] if isinstance(paths, str) else paths:
        with reading(Path(path)):
            start = read_dislocation_text(Path(path), density=model.density)
        yield (
            f"{path}: {len(start)} dislocations, half of them positive; box"
            f" {start.cell[0, 0]:.6g} b at a density of {model.density:g} per b^2"
        )


def _fields(one: Import) -> Iterator[str]:
    entry = {key: value for key, value in one.entry.items() if key not in _NOT_IMPORTED}
    notes: list[str] = []
    trajectories = import_fields(entry, say=notes.append)
    yield from notes
    for data in trajectories:
        axes = ", ".join(
            f"{name} {len(grid)} from {grid[0]:.6g} to {grid[-1]:.6g}"
            + (" (periodic)" if name in data.periodic else "")
            for name, grid in data.axes.items()
        )
        yield f"trajectory {data.name}: {axes}"
        for name, values in {**data.fields, **data.inputs}.items():
            unit = data.units.get(name, "unit not stated")
            kind = "field" if name in data.fields else "input"
            yield f"{kind} {name} ({unit}): {values.min():.4g} to {values.max():.4g}"


def _channels(one: Import) -> Iterator[str]:
    known, held = read_channels(one.entry)
    runs = len(np.unique(known.series))
    yield (
        f"{known.snapshots.shape[1]} channels, {runs} run{'' if runs == 1 else 's'}: {len(known.series)}"
        f" snapshots to learn from, {len(held.series)} held out"
    )
    yield f"values {known.snapshots.min():.4g} to {known.snapshots.max():.4g}, rates {known.rates.min():.4g} to {known.rates.max():.4g}"


def _crystal(one: Import) -> Iterator[str]:
    run = import_crystal(one.entry, one.names[0])
    yield f"{run.grains.max() + 1} grains on {' x '.join(map(str, run.shape))} voxels, {run.systems}"
    yield from run.material.get("read", [])
    if "filled" in run.material:
        yield f"{run.material['filled']} points take the orientation of a neighbouring grain"
    if run.phases is not None:
        counts = np.bincount(run.phases.of_voxel.ravel(), minlength=len(run.phases.names))
        named = zip(run.phases.names, run.phases.systems, counts, strict=True)
        yield "voxels by phase: " + ", ".join(f"{n} ({s}) {c}" for n, s, c in named)
    yield (
        f"loaded along {'xyz'[run.axis]}: {run.n_frames} frames up to a strain of"
        f" {run.strains[-1]:.4g}; stress up to {np.abs(run.curve[:, 1]).max():.4g} MPa"
        if run.n_frames > 1
        else f"not loaded yet; loading axis {'xyz'[run.axis]}"
    )
    if one.entry["format"] == "damask" and one.entry.get("rerun", True):
        materials_of(run)  # a result that the engine cannot rerun is refused here
        yield "rerun in the engine with the materials of the result"


def _network(one: Import) -> Iterator[str]:
    paths, burgers = one.entry["path"], one.entry["burgers"]
    times = one.entry.get("times")
    files = [paths] if isinstance(paths, str) else paths
    if times is not None and len(times) != len(files):
        raise ValueError(f"{len(times)} times for {len(files)} files; expected one per file")
    for path in files:
        with reading(Path(path)):
            network = import_network(Path(path), one.entry)
        box = " x ".join(f"{length * burgers:.4g}" for length in network.segments.lengths)
        yield (
            f"{path}: {network.nodes} nodes, {len(network.segments.vectors)} segments; box {box} m"
            f" at b = {burgers:g} m"
        )
        yield f"{path}: {network.said}"


def _measured(one: Import) -> Iterator[str]:
    entry, unit = one.entry, one.entry["unit"]
    if entry["format"] == "tracks":
        tracks = tracked_table(cast("TrackImportEntry", entry))
        (left, top), (right, bottom) = tracks.low, tracks.high
        yield f"{tracks.n_frames} frames; view {right - left:.4g} x {bottom - top:.4g} {unit}"
        yield from tracks.notes
        return
    if entry["format"] == "displacements":
        yield from _maps(cast("DisplacementImportEntry", entry))
        return
    series = series_of(cast("PictureImportEntry", entry))
    high, wide = series.frames.shape[1:]
    size = f"{wide * series.pixel_size:.4g} x {high * series.pixel_size:.4g} {unit}"
    yield f"{len(series.frames)} frames of {wide} x {high} pixels; view {size}"
    apart = "not known" if series.time_step is None else f"{series.time_step:g}"
    yield f"time between frames {apart}"
    pixels = entry["detector"]["diameter"] / series.pixel_size
    yield f"a particle has a diameter of {pixels:.1f} pixels"
    yield from series.notes


def _maps(entry: DisplacementImportEntry) -> Iterator[str]:
    """Describe maps of displacements."""
    maps, unit = displaced_maps(entry), entry["unit"]
    across, down = maps.spacings
    (wide, high), frames = maps.failed.shape[1:], len(maps.times)
    yield (
        f"{frames} frame{'' if frames == 1 else 's'} of {wide} x {high} points, {across:.4g} and"
        f" {down:.4g} {unit} apart"
    )
    yield f"{maps.failed.mean():.1%} of the points failed, at most {maps.failed.mean(axis=(1, 2)).max():.1%} of a frame"
    largest = np.nanmax(np.abs(maps.displacement), axis=(0, 1, 2))
    yield f"displacements up to {largest[0]:.4g} along x and {largest[1]:.4g} along y, in {unit}"
    check_window(maps, entry["cutoff"], tuple(entry.get("rest", ())))
