"""Captum is a guest: loaded at first use, it draws from no global generator and leaves no filter of warnings behind."""

import subprocess
import sys
import warnings

import numpy as np
import torch

from engine.choice import catalog
from engine.vision.attribution.catalog import AnyMethod
from tests.engine.vision.attribution.small import question


def test_it_and_the_drawing_library_it_brings_are_not_loaded_before_a_map_is_asked_for() -> None:
    program = (
        "import sys, engine.labs.vision.looked, engine.labs.vision.checking, engine.vision.attribution.catalog; "
        "print(sorted({'captum', 'matplotlib'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_no_map_draws_from_a_global_generator_or_changes_how_warnings_are_told() -> None:
    asked = question(2)
    before = torch.random.get_rng_state(), np.random.get_state()[1].copy(), list(warnings.filters)
    for kind, row in catalog(AnyMethod).items():
        found = row(kind=kind).map(asked)
        again = row(kind=kind).map(asked)
        assert torch.equal(found, again) and found.shape == (2, 8, 6), kind
    assert torch.equal(torch.random.get_rng_state(), before[0])
    assert np.array_equal(np.random.get_state()[1], before[1]) and list(warnings.filters) == before[2]


def test_the_network_keeps_no_gradient_and_no_hook() -> None:
    asked = question(2)
    for kind, row in catalog(AnyMethod).items():
        row(kind=kind).map(asked)
    assert all(parameter.grad is None for parameter in asked.network.parameters())
    for module in asked.network.modules():
        hooks = (module._forward_hooks, module._forward_pre_hooks, module._backward_hooks, module._backward_pre_hooks)
        assert not any(hooks), module
