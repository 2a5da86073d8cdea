"""Entries of `settings/models/experiment_block.py` as files hold them, written by `make schema`."""

from typing import Literal, Required, TypedDict

from mechanist.settings.entry_types.block_entries import DescriptorEntry, LabelEntry, ModelEntry
from mechanist.settings.entry_types.picture_detectors_entries import TrackpyEntry, WatershedEntry
from mechanist.settings.entry_types.picture_imports_entries import (
    DisplacementImportEntry,
    PictureImportEntry,
    TrackImportEntry,
)


class CameraEntry(TypedDict, total=False):
    """How pictures of simulated glasses are taken."""

    pixels: Required[float]
    snr: Required[float]
    blur: Required[float]
    shade: Required[float]
    spread: Required[float]


class RendererEntry(TypedDict, total=False):
    """How particles look."""

    kind: Required[Literal["discs", "rims"]]
    radii: Required[list[float]]


class SweepsEntry(TypedDict, total=False):
    """Values of the camera that are tried one after the other; the others stay as `camera` says."""

    snr: list[float]
    pixels: list[float]
    blur: list[float]
    spread: list[float]


class SeriesEntry(LabelEntry, total=False):
    """A renderer with a detector, as figures show them."""

    renderer: Required[str]
    detector: Required[str]


class ShownPictureEntry(TypedDict, total=False):
    """The noisy picture that a figure shows with its particles."""

    renderer: Required[str]
    detector: Required[str]
    snr: Required[float]


class LearntForcesEntry(TypedDict, total=False):
    """Pair forces that are learnt from places of particles at rest: those that balance on every particle."""

    errors: Required[list[float]]
    error: Required[float]
    first: Required[float]
    reach: Required[float]
    pieces: Required[int]


class LadderEntry(TypedDict, total=False):
    """Models and mechanisms on views of glasses with errors: what each kind of error costs."""

    samples: Required[int]
    loads: Required[list[str]]
    noise: Required[list[float]]
    missed: Required[list[float]]
    species: Required[list[float]]
    descriptors: Required[dict[str, DescriptorEntry]]
    models: Required[dict[str, ModelEntry]]


class PictureTwinEntry(TypedDict, total=False):
    """Mechanics that starts from rendered pictures: twins with a held rim and repaired species."""

    samples: Required[int]
    loads: Required[list[str]]
    past: Required[float]
    renderer: Required[str]
    detector: Required[str]
    snr: Required[list[float]]
    window: float
    rim: Required[float]
    doubtful: Required[int]
    methods: Required[dict[str, LabelEntry]]


class PictureReaderEntry(TypedDict, total=False):
    """A convolutional network that reads pictures, and its training."""

    width: int
    epochs: int
    batch: int
    learning_rate: float


class HeatMapsEntry(TypedDict, total=False):
    """Heat maps of a network that predicts D2min from rendered pictures of whole glasses."""

    samples: Required[int]
    loads: Required[list[str]]
    renderer: Required[str]
    pixels: Required[float]
    snr: Required[float]
    blur: Required[float]
    noise: Required[list[float]]
    smooth: Required[float]
    hidden: Required[float]
    occluded: Required[int]
    network: PictureReaderEntry
    methods: Required[dict[str, LabelEntry]]


class SerialSectionsEntry(TypedDict, total=False):
    """Simulations that start from a few serial sections of a random polycrystal."""

    material: Required[str]
    grid: Required[int]
    grains: Required[int]
    development: Required[int]
    samples: Required[int]
    known: Required[list[int]]
    axes: Required[list[Literal["x", "y", "z"]]]
    strain: Required[float]
    steps: Required[int]
    methods: Required[dict[str, LabelEntry]]


class ExperimentBlockEntry(TypedDict, total=False):
    """Experiments: from pictures to particles, tracks and D2min, and what is lost on the way."""

    system: Required[str]
    samples: Required[int]
    load: Required[str]
    strain: float
    window: Required[float]
    camera: Required[CameraEntry]
    renderers: Required[dict[str, RendererEntry]]
    sweeps: Required[SweepsEntry]
    detectors: Required[dict[str, WatershedEntry | TrackpyEntry]]
    series: Required[dict[str, SeriesEntry]]
    shown: Required[ShownPictureEntry]
    forces: LearntForcesEntry
    ladder: LadderEntry
    twin: PictureTwinEntry
    heat_maps: HeatMapsEntry
    sections: SerialSectionsEntry
    imports: dict[str, PictureImportEntry | TrackImportEntry | DisplacementImportEntry]
