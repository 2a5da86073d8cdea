"""Audit subjects for statistics of voxel density fields of curved lines and straight edges.

The class of a microstructure is invariant when it is shifted, mirrored, or listed in another order
and, for curved lines, when all lines are traversed in the opposite sense. Shifts by whole voxels
and by any length are tested separately, so that the card shows how much the grid itself breaks the
symmetry. Not symmetries are rotating lines relative to their Burgers vector, and reversing only the
signs of edges, or only x, which distinguishes a first loading from the opposite one.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from mechanist.audit import dislocation_subject, glide_states
from mechanist.audit.subject import (
    Environment,
    Load,
    Missing,
    Operation,
    Replica,
    Rng,
    Subject,
    Transformed,
)
from mechanist.core.typing import FloatArray
from mechanist.describe.descriptor import Card, Features, SubjectName, load_descriptor
from mechanist.describe.shared.density_fields import (
    FieldDescriptor,
    fields_of_edges,
    fields_of_lines,
)
from mechanist.formats.configuration import Configuration
from mechanist.formats.microstructure_files import Line, Microstructure
from mechanist.simulate.microstructures import MicrostructureSystem, make_microstructure

WING: Final = "fields"
LINES: Final = "lines"
EDGES: Final = "edges"
#: Number of voxels along a side.
VOXELS: Final = {LINES: 16, EDGES: 6}
#: Classes of curved lines that serve as probes, and samples per class.
CLASSES: Final = ("loops_broad", "loops_elongated", "lines_dipolar", "lines_bowed")
SAMPLES: Final = 6
SYSTEM: Final = MicrostructureSystem(side=2000.0, radius=250.0, vertices=16)
#: Number of loops in an environment, and of vertices per loop.
LOOPS: Final = 2
VERTICES: Final = 5
SIZES: Final = (20, 28, 40, 56, 80, 112, 160)
EDGE_SIZES: Final = dislocation_subject.SIZES
PATH_STEPS: Final = 400
ROUNDING: Final = 1e-12
WHOLE: Final = np.zeros(1, dtype=np.int64)
_REASON: Final = "whole samples give one row each, too few to reconstruct features from"
#: What the symmetry of each carrier adds to that on the descriptor's card.
_SENSES: Final = {LINES: ", sense of lines", EDGES: " with signs"}


def field_subject(
    kind: str,
    parameters: Mapping[str, object] | None = None,
    *,
    descriptor: FieldDescriptor | None = None,
) -> Subject[Microstructure] | Subject[Configuration]:
    """Return the audit subject for a descriptor of density fields, and one of its carriers.

    Parameters
    ----------
    kind : str
        The carrier and the name of the descriptor, such as ``"lines_rho"``.
    parameters : mapping, optional
        Descriptor parameters that differ from the defaults.
    descriptor : FieldDescriptor, optional
        Audited instead of the one of that name.
    """
    carrier, _, name = kind.partition("_")
    describe: FieldDescriptor = descriptor or load_descriptor(
        name, parameters, subject=SubjectName.DENSITY_FIELD
    )

    def of_lines(state: Microstructure, _load: Load) -> Features:
        return _rounded(describe(fields_of_lines(state, VOXELS[LINES])))

    def of_edges(state: Configuration, _load: Load) -> Features:
        return _rounded(describe(fields_of_edges(state, VOXELS[EDGES])))

    card = replace(
        describe.card,
        name=f"{describe.card.name} of {carrier}",
        symmetry=f"{describe.card.symmetry}{_SENSES[carrier]}",
    )
    if carrier == LINES:
        lines = _of_lines(card, kind=kind, features=of_lines)
        return replace(lines, parameters={**lines.parameters, **(parameters or {})})
    edges = _of_edges(card, kind=kind, features=of_edges)
    return replace(edges, parameters={**edges.parameters, **(parameters or {})})


def _rounded(found: Features) -> Features:
    """Return features in units of the mean density: net densities of closed lines become zero."""
    values = np.where(np.abs(found.values) < ROUNDING, 0.0, found.values)
    return Features(values, found.names, found.parity)


def _no_load(_rng: Rng) -> Load:
    """Return None: field classes are unloaded."""
    return None


def _of_lines(
    card: Card, *, kind: str, features: Callable[[Microstructure, Load], Features]
) -> Subject[Microstructure]:
    return Subject(
        name=card.name,
        kind=kind,
        wing=WING,
        card=card,
        parameters={"voxels": VOXELS[LINES]},
        features=features,
        probes=_line_probes,
        load=_no_load,
        operations=LINE_OPERATIONS,
        path=_line_path,
        coordinates=_vertices,
        displaced=_with_vertices,
        sized=_loops,
        sizes=SIZES,
        replicated=lambda sample: Replica(_doubled(sample), WHOLE),
        edges={"one loop": lambda rng: _loops(1, rng)},
        environment=_line_environment,
        reference=Missing(_REASON),
        path_steps=PATH_STEPS,
    )


def _of_edges(
    card: Card, *, kind: str, features: Callable[[Configuration, Load], Features]
) -> Subject[Configuration]:
    subject = dislocation_subject.structural(card, kind=kind, wing=WING, features=features)
    return replace(
        subject,
        parameters={"voxels": VOXELS[EDGES]},
        load=_no_load,
        operations=EDGE_OPERATIONS,
        sizes=EDGE_SIZES,
        edges={"one dipole": subject.edges["one dipole"]},
        path_steps=PATH_STEPS,
    )


def _line_probes(rng: Rng) -> Mapping[str, list[Microstructure]]:
    return {
        label: [
            make_microstructure(SYSTEM, label, "probe", seed=int(rng.integers(2**31)))
            for _ in range(SAMPLES)
        ]
        for label in CLASSES
    }


def _loops(n: int, rng: Rng, vertices: int = SYSTEM.vertices) -> Microstructure:
    """Return ``n`` irregular loops at random positions, at constant density."""
    side = SYSTEM.side * float(np.sqrt(n / SIZES[0]))
    angle = 2 * np.pi * np.arange(vertices) / vertices
    lines = []
    for _ in range(n):
        radius = SYSTEM.radius * rng.uniform(0.6, 1.0, vertices)
        around = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
        lines.append(Line(side * rng.random(2) + around, np.zeros(2)))
    return Microstructure("loops", "loops", side, tuple(lines))


def _vertices(sample: Microstructure) -> FloatArray:
    return np.concatenate([line.vertices.ravel() for line in sample.lines])


def _with_vertices(sample: Microstructure, flat: FloatArray) -> Microstructure:
    ends = np.cumsum([line.vertices.size for line in sample.lines])[:-1]
    parts = zip(sample.lines, np.split(flat, ends), strict=True)
    return _with_lines(sample, [Line(part.reshape(-1, 2), line.period) for line, part in parts])


def _with_lines(sample: Microstructure, lines: list[Line]) -> Microstructure:
    return replace(sample, lines=tuple(lines))


def _doubled(sample: Microstructure) -> Microstructure:
    """Return the sample repeated twice along x and along y."""
    copies = []
    for line in sample.lines:
        across = 2 if line.period.any() else 1
        # A line that crosses the cell also crosses the adjacent copy before it closes.
        long = np.concatenate([line.vertices + k * line.period for k in range(across)])
        along = [np.zeros(2)] if across == 2 else [np.zeros(2), np.array([sample.side, 0.0])]
        steps = along + [shift + np.array([0.0, sample.side]) for shift in along]
        copies += [Line(long + step, across * line.period) for step in steps]
    return replace(_with_lines(sample, copies), side=2 * sample.side)


def _line_path(rng: Rng) -> Callable[[float], Microstructure]:
    """Return a path on which lines move by about a voxel and change shape slightly."""
    sample = make_microstructure(SYSTEM, "loops_broad", "path", seed=int(rng.integers(2**31)))
    voxel = sample.side / VOXELS[LINES]
    start = _vertices(sample)
    shifts = [np.tile(rng.normal(size=2), len(line.vertices)) for line in sample.lines]
    way = voxel * (np.concatenate(shifts) + 0.1 * rng.normal(size=len(start)))
    return lambda s: _with_vertices(sample, start + s * way)


def _line_environment(rng: Rng) -> Environment[Microstructure]:
    """Return two loops; their vertices are to be recovered up to a translation."""
    sample = _loops(LOOPS, rng, VERTICES)
    free = np.arange(len(_vertices(sample)))

    def distance(before: FloatArray, after: FloatArray) -> float:
        along, across = (glide_states.distance(before[k::2], after[k::2]) for k in range(2))
        return float(np.hypot(along, across))

    return Environment(sample, WHOLE, free, len(free) - 2, distance, SYSTEM.radius)


def _affine(
    matrix: FloatArray, shift: Callable[[Microstructure, Rng], FloatArray] | None = None
) -> Callable[[Microstructure, Load, Rng], Transformed[Microstructure]]:
    """Return an operation that maps all lines of a sample and then shifts them."""

    def apply(sample: Microstructure, load: Load, rng: Rng) -> Transformed[Microstructure]:
        by = np.zeros(2) if shift is None else shift(sample, rng)
        lines = [
            Line(line.vertices @ matrix.T + by, line.period @ matrix.T) for line in sample.lines
        ]
        return Transformed(_with_lines(sample, lines), load)

    return apply


def _relisted(sample: Microstructure, load: Load, rng: Rng) -> Transformed[Microstructure]:
    """List lines in another order, and loops from another vertex."""
    lines = []
    for k in rng.permutation(len(sample.lines)):
        line = sample.lines[k]
        by = 0 if line.period.any() else int(rng.integers(len(line.vertices)))
        lines.append(Line(np.roll(line.vertices, by, axis=0), line.period))
    return Transformed(_with_lines(sample, lines), load)


def _other_images(sample: Microstructure, load: Load, rng: Rng) -> Transformed[Microstructure]:
    cells = rng.integers(-2, 3, (len(sample.lines), 2)) * sample.side
    moved = zip(sample.lines, cells, strict=True)
    return Transformed(
        _with_lines(sample, [Line(line.vertices + by, line.period) for line, by in moved]), load
    )


def _run_backwards(sample: Microstructure, load: Load, _rng: Rng) -> Transformed[Microstructure]:
    lines = [Line(line.vertices[::-1], -line.period) for line in sample.lines]
    return Transformed(_with_lines(sample, lines), load)


def _whole_voxels(count: int) -> Callable[[float, Rng], FloatArray]:
    return lambda side, rng: rng.integers(1, count, 2) * side / count


def _line_shift(sample: Microstructure, rng: Rng) -> FloatArray:
    return sample.side * rng.random(2)


def _line_voxels(sample: Microstructure, rng: Rng) -> FloatArray:
    return _whole_voxels(VOXELS[LINES])(sample.side, rng)


def _edges_by_voxels(c: Configuration, load: Load, rng: Rng) -> Transformed[Configuration]:
    shift = _whole_voxels(VOXELS[EDGES])(float(c.cell[0, 0]), rng)
    return Transformed(dislocation_subject.moved(c, shift=shift), load)


LINE_OPERATIONS: Final[tuple[Operation[Microstructure], ...]] = (
    Operation("translation by whole voxels", "inside", _affine(np.eye(2), _line_voxels)),
    Operation("translation", "inside", _affine(np.eye(2), _line_shift)),
    Operation("periodic images", "inside", _other_images),
    Operation("permutation", "inside", _relisted),
    Operation("y reversed", "inside", _affine(np.diag([1.0, -1.0]))),
    Operation("x reversed", "inside", _affine(np.diag([-1.0, 1.0]))),
    Operation("line directions reversed", "inside", _run_backwards),
    Operation("rotated by 90 degrees", "outside", _affine(np.array([[0.0, -1.0], [1.0, 0.0]]))),
)
#: Operations on dislocations under shear that involve the load, of which fields have none.
_LOADLESS: Final = ("load and signs reversed", "load and x reversed", "load reversed alone")
EDGE_OPERATIONS: Final[tuple[Operation[Configuration], ...]] = (
    Operation("translation by whole voxels", "inside", _edges_by_voxels),
    *(o for o in dislocation_subject.OPERATIONS if o.name not in _LOADLESS),
)
