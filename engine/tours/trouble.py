"""Tours on what goes wrong: over-fitting, dead units, vanishing gradients."""

import math

from engine.presets import preset
from engine.tours.seen import Seen
from engine.tours.tour import Numbers, Step, Tour
from engine.words import number, percent

# --- over-fitting -----------------------------------------------------------------------------------------------------


def _by_heart(seen: Seen) -> Numbers:
    low, at = seen.lowest("validation.loss")
    train, validation = seen.score("train.loss"), seen.score("validation.loss")
    return {"train": train, "validation": validation, "low": low, "at": float(at), "gap": validation - train}


def _gap(seen: Seen, name: str) -> Numbers:
    validation = seen.score("validation.loss")
    return {name: validation, f"{name} gap": validation - seen.score("train.loss")}


OVERFITTING = Tour(
    "overfitting",
    "Over-fitting",
    "A network that learns its examples by heart, and three cures.",
    4,
    "overfit",
    preset("overfit").experiment.patched({"training.epochs": 200}),
    (
        Step(
            "90 noisy examples, and a network with thousands of weights: it can learn them by heart. The validation part is "
            "never trained on. **Press Play** and watch the two losses part.",
            "Loss",
            measured=_by_heart,
            said=lambda n: (
                f"Training loss fell to {number(n['train'])}. Validation loss was lowest, {number(n['low'])}, at step "
                f"{n['at']:,.0f} and ended at {number(n['validation'])}, {number(n['validation'] / n['low'])} times as high."
            ),
        ),
        Step(
            "Stop when it is best. **Under Regularization set Stopping to Early stopping and press Play.**",
            "Loss",
            settings={"training.stopping.kind": "patience"},
            fits={"training.stopping.epochs": lambda epochs: epochs <= 60},
            measured=lambda seen: _gap(seen, "early") | {"early steps": float(seen.steps)},
            said=lambda n: (
                f"It stopped at step {n['early steps']:,.0f} and took the best weights back: validation loss "
                f"{number(n['early'])}, run to the end it was {number(n['validation'])}."
            ),
        ),
        Step(
            "**Set Stopping back to Run to the end, Dropout to 0.5, and press Play.** In each update every hidden unit is "
            "silenced with probability one half, so no unit can rely on another.",
            "Loss",
            settings={"model.dropout": 0.5},
            fits={"model.dropout": lambda p: p >= 0.3},
            measured=lambda seen: _gap(seen, "dropout"),
            said=lambda n: (
                f"Validation loss ends {number(n['dropout gap'])} above training loss; without dropout the gap was "
                f"{number(n['gap'])}."
            ),
        ),
        Step(
            "Would more examples do? **Set Dropout back to 0, under Data set Samples to 400, and press Play.**",
            "Loss",
            settings={"data.samples": 400},
            fits={"data.samples": lambda samples: samples >= 300},
            measured=lambda seen: _gap(seen, "more"),
            said=lambda n: (
                f"The gap is {number(n['more gap'])}, with 150 samples it was {number(n['gap'])}. It still over-fits, "
                "but by less."
                if n["more gap"] < n["gap"]
                else f"The gap is {number(n['more gap'])}, with 150 samples it was {number(n['gap'])}: this seed is an odd one."
            ),
        ),
    ),
)

# --- dead units -------------------------------------------------------------------------------------------------------


def _state(seen: Seen, name: str) -> Numbers:
    return {f"{name} dead": seen.dead, name: seen.score("train.loss"), f"{name} right": seen.score("test.accuracy")}


def _leaky(n: Numbers) -> str:
    start = f"{percent(n['leaky dead'])} are dead: below zero its slope is small, not 0. "
    if n["leaky"] > n["low"]:
        return start + (
            f"Yet the training loss is {number(n['leaky'])}, with the lower rate it was {number(n['low'])}: units stay alive, "
            "but the steps are still too long."
        )
    return start + f"Training loss {number(n['leaky'])}, with the lower rate and ReLU it was {number(n['low'])}."


DEAD = Tour(
    "dead_units",
    "Dead units",
    "How ReLU units stop learning for good, and what prevents it.",
    3,
    "dying_relu",
    preset("dying_relu").experiment,
    (
        Step(
            "A ReLU unit gives 0 below zero, and there its slope is 0 too. A step that is too long can push a unit below zero "
            "for every example: then no gradient reaches it any more. The rate here is 3. **Press Play**, then open Saturation "
            "among the charts.",
            "Saturation",
            measured=lambda seen: _state(seen, "high"),
            said=lambda n: (
                f"{percent(n['high dead'])} of the hidden units are dead: slope 0 on every example that was probed. "
                f"{percent(n['high right'])} of the test points are right."
            ),
        ),
        Step(
            "Do shorter steps spare the units? **Under Training set the Learning rate to 0.1 and press Play.**",
            "Saturation",
            settings={"training.optimizer.lr": 0.1},
            fits={"training.optimizer.lr": lambda lr: 0.02 <= lr <= 0.3},
            measured=lambda seen: _state(seen, "low"),
            said=lambda n: (
                f"{percent(n['low dead'])} are dead, at rate 3 it was {percent(n['high dead'])}. "
                f"{percent(n['low right'])} of the test points are right."
            ),
        ),
        Step(
            "Another way: **set the Learning rate back to 3, Activation to Leaky ReLU, and press Play.** It has a small slope "
            "below zero.",
            "Saturation",
            settings={"model.activation.kind": "leaky_relu"},
            fits={"model.activation.slope": lambda slope: slope is not None and slope > 0},
            measured=lambda seen: _state(seen, "leaky"),
            said=_leaky,
        ),
    ),
)

# --- vanishing gradients ----------------------------------------------------------------------------------------------


def _flow(seen: Seen, name: str) -> Numbers:
    return {
        f"{name} ratio": seen.gradient_ratio,
        name: seen.score("train.loss"),
        f"{name} first": seen.first("train.loss"),
        f"{name} right": seen.score("test.accuracy"),
    }


def share(ratio: float) -> str:
    """``1/1,900,000 of``, ``0.64 times``: how much of the output layer's gradient the first layer gets."""
    return f"1/{1 / ratio:,.0f} of" if 0 < ratio < 0.1 else f"{number(ratio)} times"


def _with_skips(n: Numbers) -> str:
    start = (
        f"At the end the first layer gets {share(n['skip ratio'])} the output layer's gradient; without these connections it "
        f"began with {share(n['step ratio'])} it. "
    )
    if n["skip right"] < 0.9:
        return start + f"More arrives, yet only {percent(n['skip right'])} are right: not every cure cures. Measure it."
    return start + f"{percent(n['skip right'])} of the test points are right."


VANISHING = Tour(
    "vanishing",
    "Vanishing gradients",
    "Why the first of ten layers does not learn, and what changes that.",
    4,
    "vanishing",
    preset("vanishing").experiment.patched({"training.epochs": 40}),
    (
        Step(
            "Ten hidden layers with sigmoid units. The gradient comes back from the output layer by layer, and each layer "
            "multiplies it by the sigmoid's slope, at most 1/4, and by its weights. **Press Step** for one update.",
            "Gradient flow",
            updates=1,
            measured=lambda seen: _flow(seen, "step"),
            said=lambda n: f"The first layer gets {share(n['step ratio'])} the output layer's gradient.",
        ),
        Step(
            "**Press Play** and let the run end: does it learn?",
            "Loss, Network",
            measured=lambda seen: _flow(seen, "sigmoid"),
            said=lambda n: (
                f"The training loss ended at {number(n['sigmoid'])}. Always answering one half costs ln 2 = "
                f"{number(math.log(2))}: the early layers stayed as they began."
            ),
        ),
        Step(
            "Tanh has slope 1 at zero. **Set Activation to Tanh and press Play.**",
            "Gradient flow, Loss",
            settings={"model.activation.kind": "tanh"},
            measured=lambda seen: _flow(seen, "tanh"),
            said=lambda n: (
                f"Training loss {number(n['tanh'])}, with sigmoid it was {number(n['sigmoid'])}; {percent(n['tanh right'])} of "
                "the test points are right."
            ),
        ),
        Step(
            "Residual connections add a layer's input to its output: a way round for the gradient. **Set Activation back to "
            "Sigmoid, switch Residual connections on, and press Play.**",
            "Gradient flow, Loss",
            settings={"model.residual": True},
            measured=lambda seen: _flow(seen, "skip"),
            said=_with_skips,
        ),
    ),
)
