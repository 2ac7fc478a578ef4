"""The weights of a layer: a kernel of the catalog for each output channel, with what was set by hand."""

import numpy as np
from jaxtyping import Float

from engine.labs.convolution.settings.window import Window

Bank = Float[np.ndarray, "outs inputs size size"]


def bank(window: Window, channels: int) -> Bank:
    """The weights as they stand on the page, over the channels that each output sees (``channels`` / groups)."""
    seen = channels // window.groups
    found = np.stack([kernel.weights(window.size, seen, out) for out, kernel in enumerate(window.kernels)])
    for edit in window.read_edits:
        place = edit.place
        found[place.out - 1, place.channel - 1, place.row - 1, place.column - 1] = edit.value
    return found


def flipped(weights: Bank) -> Bank:
    """Turned by half a turn: what makes convolution of cross-correlation, and back."""
    return np.flip(weights, (-2, -1)).copy()
