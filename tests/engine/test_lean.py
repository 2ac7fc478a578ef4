"""Optimizers run without PyTorch's compiler, and to the same numbers."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TRAINED = """
import inspect, json, sys
import torch
{first}

def trained(make):
    torch.manual_seed(0)
    model, x = torch.nn.Linear(3, 2), torch.randn(8, 3)
    optimizer = make(model.parameters())
    for _ in range(4):
        optimizer.zero_grad()
        model(x).square().mean().backward()
        optimizer.step()
        state = optimizer.state_dict()
        optimizer = make(model.parameters())
        optimizer.load_state_dict(state)
    return [p.tolist() for p in model.parameters()]

found = {{
    name: trained(lambda weights: optimizer(weights, lr=0.01))
    for name, optimizer in sorted(vars(torch.optim).items())
    if name in ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "NAdam", "RAdam", "Adamax", "ASGD", "Rprop")
}}
torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1, differentiable=True)
print(json.dumps([found, "torch._dynamo" in sys.modules]))
"""


def told(first: str) -> tuple[dict[str, object], bool]:
    """(weights after some updates, by optimizer; whether the compiler was imported) of a process that begins with ``first``."""
    script = TRAINED.format(first=first)
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    weights, is_there = json.loads(done.stdout)
    return weights, is_there


def test_every_optimizer_comes_to_pytorchs_own_numbers_and_no_compiler_is_imported() -> None:
    plain, compiler = told("")
    lean, left_out = told("import engine.optimizers")
    assert len(plain) == 11 and plain == lean
    assert compiler and not left_out


def test_where_the_compiler_is_there_already_nothing_changes() -> None:
    with_it, compiler = told(
        "import torch._dynamo, engine.optimizers, engine.lean; engine.lean.leave_out_the_compiler()"
    )
    assert with_it == told("")[0] and compiler


def test_gradients_pass_through_an_update_that_is_to_be_differentiated() -> None:
    script = """
import torch, engine.optimizers
w = torch.tensor([2.0], requires_grad=True)
moved = w.clone()
optimizer = torch.optim.SGD([moved], lr=0.1, differentiable=True)
moved.grad = 3 * w
optimizer.step()
print(torch.autograd.grad(moved.sum(), w)[0].item())
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-500:]
    assert abs(float(done.stdout) - 0.7) < 1e-6  # w - 0.1 * 3 w
