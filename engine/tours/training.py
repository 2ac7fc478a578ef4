"""Tours on how a network is trained: learning rate, batch size, scaling."""

from engine.data.regression import Sine
from engine.data.tables import HousePrices
from engine.data.toy import Circle
from engine.experiment import Experiment, Training
from engine.model import Model
from engine.optimizers import SGD
from engine.tours.seen import Seen, setting
from engine.tours.tour import Numbers, Step, Tour
from engine.words import number

# --- learning rate ----------------------------------------------------------------------------------------------------


def _fell(seen: Seen, name: str) -> Numbers:
    return {
        f"{name} first": seen.first("train.loss"),
        name: seen.score("train.loss"),
        f"{name} steps": float(seen.steps),
        f"{name} rate": float(setting(seen.now, "training.optimizer.lr")),
        f"{name} diverged": float(seen.ending == "diverged"),
    }


def _too_high(n: Numbers) -> str:
    if not n["high diverged"]:
        high, good = (f"{number(n[f'{name} rate'])} ended at {number(n[name])}" for name in ("high", "good"))
        return f"Rate {high}, rate {good}."
    return (
        f"After {n['high steps']:.0f} steps the loss was {number(n['high'])}, then beyond all numbers: every step jumped "
        "over the valley and landed higher up. The run ended itself."
    )


def _between(n: Numbers) -> str:
    start = f"Rate {number(n['own rate'])} ended at {number(n['own'])}, rate {number(n['good rate'])} at {number(n['good'])}: "
    if n["own diverged"]:
        return f"Rate {number(n['own rate'])} diverged after {n['own steps']:.0f} steps: the edge lies below it."
    if n["own"] < n["good"]:
        return start + "still faster. The edge lies higher up; where exactly depends on data and network."
    return start + "no gain. Near the edge the steps swing from side to side instead of going down."


RATE = Tour(
    "rate",
    "Learning rate",
    "Too small, right, too large: found on the same curve.",
    3,
    "sine",
    Experiment(data=Sine(), model=Model(hidden=(16,)), training=Training(optimizer=SGD(lr=0.001), epochs=100)),
    (
        Step(
            "An update moves each weight against its gradient: new weight = weight − rate × gradient. The rate here is "
            "0.001. **Press Play** and watch the training loss.",
            "Loss",
            measured=lambda seen: _fell(seen, "low"),
            said=lambda n: (
                f"In {n['low steps']:.0f} steps the training loss went from {number(n['low first'])} to {number(n['low'])}: it "
                "learns, but slowly."
            ),
        ),
        Step(
            "**Under Training set the Learning rate to 0.1 and press Play**: steps a hundred times as long.",
            "Loss",
            settings={"training.optimizer.lr": 0.1},
            fits={"training.optimizer.lr": lambda lr: 0.05 <= lr <= 0.2},
            measured=lambda seen: _fell(seen, "good"),
            said=lambda n: f"{number(n['good'])} after as many steps, with the small rate it was {number(n['low'])}.",
        ),
        Step(
            "If larger is faster, why not more? **Set the Learning rate to 1 and press Play.**",
            "Loss",
            settings={"training.optimizer.lr": 1.0},
            fits={"training.optimizer.lr": lambda lr: lr >= 1.0},
            measured=lambda seen: _fell(seen, "high"),
            said=_too_high,
        ),
        Step(
            "Somewhere in between lies the edge. **Try a Learning rate of your own between 0.1 and 1, and press Play.**",
            "Loss",
            settings={"training.optimizer.lr": 0.3},
            fits={"training.optimizer.lr": lambda lr: 0.1 < lr < 1.0},
            measured=lambda seen: _fell(seen, "own"),
            said=_between,
        ),
    ),
)

# --- batch size -------------------------------------------------------------------------------------------------------


def _updates(seen: Seen, name: str) -> Numbers:
    return {
        name: seen.score("train.loss"),
        f"{name} first": seen.first("train.loss"),
        f"{name} updates": float(seen.steps),
        f"{name} rises": seen.rises("train.loss"),
    }


BATCH = Tour(
    "batch",
    "Batch size",
    "One careful step, or many rough ones, from the same data.",
    3,
    "symmetry",
    Experiment(
        data=Circle(),
        model=Model(hidden=(8,)),
        training=Training(optimizer=SGD(lr=0.1), batch_size="all", epochs=20),
    ),
    (
        Step(
            "Full batch: each update uses the gradient of all training examples, so one pass over the data (an epoch) is one "
            "update. **Press Play** for 20 passes.",
            "Loss",
            measured=lambda seen: _updates(seen, "all"),
            said=lambda n: (
                f"{n['all updates']:.0f} updates took the training loss from {number(n['all first'])} to {number(n['all'])}."
            ),
        ),
        Step(
            "**Under Training switch Full batch off, set Batch size to 32 and press Play.** An update now looks at 32 examples "
            "only, and a pass makes several updates.",
            "Loss",
            settings={"training.batch_size": 32},
            fits={"training.batch_size": lambda size: size != "all" and 16 <= size <= 64},
            measured=lambda seen: _updates(seen, "some"),
            said=lambda n: (
                f"The same 20 passes made {n['some updates']:.0f} updates and ended at {number(n['some'])} instead of "
                f"{number(n['all'])}."
            ),
        ),
        Step(
            "**Set Batch size to 2 and press Play.** A gradient of 2 examples is a rough guess of the whole one: look how the "
            "curve trembles.",
            "Loss",
            settings={"training.batch_size": 2},
            fits={"training.batch_size": lambda size: size != "all" and size <= 2},
            measured=lambda seen: _updates(seen, "few"),
            said=lambda n: (
                f"{n['few updates']:.0f} updates, loss {number(n['few'])}. In {n['few rises'] * 100:.0f} % of the frames it "
                "was higher than in the frame before: rough steps, but many, and on average downhill."
            ),
        ),
    ),
)

# --- scaling ----------------------------------------------------------------------------------------------------------


def _error(seen: Seen, name: str) -> Numbers:
    return _fell(seen, name) | {f"{name} r2": seen.score("test.r2"), f"{name} gradient": seen.first_gradient}


def _raw_and_fast(n: Numbers) -> str:
    if n["fast diverged"]:
        return (
            f"No: after {n['fast steps']:.0f} steps it diverged. Before the first step the gradient was "
            f"{number(n['raw gradient'])} on raw numbers, {number(n['scaled gradient'])} on scaled ones: raw ones allow "
            "only tiny rates."
        )
    return f"R² {number(n['fast r2'])}; scaled data had {number(n['scaled r2'])}."


SCALING = Tour(
    "scaling",
    "Scaling the inputs",
    "The same network on raw and on scaled columns.",
    3,
    "houses",
    Experiment(
        data=HousePrices(scaling="none"),
        model=Model(hidden=(16,)),
        training=Training(optimizer=SGD(lr=0.01), epochs=40),
    ),
    (
        Step(
            "House prices from four columns, given to the network in raw units: bedrooms, years, kilometres, pool or not. "
            "**Press Play**, and open R² among the charts: 1 is perfect, 0 is no better than always answering the mean.",
            "Loss, R²",
            measured=lambda seen: _error(seen, "raw"),
            said=lambda n: f"R² on the test part is {number(n['raw r2'])} after {n['raw steps']:.0f} steps.",
        ),
        Step(
            "**Under Data open Split and scaling, set Scaling to standard and press Play.** Each column, and the price, then "
            "has mean 0 and standard deviation 1.",
            "Loss, R²",
            settings={"data.scaling": "standard"},
            measured=lambda seen: _error(seen, "scaled"),
            said=lambda n: (
                f"R² {number(n['scaled r2'])} with the same rate and as many steps; raw it was {number(n['raw r2'])}."
            ),
        ),
        Step(
            "Would a higher rate have done the same for raw columns? **Set Scaling back to none, the Learning rate to 0.1, and "
            "press Play.**",
            "Loss",
            settings={"training.optimizer.lr": 0.1},
            fits={"training.optimizer.lr": lambda lr: lr >= 0.1},
            measured=lambda seen: _error(seen, "fast"),
            said=_raw_and_fast,
        ),
    ),
)
