"""Classes of planar dislocation microstructures of equal density and different arrangement.

They serve to answer the question of Steinberger, Song & Sandfeld (2019),
https://doi.org/10.3389/fmats.2019.00141: which continuum fields, at which resolution, still
distinguish microstructures? The classes are our own; those of the paper are not known to us. All
classes share the distribution of the total line density and a background of random loops.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from mechanist.core.seeds import generator
from mechanist.core.typing import FloatArray
from mechanist.formats.microstructure_files import Line, Microstructure

Rng = np.random.Generator


@dataclass(frozen=True, kw_only=True)
class MicrostructureSystem:
    """Settings common to all classes; lengths in b.

    Parameters
    ----------
    name : str
        Name of the system.
    side : float
        Side of the periodic cell.
    density : float
        Mean line length per area, in 1/b.
    density_spread : float
        Standard deviation of the logarithm of the density over samples.
    radius : float
        Mean radius of loops.
    radius_spread : float
        Standard deviation of the logarithm of the radius of broadly distributed loops.
    aspect : float
        Ratio of the axes of elongated loops.
    dipole_height : float
        Mean distance of the two lines of a dipole.
    obstacle_distance : float
        Mean distance of the obstacles between which lines bow out.
    bow : float
        Height of a bowed line over its chord, as a fraction of the chord.
    channels : int
        Number of channels along x that contain loops; the walls between them contain none.
    channel_share : float
        Fraction of the area in channels.
    background : float
        Fraction of the line length in random loops, in every class.
    vertices : int
        Vertices of a loop.

    Raises
    ------
    ValueError
        If a length or a fraction is out of range.
    """

    name: str = "microstructures"
    side: float = 4000.0
    density: float = 0.0047
    density_spread: float = 0.15
    radius: float = 300.0
    radius_spread: float = 0.5
    aspect: float = 1.8
    dipole_height: float = 120.0
    obstacle_distance: float = 800.0
    bow: float = 0.2
    channels: int = 3
    channel_share: float = 0.5
    background: float = 0.3
    vertices: int = 32

    def __post_init__(self) -> None:
        """Validate the settings."""
        for key in ("side", "density", "radius", "aspect", "dipole_height", "obstacle_distance",
                    "bow", "channels", "vertices"):  # fmt: skip
            if not getattr(self, key) > 0:
                raise ValueError(f"{self.name}: {key} = {getattr(self, key)}; expected above 0")
        for key in ("density_spread", "radius_spread"):
            if not getattr(self, key) >= 0:
                raise ValueError(f"{self.name}: {key} = {getattr(self, key)}; expected 0 or more")
        if not (0 <= self.background < 1 and 0 < self.channel_share <= 1):
            raise ValueError(
                f"{self.name}: background = {self.background}, channel_share ="
                f" {self.channel_share}; expected 0 <= background < 1 and 0 < channel_share <= 1"
            )
        if 2 * self.radius * max(1.0, self.aspect**0.5) >= self.side:
            raise ValueError(
                f"{self.name}: loops of radius {self.radius:g} reach around a cell of side"
                f" {self.side:g}; expected less than half the side"
            )


def make_microstructure(
    system: MicrostructureSystem, label: str, name: str, *, seed: int
) -> Microstructure:
    """Return one sample of a class.

    Parameters
    ----------
    system : MicrostructureSystem
    label : str
        A key of :data:`CLASSES`.
    name : str
        Unique name; with the seed it determines all random numbers.
    seed : int
        The configured seed.

    Raises
    ------
    ValueError
        If the class is unknown.
    """
    if label not in CLASSES:
        raise ValueError(f"class {label!r} is unknown; expected one of {sorted(CLASSES)}")
    rng = generator(seed, system.name, name)
    spread = system.density_spread
    wanted = system.density * system.side**2 * rng.lognormal(-0.5 * spread**2, spread)
    lines = _filled(lambda: CLASSES[label](system, rng), (1 - system.background) * wanted)
    if system.background:
        lines += _filled(lambda: _loops_broad(system, rng), system.background * wanted)
    return Microstructure(name, label, system.side, tuple(lines), seed)


def length_of(line: Line) -> float:
    """Return the length of a line over one period."""
    closed = np.vstack([line.vertices, line.vertices[:1] + line.period])
    return float(np.linalg.norm(np.diff(closed, axis=0), axis=1).sum())


def _filled(make: Callable[[], list[Line]], wanted: float) -> list[Line]:
    """Add lines until their total length is closest to ``wanted``."""
    lines: list[Line] = []
    total = 0.0
    while True:
        more = make()
        added = sum(map(length_of, more))
        if total + added > wanted and total + added - wanted > wanted - total:
            return lines
        lines += more
        total += added


def _loop(system: MicrostructureSystem, centre: FloatArray, axes: tuple[float, float]) -> Line:
    angle = 2 * np.pi * np.arange(system.vertices) / system.vertices
    around = np.column_stack([axes[0] * np.cos(angle), axes[1] * np.sin(angle)])
    return Line(centre + around, np.zeros(2))


def _loops_equal(system: MicrostructureSystem, rng: Rng) -> list[Line]:
    return [_loop(system, system.side * rng.random(2), (system.radius, system.radius))]


def _loops_broad(system: MicrostructureSystem, rng: Rng) -> list[Line]:
    s = system.radius_spread
    radius = min(system.radius * rng.lognormal(-0.5 * s**2, s), 0.45 * system.side)
    return [_loop(system, system.side * rng.random(2), (radius, radius))]


def _loops_elongated(system: MicrostructureSystem, rng: Rng) -> list[Line]:
    stretch = np.sqrt(system.aspect)
    axes = (system.radius * stretch, system.radius / stretch)
    return [_loop(system, system.side * rng.random(2), axes)]


def _loops_channels(system: MicrostructureSystem, rng: Rng) -> list[Line]:
    """Return a loop whose centre lies in one of the channels along x."""
    within = system.channel_share * (rng.random() - 0.5)
    y = (rng.integers(system.channels) + 0.5 + within) / system.channels
    centre = system.side * np.array([rng.random(), y])
    return [_loop(system, centre, (system.radius, system.radius))]


def _straight(system: MicrostructureSystem, y: float, sense: int) -> Line:
    x = system.side * np.arange(_MIN_VERTICES) / _MIN_VERTICES
    vertices = np.column_stack([x[::sense], np.full(len(x), y)])
    return Line(vertices, np.array([sense * system.side, 0.0]))


def _lines_one_sign(system: MicrostructureSystem, rng: Rng) -> list[Line]:
    return [_straight(system, system.side * rng.random(), 1)]


def _lines_dipolar(system: MicrostructureSystem, rng: Rng) -> list[Line]:
    """Return two lines of opposite sign, in random order."""
    y, sense = system.side * rng.random(), 1 if rng.random() < 0.5 else -1
    height = system.dipole_height * rng.uniform(0.5, 1.5)
    return [_straight(system, y, sense), _straight(system, y + height, -sense)]


def _lines_bowed(system: MicrostructureSystem, rng: Rng) -> list[Line]:
    """Return a line of random sign, bowed out between obstacles in its direction of motion."""
    sense = 1 if rng.random() < 0.5 else -1
    count = max(1, round(system.side / system.obstacle_distance))
    obstacles = np.sort(rng.random(count))
    chords = np.diff(np.append(obstacles, obstacles[0] + 1))
    inside = np.arange(system.vertices // 4) / (system.vertices // 4)
    x = (obstacles[:, None] + chords[:, None] * inside).ravel()
    height = 4 * system.bow * (chords[:, None] * inside * (1 - inside)).ravel()
    vertices = system.side * np.column_stack([x, rng.random() - sense * height])
    return [Line(vertices[::sense], np.array([sense * system.side, 0.0]))]


#: Vertices of a straight line.
_MIN_VERTICES: Final = 4

CLASSES: Final[Mapping[str, Callable[[MicrostructureSystem, Rng], list[Line]]]] = {
    "loops_equal": _loops_equal,
    "loops_broad": _loops_broad,
    "loops_elongated": _loops_elongated,
    "loops_channels": _loops_channels,
    "lines_one_sign": _lines_one_sign,
    "lines_dipolar": _lines_dipolar,
    "lines_bowed": _lines_bowed,
}
