"""Pictures as addresses of their own, for charts that hold them as images."""

import numpy as np
from jaxtyping import UInt8

from charts.png import data_url, picture_png

LEAST_SIDE = 96
"""Browsers smooth an image that they enlarge: small pictures are sent with every pixel repeated."""


def picture_url(picture: UInt8[np.ndarray, "channels height width"]) -> str:
    """The picture, in grey or in colours."""
    times = max(1, LEAST_SIDE // max(picture.shape[1:]))
    return data_url(picture_png(picture.repeat(times, axis=1).repeat(times, axis=2)))
