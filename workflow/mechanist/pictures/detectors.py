"""The detector that an entry of the configuration chooses."""

from mechanist.pictures.followed_view import Detector
from mechanist.pictures.trackpy_detector import TrackpyDetector
from mechanist.pictures.watershed_detector import WatershedDetector
from mechanist.settings.entry_types.picture_detectors_entries import TrackpyEntry, WatershedEntry


def detector_of(entry: WatershedEntry | TrackpyEntry) -> Detector:
    """Return the detector of an entry, whose keys are the fields of its class."""
    options = {key: value for key, value in entry.items() if key != "method"}
    if entry["method"] == "trackpy":
        return TrackpyDetector(**options)  # type: ignore[arg-type]
    return WatershedDetector(**options)  # type: ignore[arg-type]
