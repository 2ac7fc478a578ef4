"""A closer look at a run that stands still: every unit of a layer, the examples it finds hardest, its equation."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, UInt8

from engine.names import plain_name
from engine.probes import at_rest, traced
from engine.supervised import SupervisedRun

SIGNS = {c: f"\\{c}" for c in "_%&#{}"} | {
    "\\": r"\textbackslash{}",
    "$": r"\textdollar{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
"""How signs that mean something to LaTeX are written in a text."""
MOST_TERMS = 40


@dataclass(frozen=True)
class NeuronMaps:
    """What every unit of one layer gives over the plane."""

    layer: str
    step: int
    maps: UInt8[np.ndarray, "units 16 16"]
    """0 to 255 between each unit's own lowest and highest activation."""
    ends: Float[np.ndarray, "units 2"]
    """Those two, per unit."""


def neuron_maps(run: SupervisedRun, layer: int) -> NeuronMaps:
    """All units of hidden ``layer`` (from 0; the last one is the output layer), measured as the diagram's maps are."""
    camera = run.camera
    with at_rest(run.model), torch.no_grad(), traced(run.model) as trace:
        run.model(camera.map_inputs)
    outputs = trace.outputs[layer]
    maps, ends = camera.maps_of([outputs], (outputs.shape[1],))
    return NeuronMaps(run.scene.layer_names[layer], run.steps, maps, ends)


@dataclass(frozen=True)
class Hard:
    """Examples of one part with the largest losses, the hardest first."""

    part: str
    step: int
    raw_x: Float[np.ndarray, "rows columns"]
    truth: np.ndarray
    """Class index (int64), or the target in its own unit (float64)."""
    answer: np.ndarray
    """What the network says, in the same terms."""
    loss: Float[np.ndarray, " rows"]
    """Unweighted loss of each example."""


def hardest(run: SupervisedRun, part: str, rows: int = 20) -> Hard:
    """The ``rows`` examples of ``part`` (train, validation, test) on which the run's loss is largest."""
    examples = getattr(run.data, part)
    with at_rest(run.model), torch.no_grad():
        outputs = run.model(examples.x.to(run.device))
        losses = run.loss.each(outputs, examples.y.to(run.device)).cpu().numpy()
        classes = run.loss.classify(outputs).cpu().numpy() if run.data.class_count else None
    answer = run.camera.values(outputs) if classes is None else classes
    order = np.argsort(-np.nan_to_num(losses, nan=np.inf), kind="stable")[:rows]
    return Hard(part, run.steps, examples.raw_x[order], examples.raw_y[order], answer[order], losses[order])


def equation(run: SupervisedRun) -> str:
    """The whole network in LaTeX where it has no hidden layer: affine in the inputs it receives; else empty.

    A regression's value is in the unit of the target. More than two classes have a score each, and the softmax over them
    where the loss gives probabilities; with more than ``MOST_TERMS`` weights that is too long to read, and empty.
    """
    output, data = run.model.output, run.data
    if run.model.layers or (output.out_features > 1 and output.weight.numel() > MOST_TERMS):
        return ""
    weights = output.weight.detach().cpu().numpy()
    biases = np.zeros(len(weights)) if output.bias is None else output.bias.detach().cpu().numpy()
    if not data.class_count:
        weights, biases = weights * data.target_std, biases * data.target_std + data.target_mean
    affine = [_affine(row, float(bias), data.feature_names) for row, bias in zip(weights, biases, strict=True)]
    if len(affine) > 1:
        return _scores(affine, data.classes, is_probable=run.loss.gives == "probability")
    if run.loss.gives == "probability":
        return f"P(\\text{{{_text(data.classes[1])}}}) = \\sigma\\left({affine[0]}\\right)"
    return f"\\hat y = {affine[0]}"


def _affine(weights: Float[np.ndarray, " inputs"], bias: float, names: Sequence[str]) -> str:
    terms = [f"{weight:+.3g}\\,\\text{{{_text(name)}}}" for weight, name in zip(weights, names, strict=True)]
    return f"{' '.join(terms)} {bias:+.3g}"


def _scores(affine: Sequence[str], classes: Sequence[str], *, is_probable: bool) -> str:
    """One line per class, and what is made of the scores."""
    rows = [f"z_{{\\text{{{_text(name)}}}}} &= {text}" for name, text in zip(classes, affine, strict=True)]
    end = "P(k) &= \\frac{e^{z_k}}{\\sum_j e^{z_j}}" if is_probable else "\\hat y &= \\arg\\max_k z_k"
    return "\\begin{aligned}" + " \\\\ ".join([*rows, end]) + "\\end{aligned}"


def _text(name: str) -> str:
    """A name as LaTeX text that ends no formula: Markdown takes a dollar sign for its end, escaped or not."""
    return "".join(SIGNS.get(c, c) for c in plain_name(name))
