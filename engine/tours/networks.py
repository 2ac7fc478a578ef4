"""Tours on what a network can draw: the first boundary, depth, non-linearity."""

from engine.activations import Linear
from engine.data.toy import Circle, Gaussians
from engine.experiment import Experiment, Training
from engine.model import Model
from engine.tours.seen import Seen
from engine.tours.tour import Numbers, Step, Tour
from engine.words import number, percent

GOOD = 0.9
"""Test accuracy from which a closed boundary is called found."""


def _one_layer(hidden: tuple[int, ...]) -> bool:
    return len(hidden) == 1 and hidden[0] >= 4


# --- the first boundary -----------------------------------------------------------------------------------------------


def _closed(n: Numbers) -> str:
    if n["layer"] < GOOD:
        return f"{percent(n['layer'])} of the test points are right: not closed yet. New seed and Play may get further."
    return f"Now {percent(n['layer'])} are right, where the line had {percent(n['line'])}: the boundary closes."


BOUNDARY = Tour(
    "boundary",
    "First boundary",
    "What a network draws with no hidden layer, and with one.",
    3,
    "line",
    Experiment(data=Gaussians(), model=Model(hidden=()), training=Training(epochs=60)),
    (
        Step(
            "Each point is an example of one of two classes. This network has no hidden layer: it multiplies its two inputs "
            "by weights, adds an offset (the bias) and turns the sum into a probability. **Press Play** and watch where the "
            "colours meet: there both classes are equally likely.",
            "Decision boundary",
            measured=lambda seen: {"easy": seen.score("test.accuracy")},
            said=lambda n: (
                f"They meet in a straight line: {percent(n['easy'])} of the test points lie on their own colour."
            ),
        ),
        Step(
            "A straight line is all this network can draw. Now one class surrounds the other: "
            "**set Data set to Circle and press Play**.",
            "Decision boundary",
            settings={"data.kind": "circle"},
            measured=lambda seen: {"line": seen.score("test.accuracy"), "commonest": seen.commonest},
            said=lambda n: (
                f"The best line has {percent(n['line'])} of the test points right. Always answering the commoner class "
                f"would have {percent(n['commonest'])}."
            ),
        ),
        Step(
            "**Set Hidden layers to 1, with 8 units, and press Play.** Each hidden unit draws one soft edge of its own; the "
            "output weighs and adds them.",
            "Network, Decision boundary",
            settings={"data.kind": "circle", "model.hidden": (8,)},
            fits={"model.hidden": _one_layer},
            measured=lambda seen: {"layer": seen.score("test.accuracy"), "units": float(seen.now.model.hidden[0])},
            said=_closed,
        ),
        Step(
            "What did the hidden units draw? **Under More about this run, below the charts, open Neurons** and look at the "
            "layer hidden 1.",
            "More about this run",
            settings={"data.kind": "circle", "model.hidden": (8,)},
            fits={"model.hidden": _one_layer},
            view="Neurons",
            said=lambda n: (
                f"Each of the {n['units']:.0f} pictures changes along one straight direction, and none is round: straight "
                "edges, added up, make the closed boundary."
            ),
        ),
    ),
)

# --- why depth --------------------------------------------------------------------------------------------------------


def _by_width(n: Numbers) -> str:
    seen = (
        f"One layer with {n['wide parameters']:.0f} parameters ended at training loss {number(n['wide'])}, two layers with "
        f"{n['deep parameters']:.0f} at {number(n['deep'])}: "
    )
    if n["deep"] < n["wide"]:
        return (
            seen + "in the same number of steps depth got further. The second layer builds on what the first has drawn."
        )
    return seen + "here width did as well. Depth is no law: another seed may turn it round."


DEPTH = Tour(
    "depth",
    "Why depth",
    "One line, one layer, two layers on a spiral; and width instead.",
    4,
    "spiral",
    Experiment(model=Model(hidden=()), training=Training(epochs=150)),
    (
        Step(
            "Two arms are wound around each other. Without a hidden layer the network draws one line. **Press Play.**",
            "Decision boundary",
            measured=lambda seen: {"line": seen.score("test.accuracy")},
            said=lambda n: (
                f"A line has {percent(n['line'])} of the test points right; tossing a coin would have about half."
            ),
        ),
        Step(
            "**Set Hidden layers to 1, with 8 units, and press Play.** The output now adds eight soft edges.",
            "Decision boundary",
            settings={"model.hidden": (8,)},
            measured=lambda seen: {"one": seen.score("test.accuracy")},
            said=lambda n: (
                f"{percent(n['one'])} with one layer, {percent(n['line'])} with none: it bends, but not enough."
            ),
        ),
        Step(
            "**Set Hidden layers to 2, 8 units each, and press Play.** The second layer does not see x1 and x2: it combines "
            "the edges of the first into shapes. Compare the pictures of the two layers.",
            "Network",
            settings={"model.hidden": (8, 8)},
            measured=lambda seen: {
                "two": seen.score("test.accuracy"),
                "deep": seen.score("train.loss"),
                "deep parameters": seen.parameters,
            },
            said=lambda n: (
                f"{percent(n['two'])} of the test points are right, with one layer it was {percent(n['one'])}."
            ),
        ),
        Step(
            "Is it depth, or only more weights? **Set Hidden layers to 1, give it 24 units, and press Play**: about as many "
            "weights as before, in one layer.",
            "Loss",
            settings={"model.hidden": (24,)},
            fits={"model.hidden": lambda hidden: len(hidden) == 1 and 20 <= hidden[0] <= 32},
            measured=lambda seen: {"wide": seen.score("train.loss"), "wide parameters": seen.parameters},
            said=_by_width,
        ),
    ),
)

# --- why non-linearity ------------------------------------------------------------------------------------------------


def _accuracy(seen: Seen, name: str) -> Numbers:
    return {name: seen.score("test.accuracy"), f"{name} loss": seen.score("test.loss")}


NONLINEARITY = Tour(
    "nonlinearity",
    "Why non-linearity",
    "Layers without a bend collapse into one.",
    3,
    "features",
    Experiment(data=Circle(), model=Model(hidden=(8, 8), activation=Linear()), training=Training(epochs=60)),
    (
        Step(
            "Two hidden layers of 8, but the activation is Linear: each unit hands on its sum as it is. **Press Play.**",
            "Decision boundary",
            measured=lambda seen: _accuracy(seen, "linear") | {"parameters": seen.parameters},
            said=lambda n: (
                f"{n['parameters']:.0f} parameters, and the boundary is still straight: {percent(n['linear'])} right, test "
                f"loss {number(n['linear loss'])}."
            ),
        ),
        Step(
            "**Set Hidden layers to 0 and press Play**: the same data without any hidden layer.",
            "Loss",
            settings={"model.hidden": ()},
            measured=lambda seen: _accuracy(seen, "none"),
            said=lambda n: (
                f"Test loss {number(n['none loss'])} without hidden layers, {number(n['linear loss'])} with two linear ones: "
                "sums of sums are sums, so three matrices multiply into one and draw no more than it."
            ),
        ),
        Step(
            "Now the bend. **Set Hidden layers to 2, 8 units each, Activation to Tanh, and press Play.**",
            "Decision boundary",
            settings={"model.hidden": (8, 8), "model.activation.kind": "tanh"},
            measured=lambda seen: _accuracy(seen, "tanh"),
            said=lambda n: (
                f"{percent(n['tanh'])} right with as many weights as before, where Linear had {percent(n['linear'])}: "
                "what each unit does to its sum makes the difference."
            ),
        ),
        Step(
            "**Set Activation to ReLU and press Play.** ReLU is made of two straight pieces: 0 below zero, the sum itself "
            "above. Look closely at the boundary.",
            "Decision boundary",
            settings={"model.hidden": (8, 8), "model.activation.kind": "relu"},
            measured=lambda seen: _accuracy(seen, "relu"),
            said=lambda n: (
                f"{percent(n['relu'])} right. The boundary is made of straight pieces, tanh's was round: one corner in each "
                "unit is bend enough."
            ),
        ),
    ),
)
