"""Losses: what a run lowers, how many outputs it needs, and what its outputs mean.

With class weights w, every loss is the weighted mean sum(w_y * loss) / sum(w_y), as in ``nn.CrossEntropyLoss``.
"""

from typing import Annotated, ClassVar, Literal

import torch
import torch.nn.functional as F
from jaxtyping import Float, Shaped
from pydantic import Field
from torch import Tensor

from engine.choice import Choice

Outputs = Float[Tensor, "batch outputs"]
Targets = Shaped[Tensor, " batch"]
Task = Literal["regression", "two classes", "many classes"]


def task_of(class_count: int) -> Task:
    """The kind of task by the number of classes; 0 is regression."""
    return "regression" if class_count == 0 else "two classes" if class_count == 2 else "many classes"


class LossChoice(Choice, frozen=True):
    """A row of the losses catalog."""

    tasks: ClassVar[tuple[Task, ...]]
    """The tasks the loss is offered for."""
    gives: ClassVar[Literal["probability", "score", "value"]]
    """What ``predict`` returns: class probabilities, scores in about [-1, 1], or values of the target."""
    unit: ClassVar[str]
    """Of the loss, for its axis; ``{}`` stands for what the target is learned in."""

    def outputs(self, class_count: int) -> int:
        """Number of output units for a task with ``class_count`` classes (0: regression)."""
        return class_count if class_count > 2 else 1

    def each(self, outputs: Outputs, targets: Targets) -> Float[Tensor, " batch"]:
        """Loss of each example, in ``unit``."""
        raise NotImplementedError

    def mean(self, outputs: Outputs, targets: Targets, weights: Float[Tensor, " classes"] | None = None) -> Tensor:
        """The (weighted) mean over the batch: the number that is differentiated."""
        return self.average(outputs, targets) if weights is None else self.weighted(outputs, targets, weights)

    def average(self, outputs: Outputs, targets: Targets) -> Tensor:
        """The mean over the batch."""
        return self.each(outputs, targets).mean()

    def weighted(self, outputs: Outputs, targets: Targets, weights: Float[Tensor, " classes"]) -> Tensor:
        """The mean over the batch in which an example of class c weighs ``weights[c]``."""
        each = weights[targets]
        return (each * self.each(outputs, targets)).sum() / each.sum()

    def predict(self, outputs: Outputs) -> Float[Tensor, "batch columns"]:
        """Probabilities of all classes, scores (one column for two classes), or predicted values, without gradient."""
        return outputs.detach()

    def classify(self, outputs: Outputs) -> Shaped[Tensor, " batch"]:
        """The winning class of each example."""
        return outputs.argmax(dim=1) if outputs.shape[1] > 1 else (outputs[:, 0] > 0).long()


def signs(targets: Targets, columns: int) -> Float[Tensor, "batch columns"]:
    """Class labels as -1 and +1: one column for two classes, one column per class for more."""
    if columns == 1:
        return targets.unsqueeze(1).float() * 2 - 1
    return F.one_hot(targets, columns).float() * 2 - 1


class MSE(LossChoice, frozen=True):
    kind: Literal["mse"] = "mse"
    label: ClassVar = "Mean squared error"
    formula: ClassVar = (
        r"\frac{1}{mK} \sum_i \sum_{k=1}^{K} (\hat y_{ik} - y_{ik})^2, \quad y_{ik} = \pm 1 \text{ for classes}"
    )
    lesson: ClassVar = (
        "Large errors weigh most; on classes it also punishes being too right, and its output is a score."
    )
    source: ClassVar = "Goodfellow et al. 2016, section 5.1"
    tasks: ClassVar = ("regression", "two classes", "many classes")
    gives: ClassVar = "score"
    unit: ClassVar = "squared {}"

    def each(self, outputs: Outputs, targets: Targets) -> Float[Tensor, " batch"]:
        wanted = targets.unsqueeze(1) if targets.is_floating_point() else signs(targets, outputs.shape[1])
        return (outputs - wanted).square().mean(dim=1)


class MAE(LossChoice, frozen=True):
    kind: Literal["mae"] = "mae"
    label: ClassVar = "Mean absolute error"
    formula: ClassVar = r"\frac{1}{m} \sum_i |\hat y_i - y_i|"
    lesson: ClassVar = "Aims at the median, so outliers pull no harder than anyone else."
    source: ClassVar = "Goodfellow et al. 2016, section 6.2"
    tasks: ClassVar = ("regression",)
    gives: ClassVar = "value"
    unit: ClassVar = "{}"

    def each(self, outputs: Outputs, targets: Targets) -> Float[Tensor, " batch"]:
        return (outputs.squeeze(1) - targets).abs()


class Huber(LossChoice, frozen=True):
    kind: Literal["huber"] = "huber"
    delta: float = Field(1.0, gt=0.0, le=10.0, title="Delta", description="Where the parabola becomes a line.")
    label: ClassVar = "Huber"
    formula: ClassVar = (
        r"\frac{1}{m} \sum_i \begin{cases} r_i^2 / 2 & |r_i| \le \delta \\"
        r" \delta (|r_i| - \delta / 2) & \text{else} \end{cases}, \quad r_i = \hat y_i - y_i"
    )
    lesson: ClassVar = "Squared for small errors, absolute for large ones: smooth, and calm about outliers."
    source: ClassVar = "Huber 1964"
    tasks: ClassVar = ("regression",)
    gives: ClassVar = "value"
    unit: ClassVar = "{}, squared near 0"

    def each(self, outputs: Outputs, targets: Targets) -> Float[Tensor, " batch"]:
        return F.huber_loss(outputs.squeeze(1), targets, delta=self.delta, reduction="none")


class BCE(LossChoice, frozen=True):
    kind: Literal["bce"] = "bce"
    label: ClassVar = "Binary cross-entropy"
    formula: ClassVar = r"-\frac{1}{m} \sum_i \left[ y_i \ln p_i + (1 - y_i) \ln(1 - p_i) \right], \quad p = \sigma(z)"
    lesson: ClassVar = "Minus the log-probability of the truth, for two classes and one output through a sigmoid."
    source: ClassVar = "Goodfellow et al. 2016, section 6.2"
    tasks: ClassVar = ("two classes",)
    gives: ClassVar = "probability"
    unit: ClassVar = "nats"

    def each(self, outputs: Outputs, targets: Targets) -> Float[Tensor, " batch"]:
        return F.binary_cross_entropy_with_logits(outputs.squeeze(1), targets.to(outputs.dtype), reduction="none")

    def average(self, outputs: Outputs, targets: Targets) -> Tensor:
        return F.binary_cross_entropy_with_logits(outputs.squeeze(1), targets.to(outputs.dtype))

    def predict(self, outputs: Outputs) -> Float[Tensor, "batch columns"]:
        p = torch.sigmoid(outputs.detach())
        return torch.cat([1 - p, p], dim=1)


class CrossEntropy(LossChoice, frozen=True):
    kind: Literal["cross_entropy"] = "cross_entropy"
    label: ClassVar = "Cross-entropy"
    formula: ClassVar = r"-\frac{1}{m} \sum_i \ln p_{i, y_i}, \quad p = \mathrm{softmax}(z)"
    lesson: ClassVar = "Minus the log-probability of the truth; untrained with zero outputs it is ln K for K classes."
    source: ClassVar = "Goodfellow et al. 2016, section 6.2"
    tasks: ClassVar = ("two classes", "many classes")
    gives: ClassVar = "probability"
    unit: ClassVar = "nats"

    def outputs(self, class_count: int) -> int:
        return class_count

    def each(self, outputs: Outputs, targets: Targets) -> Float[Tensor, " batch"]:
        return F.cross_entropy(outputs, targets, reduction="none")

    def average(self, outputs: Outputs, targets: Targets) -> Tensor:
        return F.cross_entropy(outputs, targets)

    def weighted(self, outputs: Outputs, targets: Targets, weights: Float[Tensor, " classes"]) -> Tensor:
        return F.cross_entropy(outputs, targets, weight=weights)

    def predict(self, outputs: Outputs) -> Float[Tensor, "batch columns"]:
        return torch.softmax(outputs.detach(), dim=1)


class Hinge(LossChoice, frozen=True):
    kind: Literal["hinge"] = "hinge"
    label: ClassVar = "Hinge"
    formula: ClassVar = (
        r"\frac{1}{m} \sum_i \max(0, 1 - y_i z_i), \; y_i = \pm 1; \quad"
        r" K > 2: \frac{1}{mK} \sum_i \sum_{j \ne y_i} \max(0, 1 - z_{i, y_i} + z_{i, j})"
    )
    lesson: ClassVar = (
        "Examples beyond the margin cost nothing and give no gradient; the output is a score, not a probability."
    )
    source: ClassVar = "Cortes and Vapnik 1995; Weston and Watkins 1999"
    tasks: ClassVar = ("two classes", "many classes")
    gives: ClassVar = "score"
    unit: ClassVar = "score"

    def each(self, outputs: Outputs, targets: Targets) -> Float[Tensor, " batch"]:
        if outputs.shape[1] > 1:
            return F.multi_margin_loss(outputs, targets, reduction="none")
        return torch.relu(1 - signs(targets, 1).squeeze(1) * outputs.squeeze(1))


class Matched(LossChoice, frozen=True):
    kind: Literal["matched"] = "matched"
    label: ClassVar = "Matched to the task"
    formula: ClassVar = r"\text{two classes: binary cross-entropy; more: cross-entropy; numbers: MSE}"
    lesson: ClassVar = "The loss whose minimum is the maximum likelihood: Bernoulli, categorical or Gaussian."
    source: ClassVar = "Goodfellow et al. 2016, section 6.2"
    tasks: ClassVar = ("regression", "two classes", "many classes")
    gives: ClassVar = "probability"
    unit: ClassVar = ""

    def for_task(self, class_count: int) -> LossChoice:
        """The loss that stands in for this row."""
        rows: dict[Task, LossChoice] = {"regression": MSE(), "two classes": BCE(), "many classes": CrossEntropy()}
        return rows[task_of(class_count)]


Loss = Annotated[Matched | MSE | MAE | Huber | BCE | CrossEntropy | Hinge, Field(discriminator="kind")]


def resolve(loss: LossChoice, class_count: int) -> LossChoice:
    """``loss`` itself, or the one that ``Matched`` stands for."""
    return loss.for_task(class_count) if isinstance(loss, Matched) else loss
