"""The one place that decides where a run computes; a GPU where there is one."""

import numpy as np
import pytest
import torch

from engine import ablation, closeup, device, warp
from engine.data.bundled import Digits
from engine.doctor.case import case_of
from engine.doctor.catalog import examine
from engine.experiment import Experiment
from engine.export.record import record
from engine.export.weights import weights_file
from engine.film import Film
from engine.model import Model
from engine.presets import PRESETS, Preset
from engine.supervised import SupervisedRun

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")


def test_the_cpu_is_always_there_and_an_unknown_device_is_named() -> None:
    assert device.choose().type == "cpu"
    with pytest.raises(ValueError, match="no device 'tpu' here; choose one of: cpu"):
        device.choose("tpu")


@needs_gpu
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
    assert last.scores[0] < 0.6 * first.scores[0]
    assert abs(float(last.scores[1]) - float(on_cpu.snapshot().scores[1])) < 0.15  # masks differ


@needs_gpu
@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_every_preset_begins_on_the_gpu_as_on_the_cpu(preset: Preset) -> None:
    alike = preset.experiment.patched({"model.dropout": 0.0})  # a device draws its own masks
    there, here = SupervisedRun(alike, device=device.choose("cuda")), SupervisedRun(alike)
    for run in (there, here):
        run.advance(1)
    mine, other = there.snapshot(), here.snapshot()
    np.testing.assert_allclose(mine.scores, other.scores, rtol=2e-3, atol=1e-4)
    np.testing.assert_allclose(mine.gradient_norm, other.gradient_norm, rtol=0.02, atol=1e-5)
    assert mine.detail is not None and other.detail is not None
    np.testing.assert_allclose(mine.detail.edges, other.detail.edges, rtol=2e-3, atol=1e-4)


@needs_gpu
@pytest.mark.parametrize(
    "experiment",
    [Experiment(model=Model(hidden=(5, 4))), Experiment(data=Digits(), model=Model(hidden=(16,)))],
    ids=["spiral", "digits"],
)
def test_what_pages_measure_of_a_run_is_the_same_on_the_gpu(experiment: Experiment) -> None:
    there = SupervisedRun(experiment, device=device.choose("cuda"))
    film = Film()
    film.append(there.snapshot())
    for patch in ({"weight.1.2.1": 0.5}, {"unit.1.3": False}, {"training.optimizer.lr": 0.02}):
        there.advance(10)
        there.apply(patch)
    there.advance(10)
    film.append(there.snapshot())
    here = SupervisedRun(experiment, there.edits)
    here.advance(there.steps)
    for measured in (
        lambda run: ablation.ranked(ablation.still(run)).loss,
        lambda run: sorted(removal.cost for removal in ablation.ranked(ablation.still(run)).removals),
        lambda run: closeup.hardest(run, "test", 5).loss,
        lambda run: closeup.neuron_maps(run, 0).maps.mean(),
        lambda run: warp.warped(warp.take(run, 0, ()), 0).share,
        lambda run: record(run, experiment).train_loss,
    ):
        np.testing.assert_allclose(measured(there), measured(here), rtol=0.01, atol=2e-3)
    assert len(weights_file(record(there, experiment))) == len(weights_file(record(here, experiment)))
    assert examine(case_of(there, film)).findings == examine(case_of(here, film)).findings
