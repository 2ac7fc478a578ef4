"""Shapes of lines against PyTorch itself; what cannot be read is refused; no line costs memory or time."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from quiz.question import BadAnswer
from quiz.shapes import CALCULATIONS, Shapes, shape_of

ROOT = Path(__file__).parents[2]
PLAIN = Shapes(inputs={"x": (4, 6, 8), "W": (8, 5), "v": (8,), "i": (3, 2)}, integers=("i",), output=(1,))
LINES = """
x.view(4, -1) | x.reshape(-1) | x.transpose(1, 2).reshape(4, 48) | x.flatten(1) | torch.flatten(x, 1, 2) | x.permute(2, 0, 1)
torch.permute(x, (2, 0, 1)) | x.unsqueeze(0).expand(3, -1, -1, -1) | x.mT | W.T | W.t() | x[0] | x[:, None] | x[..., ::2]
x[-1, 2:] | x[i] | x[1:, 0].squeeze() | x.size(0) * v | x.view(x.size(0), -1) | x.view(*x.shape[:2], 2, 4)
x @ W | v @ W | W.T @ v | v @ v | x @ x.mT | x.matmul(v) | torch.matmul(v, x.mT) | W.mm(W.T) | torch.bmm(x, x.mT)
x + v | x * 2 - v / 3 | -x | 2 // x | x[:, :, None] * v | i + 1.5 | i / 2 | x.sum(1) | x.sum() | x.mean((0, 2), keepdim=True)
x.var(1, False) | x.var(dim=1, keepdim=True) | x.std() | x.amax((0, 1)) | x.argmax(-1) | x.argmax(dim=1, keepdim=True)
torch.softmax(x, dim=1) | F.softmax(x, 2) | F.gelu(x) | F.relu(x) | torch.exp(x) | x.tril() | torch.sum(input=x, dim=1)
x.split(2)[0] | x.split([1, 3])[1] | torch.chunk(x, 3, dim=1)[2] | x.chunk(3, 2)[2] | x.long().float()
x.contiguous().view(24, 8) | x.transpose(1, 2).contiguous().view(4, 48)
nn.Linear(8, 3)(x) | nn.Flatten()(x) | nn.Embedding(10, 7)(i) | nn.LayerNorm([6, 8])(x) | nn.Conv1d(6, 2, 3, padding=1)(x)
nn.ConvTranspose2d(4, 2, 3, stride=2)(x) | nn.Unflatten(1, (2, 3))(x) | nn.MaxPool1d(2)(x) | nn.BatchNorm1d(6)(x)
""".replace("\n", "|")
REFUSED = """
x.transpose(1, 2).view(4, 48) | x @ v[:3] | x @ x | x + W | x.view(5, -1) | x[9] | x.sum(7) | x.mm(W) | torch.bmm(x, W)
i.mean() | i @ W | x.permute(0, 1) | W.argmax(5) | nn.Linear(7, 3)(x) | nn.Linear(8, 3)(i) | nn.Linear(3)
nn.Embedding(10, 7)(x)
x.softmax(3) | x.tril(1, 2) | v.tril() | v.mT | x.expand(2) | x.t() | x.chunk(0) | x.squeeze(5) | x[0, 0, 0, 0]
""".replace("\n", "|")


def listed(text: str) -> list[str]:
    return [line.strip() for line in text.split("|") if line.strip()]


def by_pytorch(line: str) -> torch.Tensor:
    given = {
        name: torch.zeros(shape, dtype=torch.long if name in PLAIN.integers else torch.float32)
        for name, shape in PLAIN.inputs.items()
    }
    return eval(line, {"torch": torch, "nn": nn, "F": F}, given)


@pytest.mark.parametrize("line", listed(LINES))
def test_a_line_has_the_shape_that_pytorch_gives_it(line: str) -> None:
    assert shape_of(line, PLAIN) == tuple(by_pytorch(line).shape)


@pytest.mark.parametrize("line", listed(REFUSED))
def test_what_pytorch_refuses_is_refused(line: str) -> None:
    with pytest.raises((RuntimeError, IndexError, TypeError, ValueError)):
        by_pytorch(line)
    with pytest.raises(BadAnswer):
        shape_of(line, PLAIN)


@pytest.mark.parametrize("sign", ["+", "@", "mm", "bmm"])
def test_signs_and_products_follow_pytorch_s_rule_for_all_shapes(sign: str) -> None:
    draw, taken = random.Random(11), 0
    for _ in range(1500):
        lengths = (3,) if sign == "bmm" else range(5)
        shapes = [tuple(draw.choice((1, 2, 2, 3)) for _ in range(draw.choice(lengths))) for _ in range(2)]
        a, b = (torch.zeros(shape) for shape in shapes)
        given = Shapes(inputs={"a": shapes[0], "b": shapes[1]}, output=())
        try:
            expected = tuple((a + b if sign == "+" else a @ b if sign == "@" else getattr(a, sign)(b)).shape)
        except RuntimeError:
            with pytest.raises(BadAnswer):
                shape_of(f"a.{sign}(b)" if sign.isalpha() else f"a {sign} b", given)
        else:
            taken += 1
            assert shape_of(f"a.{sign}(b)" if sign.isalpha() else f"a {sign} b", given) == expected
    assert taken > 15


@pytest.mark.parametrize("name", [name for name in CALCULATIONS if name not in ("softmax", "log_softmax")])
@pytest.mark.parametrize("shape", [(1, 1), (2, 1, 3), (5, 4, 3, 2, 1)])
def test_a_calculation_keeps_sizes_of_one(name: str, shape: tuple[int, ...]) -> None:
    given = Shapes(inputs={"x": shape}, output=())
    with torch.no_grad():
        expected = getattr(torch.ones(shape), name)
    arguments = "(1)" if name in ("sum", "mean", "amax", "amin", "argmax") else "()"
    if name in ("var", "std"):
        arguments = "(0, False)"
    assert shape_of(f"x.{name}{arguments}", given) == tuple(eval(f"found{arguments}", {"found": expected}).shape)


HOSTILE = [
    "x.repeat(4096, 4096)",
    "nn.Linear(100000, 100000)",
    "nn.Linear(100000, 100000, device='cpu')",
    "nn.Linear(100000, 100000, True, 'cpu')",
    "nn.Embedding(100000, 100000, dtype=x)",
    "nn.Embedding(100000, 100000)(x.long())",
    "nn.Conv2d(100000, 100000, (100000, 100000))",
    "nn.LayerNorm((100000, 100000))",
    "nn.BatchNorm2d(100000)",
    "nn.ConvTranspose2d(64, 64, 3, stride=4096)",
    "nn.ConvTranspose2d(64, 100000, 3, stride=100000)",
    "nn.AdaptiveAvgPool2d(100000)",
    "nn.Upsample(scale_factor=4096)",
    "x[:, None] * x",
    "x.flatten()[:, None] * x.flatten()",
    "x.flatten()[:, None] + x.flatten()[None]",
    "x.expand(100000, 100000, 100000, 100000, 8, 64, 16, 16)",
    "x.flatten().split(1)",
    "[x.split(1), x.split(1, 1), x.split(1, 2), x.split(1, 3), x.flatten().chunk(100000)]",
    "x.sum(*x.flatten())",
    "x.flatten()[:, None].expand(-1, 70000).sum(1)",
    "x.flatten()[:, None].expand(-1, 70000).var(0)",
    "x.flatten()[:, None].expand(-1, 70000).reshape(-1).argmax()",
    "x.flatten()[:, None].expand(-1, 70000).contiguous().tril().softmax(1)",
    "x.flatten()[:, None].expand(-1, 70000).T.reshape(-1)",
    "torch.cat([x] * 9)",
    "torch.cat([x, x, x, x, x, x, x, x, x])",
    "torch.stack([x, x])",
    "torch.einsum('abcd,efgh->abcdefgh', x, x)",
    "torch.outer(x.flatten(), x.flatten())",
    "F.one_hot(x.long(), 100000)",
    "F.pad(x, (100000, 100000))",
    "x[x]",
    "x[x > 0]",
    "x[[0, 1]]",
    "x[True]",
    "x[x:]",
    "torch.exp(x, out=x)",
    "torch.sum(x, 0, out=x)",
    "x.view(x)",
    "x" + "[None]" * 30,
    "-" * 190 + "x",
    "(" * 95 + "x" + ")" * 95,
    "x" + ".exp()" * 12,
    "x" + ".clone()" * 12,
    "x + " * 45 + "x",
    "[" * 30 + "x" + "]" * 30,
    "99999 * 99999",
    "1e999 * x",
    "x.view(" + "9" * 180 + ")",
    "x / 0",
    "1 / 0",
    "(lambda: x)()",
    "__import__('os')",
    "x.__class__",
    "x.data",
    "x.numpy()",
    "nn.Linear.__init__(x)",
    "nn.Dropout(x)",
    "nn.Sequential(nn.Linear(1, 1))",
    "torch.zeros(100000, 100000)",
    "torch.float(x)",
]
COST = """
import resource, sys, time, torch
from quiz.question import BadAnswer
from quiz.shapes import Shapes, shape_of
from quiz.normal_form import normal_form
given = Shapes(inputs={"x": (8, 64, 16, 16)}, output=(1,))
def ask(line):
    for read in (lambda: normal_form(line), lambda: shape_of(line, given)):
        try:
            read()
        except BadAnswer:
            pass
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
ask("nn.Linear(16, 3)(x.exp())")
for line in sys.stdin.read().splitlines():
    before, start = peak(), time.process_time()
    ask(line)
    print(peak() - before, round(time.process_time() - start, 3), line, sep="\\t")
"""


def run(program: str, given: str = "") -> list[str]:
    """What a Python of its own prints."""
    done = subprocess.run([sys.executable, "-c", program], input=given, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_no_line_takes_memory_or_time() -> None:
    found = [line.split("\t") for line in run(COST, "\n".join(HOSTILE))]
    assert [line for *_, line in found] == HOSTILE
    assert [each for each in found if float(each[0]) > 50 or float(each[1]) > 0.2] == []


BANK = """
import sys, time, torch
heavy = ("sympy", "torch._dynamo", "torch.onnx", "torch._inductor")
before = {name for name in heavy if name in sys.modules}
from quiz.question import BadAnswer
from quiz.kinds.line import Line
from quiz.bank import read_bank, FOLDER
from quiz.normal_form import normal_form
start = time.process_time()
questions = read_bank(FOLDER).values()
print(time.process_time() - start)
lines = [each for each in questions if isinstance(each, Line)]
layers = "nn.Embedding(9, 3)(x.long())", "nn.BatchNorm1d(3)", "x.exp().sum(0) @ x", "nn.Conv2d(64, 3, 3)", "nn.Linear(16, 3)"
for question in lines:
    assert question.grade(question.solution).is_right
    for line in ("x + nothing", "x.reshape(-1)[:2] * 2", *layers):
        assert not question.grade(line).is_right
for line in ("torch.onnx.export(x)", "torch._dynamo.optimize(x)", "torch._inductor.compile(x)"):
    normal_form(line)
print(len(lines), *[name for name in heavy if name in sys.modules and name not in before])
"""


def test_reading_the_bank_and_grading_its_lines_loads_no_compiler_and_takes_no_time() -> None:
    seconds, graded = run(BANK)
    assert float(seconds) < 2
    count, *loaded = graded.split()
    assert int(count) > 20
    assert loaded == []
