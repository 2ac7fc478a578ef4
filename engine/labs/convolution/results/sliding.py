"""A window that has slid over a whole picture."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from engine.labs.convolution.geometry import Line


@dataclass(frozen=True)
class Slid:
    """Every number of it."""

    picture: Float[np.ndarray, "channels height width"]
    padded: Float[np.ndarray, "channels padded_height padded_width"]
    """With what was put around it."""
    weights: Float[np.ndarray, "outs inputs size size"]
    """As they slid: flipped where that was asked."""
    output: Float[np.ndarray, "outs rows columns"]
    down: Line
    across: Line
    groups: int

    @property
    def outs(self) -> int:
        """Output channels."""
        return len(self.output)

    def seen(self, out: int) -> range:
        """The input channels that output channel ``out`` (from 0) is made of."""
        inputs = self.weights.shape[1]
        first = out // (self.outs // self.groups) * inputs
        return range(first, first + inputs)

    def patch(self, out: int, row: int, column: int) -> Float[np.ndarray, "inputs size size"]:
        """What lies under the window's weights at a place of output ``out``, from 0."""
        top, left = row * self.down.stride, column * self.across.stride
        rows = slice(top, top + self.down.span, self.down.dilation)
        columns = slice(left, left + self.across.span, self.across.dilation)
        seen = self.seen(out)
        return self.padded[seen.start : seen.stop, rows, columns]


@dataclass(frozen=True)
class Beside:
    """The same by other means."""

    torch: float
    """Largest difference from torch.nn.functional.conv2d."""
    correlate: float
    """Largest difference from scipy.signal.correlate2d with the weights that slid."""
    convolve: float
    """Largest difference from scipy.signal.convolve2d with those weights turned by half a turn."""
    unflipped: float
    """Largest difference from scipy.signal.convolve2d with the weights as they slid: 0 where a turn changes nothing."""
