"""The output layer and its loss, as one catalog: by hand in NumPy, and as PyTorch has them."""

from typing import Annotated, ClassVar, Literal

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from engine.choice import Choice
from engine.labs.backpropagation.results import Matrix
from engine.labs.backpropagation.slopes import sigmoid

Rows = Float[Tensor, "batch outputs"]


class HeadChoice(Choice, frozen=True):
    """A row: what the output units do, and the loss that goes with it. m examples, K outputs.

    The derivatives are of the mean loss. In LaTeX, ``z``, ``a`` and ``y`` are symbols or numbers of one output.
    """

    outputs: int
    output_latex: ClassVar[str]
    """A from Z."""
    count_latex: ClassVar[str]
    """What the loss is divided by."""
    d_output_latex: ClassVar[str]
    d_z_latex: ClassVar[str]
    """Of the whole layer, after dL/dZ =."""
    unit: ClassVar[str]
    """Of the loss."""
    lowest: ClassVar[float]
    highest: ClassVar[float]
    """Of a target that is typed."""
    target_words: ClassVar[str]

    @property
    def target_columns(self) -> int:
        """Targets per example that can be typed."""
        return self.outputs

    def divisor(self, batch: int) -> int:
        """How many terms the mean is taken over."""
        return batch * self.outputs

    def output(self, z: Matrix) -> Matrix:
        """The activations of the output layer."""
        raise NotImplementedError

    def terms(self, z: Matrix, y: Matrix) -> Matrix:
        """What each output (softmax: each example) adds to the sum of losses, from z, so that nothing overflows."""
        raise NotImplementedError

    def d_output(self, a: Matrix, y: Matrix) -> Matrix:
        """dL/dA of the output layer, each output taken as free."""
        raise NotImplementedError

    def d_z(self, a: Matrix, y: Matrix) -> Matrix:
        """dL/dZ of the output layer."""
        raise NotImplementedError

    def torch_loss(self, z: Rows, y: Rows) -> Tensor:
        """PyTorch's loss, from the pre-activations."""
        raise NotImplementedError

    def torch_loss_of_output(self, a: Rows, y: Rows) -> Tensor:
        """The same from the activations, for autograd's dL/dA."""
        raise NotImplementedError

    def torch_output(self, z: Rows) -> Rows:
        """PyTorch's activations of the output layer."""
        raise NotImplementedError

    def output_of_one(self, z: str, all_z: list[str]) -> str:
        """LaTeX of one output."""
        raise NotImplementedError

    def term_of_one(self, z: str, a: str, y: str, all_z: list[str]) -> str:
        """LaTeX of one term of the loss."""
        raise NotImplementedError

    def d_output_of_one(self, a: str, y: str) -> str:
        """LaTeX of one entry of dL/dA, before it is divided."""
        raise NotImplementedError

    def d_z_of_one(self, a: str, y: str) -> str:
        """LaTeX of one entry of dL/dZ, before it is divided."""
        return rf"({a} - {y})"


class SigmoidBCE(HeadChoice, frozen=True):
    kind: Literal["sigmoid_bce"] = "sigmoid_bce"
    outputs: int = Field(1, ge=1, le=4, title="Outputs", description="Each answers its own yes-or-no question.")
    label: ClassVar = "Sigmoid + binary cross-entropy"
    formula: ClassVar = (
        r"a = \sigma(z), \; L = -\frac{1}{mK} \sum \bigl[ y \ln a + (1 - y) \ln(1 - a) \bigr]"
        r" = \frac{1}{mK} \sum \bigl[ \ln(1 + e^{z}) - y z \bigr]"
    )
    lesson: ClassVar = "For yes or no. The slope of the sigmoid cancels: dL/dz is the plain error a - y."
    source: ClassVar = "Goodfellow et al. 2016, section 6.2.2.2"
    output_latex: ClassVar = r"\sigma(Z) = \frac{1}{1 + e^{-Z}}"
    count_latex: ClassVar = "mK"
    d_output_latex: ClassVar = r"\frac{1}{mK} \, \frac{A - Y}{A \odot (1 - A)}"
    d_z_latex: ClassVar = r"\frac{\partial L}{\partial A} \odot A \odot (1 - A) = \frac{1}{mK} (A - Y)"
    unit: ClassVar = "nats"
    lowest: ClassVar = 0.0
    highest: ClassVar = 1.0
    target_words: ClassVar = "0 for no, 1 for yes; a probability between them is allowed"

    def output(self, z: Matrix) -> Matrix:
        return sigmoid(z)

    def terms(self, z: Matrix, y: Matrix) -> Matrix:
        return np.logaddexp(0.0, z) - y * z

    def d_output(self, a: Matrix, y: Matrix) -> Matrix:
        return (a - y) / (a * (1.0 - a)) / a.size

    def d_z(self, a: Matrix, y: Matrix) -> Matrix:
        return (a - y) / a.size

    def torch_loss(self, z: Rows, y: Rows) -> Tensor:
        return F.binary_cross_entropy_with_logits(z, y)

    def torch_loss_of_output(self, a: Rows, y: Rows) -> Tensor:
        return -(torch.xlogy(y, a) + torch.xlogy(1 - y, 1 - a)).mean()

    def torch_output(self, z: Rows) -> Rows:
        return torch.sigmoid(z)

    def output_of_one(self, z: str, all_z: list[str]) -> str:
        return rf"\frac{{1}}{{1 + e^{{-{z}}}}}"

    def term_of_one(self, z: str, a: str, y: str, all_z: list[str]) -> str:
        return rf"-\bigl[ {y} \ln {a} + (1 - {y}) \ln (1 - {a}) \bigr]"

    def d_output_of_one(self, a: str, y: str) -> str:
        return rf"\frac{{{a} - {y}}}{{{a} \, (1 - {a})}}"


class SoftmaxCrossEntropy(HeadChoice, frozen=True):
    kind: Literal["softmax_cross_entropy"] = "softmax_cross_entropy"
    outputs: int = Field(3, ge=2, le=4, title="Classes", description="One output per class; exactly one class is true.")
    label: ClassVar = "Softmax + cross-entropy"
    formula: ClassVar = (
        r"a_k = \frac{e^{z_k}}{\sum_j e^{z_j}}, \; L = -\frac{1}{m} \sum_i \sum_k y_{ik} \ln a_{ik}"
        r" = \frac{1}{m} \sum_i \bigl[ \ln \textstyle\sum_j e^{z_{ij}} - z_{i, \text{true}} \bigr]"
    )
    lesson: ClassVar = "For one class of several. Each output depends on all z; still dL/dz is the plain error a - y."
    source: ClassVar = "Goodfellow et al. 2016, section 6.2.2.3"
    output_latex: ClassVar = r"\mathrm{softmax}(Z), \quad a_k = \frac{e^{z_k}}{\sum_j e^{z_j}}"
    count_latex: ClassVar = "m"
    d_output_latex: ClassVar = r"-\frac{1}{m} \, \frac{Y}{A}"
    d_z_latex: ClassVar = (
        r"A \odot \Bigl( \frac{\partial L}{\partial A} - \sum_k a_k \frac{\partial L}{\partial a_k} \Bigr)"
        r" = \frac{1}{m} (A - Y)"
    )
    unit: ClassVar = "nats"
    lowest: ClassVar = 1.0
    highest: ClassVar = 4.0
    target_words: ClassVar = "the number of the true class, from 1"

    @property
    def target_columns(self) -> int:
        return 1

    def divisor(self, batch: int) -> int:
        return batch

    def output(self, z: Matrix) -> Matrix:
        raised = np.exp(z - z.max(axis=1, keepdims=True))
        return raised / raised.sum(axis=1, keepdims=True)

    def terms(self, z: Matrix, y: Matrix) -> Matrix:
        return np.logaddexp.reduce(z, axis=1, keepdims=True) - (y * z).sum(axis=1, keepdims=True)

    def d_output(self, a: Matrix, y: Matrix) -> Matrix:
        return -y / a / len(a)

    def d_z(self, a: Matrix, y: Matrix) -> Matrix:
        return (a - y) / len(a)

    def torch_loss(self, z: Rows, y: Rows) -> Tensor:
        return F.cross_entropy(z, y)

    def torch_loss_of_output(self, a: Rows, y: Rows) -> Tensor:
        return -torch.xlogy(y, a).sum(dim=1).mean()

    def torch_output(self, z: Rows) -> Rows:
        return torch.softmax(z, dim=1)

    def output_of_one(self, z: str, all_z: list[str]) -> str:
        return rf"\frac{{e^{{{z}}}}}{{{' + '.join(f'e^{{{other}}}' for other in all_z)}}}"

    def term_of_one(self, z: str, a: str, y: str, all_z: list[str]) -> str:
        return rf"-\ln {a}"

    def d_output_of_one(self, a: str, y: str) -> str:
        return rf"-\frac{{{y}}}{{{a}}}"


class LinearMSE(HeadChoice, frozen=True):
    kind: Literal["linear_mse"] = "linear_mse"
    outputs: int = Field(1, ge=1, le=4, title="Outputs", description="Each is a number to be predicted.")
    label: ClassVar = "Linear + mean squared error"
    formula: ClassVar = r"a = z, \; L = \frac{1}{mK} \sum (a - y)^2"
    lesson: ClassVar = "For numbers such as a price: nothing bends the output, and dL/dz is twice the error."
    source: ClassVar = "Goodfellow et al. 2016, section 6.2.2.1"
    output_latex: ClassVar = r"Z"
    count_latex: ClassVar = "mK"
    d_output_latex: ClassVar = r"\frac{2}{mK} (A - Y)"
    d_z_latex: ClassVar = r"\frac{\partial L}{\partial A} = \frac{2}{mK} (A - Y)"
    unit: ClassVar = "squared units of the target"
    lowest: ClassVar = -100.0
    highest: ClassVar = 100.0
    target_words: ClassVar = "any number from -100 to 100"

    def output(self, z: Matrix) -> Matrix:
        return z.copy()

    def terms(self, z: Matrix, y: Matrix) -> Matrix:
        return (z - y) ** 2

    def d_output(self, a: Matrix, y: Matrix) -> Matrix:
        return 2.0 * (a - y) / a.size

    def d_z(self, a: Matrix, y: Matrix) -> Matrix:
        return 2.0 * (a - y) / a.size

    def torch_loss(self, z: Rows, y: Rows) -> Tensor:
        return F.mse_loss(z, y)

    def torch_loss_of_output(self, a: Rows, y: Rows) -> Tensor:
        return F.mse_loss(a, y)

    def torch_output(self, z: Rows) -> Rows:
        return z.clone()

    def output_of_one(self, z: str, all_z: list[str]) -> str:
        return z

    def term_of_one(self, z: str, a: str, y: str, all_z: list[str]) -> str:
        return rf"({a} - {y})^2"

    def d_output_of_one(self, a: str, y: str) -> str:
        return rf"2 \, ({a} - {y})"

    def d_z_of_one(self, a: str, y: str) -> str:
        return rf"2 \, ({a} - {y})"


Head = Annotated[SigmoidBCE | SoftmaxCrossEntropy | LinearMSE, Field(discriminator="kind")]
