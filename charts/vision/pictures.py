"""Pictures as addresses of their own, for charts that hold them as images."""

import numpy as np
from jaxtyping import UInt8

from charts.png import data_url, picture_png


def picture_url(picture: UInt8[np.ndarray, "channels height width"]) -> str:
    """The picture, in grey or in colours."""
    return data_url(picture_png(picture))
