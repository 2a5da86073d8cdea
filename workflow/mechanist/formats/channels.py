"""Series of many channels: snapshots, their rates, and what is known of the coordinates behind them."""

from dataclasses import dataclass

from mechanist.core.typing import FloatArray, IntArray


@dataclass(frozen=True)
class Channels:
    """Snapshots of many channels, their rates, and the hidden coordinates that made them.

    Parameters
    ----------
    snapshots, rates : ndarray of shape (n_frames, n_channels)
    hidden : ndarray of shape (n_frames, n_hidden)
        Empty, shape (n_frames, 0), where they are not known.
    series : ndarray of shape (n_frames,)
        Number of the run that each frame belongs to.
    accelerations : ndarray of shape (n_frames, n_channels) or None
        Rates of the rates, where a law of second order is looked for.
    step : float or None
        Time between successive frames of a run, where they are even.
    """

    snapshots: FloatArray
    rates: FloatArray
    hidden: FloatArray
    series: IntArray
    accelerations: FloatArray | None = None
    step: float | None = None

    def part(self, frames: slice | IntArray) -> "Channels":
        """Return some frames."""
        second = self.accelerations
        return Channels(
            self.snapshots[frames],
            self.rates[frames],
            self.hidden[frames],
            self.series[frames],
            None if second is None else second[frames],
            self.step,
        )
