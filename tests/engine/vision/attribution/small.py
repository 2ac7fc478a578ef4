"""A small network with random weights, and a few pictures to ask it about."""

import torch

from engine.streams import stream
from engine.vision.attribution.question import Question
from engine.vision.blocks import Activate, Convolution, Dense, Pool
from engine.vision.model import Cnn
from engine.vision.network import Asked, VisionNetwork

BLOCKS = (Convolution(channels=4), Activate(), Pool(), Convolution(channels=6), Activate(), Dense(units=8), Activate())


def network(blocks: tuple = BLOCKS, channels: int = 2, seed: int = 0) -> VisionNetwork:
    """Of three classes, for pictures of 8 by 6 pixels; biases that are not 0, so that nothing shows nothing."""
    asked = Asked((channels, 8, 6), 3, mean=(0.4,) * channels, std=(0.3,) * channels)
    made = Cnn(blocks=blocks).build(asked, seed).eval()
    draws = stream(seed, "noise", 7)
    with torch.no_grad():
        for name, parameter in made.named_parameters():
            if name.endswith("bias"):
                parameter.normal_(0, 0.1, generator=draws)
    return made


def question(count: int = 3, blocks: tuple = BLOCKS, channels: int = 2) -> Question:
    """Pictures whose brightness was drawn evenly; of each another class."""
    x = torch.rand((count, channels, 8, 6), generator=stream(1, "data"))
    return Question(network(blocks, channels), x, torch.arange(count) % 3, seed=5)
