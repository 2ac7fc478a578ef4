"""The grid of a detector: where each cell is, and which object it learns to answer for."""

import numpy as np
import torch
from jaxtyping import Float

from engine.labs.vision.heads.results import Course, Pictures
from engine.vision.heads.detect import middles, responsible


def learned_cells(course: Course, pictures: Pictures, picture: int) -> tuple[Float[np.ndarray, "cells 2"], list[int]]:
    """(middle of every cell, the number of the object it answers for or -1) of one picture."""
    high, wide = (int(side) for side in course.answers["cells"][picture])
    mine = responsible(torch.tensor(pictures.truth["objects"][[picture]]), high, wide)
    return middles(high, wide).numpy(), mine[0].tolist()
