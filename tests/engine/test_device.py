"""The one place that decides where a run computes; a GPU where there is one."""

import numpy as np
import pytest
import torch

from engine import device
from engine.experiment import Experiment
from engine.supervised import SupervisedRun


def test_the_cpu_is_always_there_and_an_unknown_device_is_named() -> None:
    assert device.choose().type == "cpu"
    with pytest.raises(ValueError, match="no device 'tpu' here; choose one of: cpu"):
        device.choose("tpu")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
def test_a_run_on_the_gpu_learns_as_on_the_cpu() -> None:
    experiment = Experiment().patched({"model.dropout": 0.1, "model.norm.kind": "batch_norm", "training.epochs": 150})
    run = SupervisedRun(experiment, device=device.choose("cuda"))
    first = run.snapshot()
    run.advance(run.last_step // 2)
    kept = run.checkpoint()
    run.advance(20)
    weights = run.model.output.weight.detach().clone()
    run.restore(kept)
    run.advance(20)
    torch.testing.assert_close(run.model.output.weight.detach(), weights, rtol=1e-4, atol=1e-5)
    run.advance(run.last_step)
    last = run.snapshot()
    on_cpu = SupervisedRun(experiment)
    np.testing.assert_allclose(on_cpu.snapshot().scores, first.scores, rtol=1e-3, atol=1e-4)
    on_cpu.advance(on_cpu.last_step)
    assert last.scores[0] < first.scores[0] / 2
    assert abs(float(last.scores[1]) - float(on_cpu.snapshot().scores[1])) < 0.08
