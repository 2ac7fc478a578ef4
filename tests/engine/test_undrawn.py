"""Modules are made without a draw, without the compiler's parts, and what is filled later is filled."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from engine.undrawn import undrawn

ROOT = Path(__file__).parents[2]
MADE = {
    "linear": lambda: undrawn(nn.Linear, 3, 4, bias=False),
    "embedding": lambda: undrawn(nn.Embedding, 5, 3),
    "rnn": lambda: undrawn(nn.LSTM, 3, 4, batch_first=True),
    "convolution": lambda: undrawn(nn.Conv2d, 3, 4, 3, bias=True),
    "attention": lambda: undrawn(nn.MultiheadAttention, 8, 2),
    "transformer": lambda: undrawn(nn.Transformer, 8, 2, 1, 1, 8, batch_first=True),
}


@pytest.mark.parametrize("kind", MADE)
def test_nothing_is_drawn_from_the_global_generator(kind: str) -> None:
    before = torch.random.get_rng_state()
    MADE[kind]()
    assert torch.equal(before, torch.random.get_rng_state())


def test_a_module_is_of_its_kind_shape_and_place_and_can_be_filled() -> None:
    made = undrawn(nn.Linear, 3, 4, bias=False, dtype=torch.float64)
    assert isinstance(made, nn.Linear) and made.weight.shape == (4, 3) and made.bias is None
    assert made.weight.dtype == torch.float64 and made.weight.device.type == "cpu"
    nn.init.normal_(made.weight, generator=torch.Generator().manual_seed(1))
    assert made.weight.std() > 0.1


def test_modules_made_as_usual_draw_as_usual() -> None:
    undrawn(nn.Linear, 3, 4)
    before = torch.random.get_rng_state()
    nn.Linear(3, 4)
    assert not torch.equal(before, torch.random.get_rng_state())
    torch.random.set_rng_state(before)


def test_a_run_of_each_kind_trains_without_the_compiler_and_its_algebra() -> None:
    script = """
import sys
from engine.experiment import Experiment
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.presets import TRANSFORMER_PRESETS
from engine.sequences.run import SequenceRun
from engine.supervised import SupervisedRun
from engine.vision.presets import VISION_PRESETS
from engine.vision.run import VisionRun
reverse = TRANSFORMER_PRESETS["reverse"].experiment
runs = [SupervisedRun(Experiment()), SequenceRun(SequenceExperiment()), SequenceRun(reverse)]
for run in [*runs, *(VisionRun(VISION_PRESETS[name].experiment) for name in ("resnet", "unet"))]:
    run.advance(2)
    run.restore(run.checkpoint())
    run.snapshot()
print(sorted({"torch._dynamo", "sympy", "torch._inductor"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-800:]
    assert done.stdout.strip() == "[]"
