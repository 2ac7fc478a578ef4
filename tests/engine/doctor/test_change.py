"""Changes are said in the words of the controls."""

from engine.data.toy import Moons
from engine.experiment import Experiment
from engine.wording import changes, said


def told(**patch: object) -> list[str]:
    return [
        str(item)
        for item in changes(Experiment(), Experiment().patched({k.replace("__", "."): v for k, v in patch.items()}))
    ]


def test_a_number_with_its_title() -> None:
    assert told(training__optimizer__lr=0.001) == ["Learning rate: 0.01 → 0.001"]
    assert told(training__epochs=2000) == ["Epochs: 300 → 2,000"]


def test_a_choice_with_its_label_and_its_first_knob() -> None:
    assert told(model__activation__kind="relu") == ["Activation: Tanh → ReLU"]
    assert told(training__stopping__kind="patience") == ["Stopping: Run to the end → Early stopping (patience 20)"]
    assert told(training__optimizer__kind="sgd") == [
        "Optimizer: Adam (learning rate 0.01) → Gradient descent (SGD) (learning rate 0.03)"
    ]
    assert told(data=Moons().model_dump())[0].startswith("Data set: Spiral")


def test_widths_switches_and_several_at_once() -> None:
    assert told(model__hidden=(16,)) == ["Hidden layers: 8, 8 → 16"]
    assert said((8,) * 10) == "10 × 8"
    assert told(model__residual=True, training__class_weights="balanced") == [
        "Residual connections: off → on",
        "Class weights: none → balanced",
    ]


def test_nothing_changed_is_nothing_said() -> None:
    assert changes(Experiment(), Experiment()) == []
