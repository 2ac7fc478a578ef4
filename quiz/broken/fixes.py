"""The table of changes that are proposed: each alters a recipe, for better or worse."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from quiz.broken.recipe import Recipe


@dataclass(frozen=True)
class Fix:
    """One change. Whether it mends a run is found by training."""

    id: str
    label: str
    change: Callable[[Recipe], dict[str, Any]]
    """The fields that it sets."""

    def applied(self, recipe: Recipe) -> Recipe:
        """The recipe with the change."""
        return recipe.patched(tuple(self.change(recipe).items()))


FIXES = {
    fix.id: fix
    for fix in (
        Fix(
            "rate_down_100",
            "Divide the learning rate by 100",
            lambda recipe: {"learning_rate": recipe.learning_rate / 100},
        ),
        Fix("rate_up_3", "Multiply the learning rate by 3", lambda recipe: {"learning_rate": recipe.learning_rate * 3}),
        Fix(
            "rate_up_1000",
            "Multiply the learning rate by 1,000",
            lambda recipe: {"learning_rate": recipe.learning_rate * 1000},
        ),
        Fix("longer", "Train twice as long", lambda recipe: {"updates": recipe.updates * 2}),
        Fix(
            "wider",
            "Make every hidden layer twice as wide",
            lambda recipe: {"hidden": tuple(2 * units for units in recipe.hidden)},
        ),
        Fix("deeper", "Add one more hidden layer", lambda recipe: {"hidden": (*recipe.hidden, recipe.hidden[-1])}),
        Fix("decay_on", "Add a weight decay of 0.001", lambda recipe: {"weight_decay": 1e-3}),
        Fix(
            "decay_down_1000",
            "Divide the weight decay by 1,000",
            lambda recipe: {"weight_decay": recipe.weight_decay / 1000},
        ),
        Fix("dropout_on", "Add dropout of 0.3", lambda recipe: {"dropout": 0.3}),
        Fix("norm_on", "Add batch norm to every hidden layer", lambda recipe: {"batch_norm": True}),
        Fix(
            "zero_gradients", "Zero the gradients before each backward pass", lambda recipe: {"zeroes_gradients": True}
        ),
        Fix(
            "loss_on_logits", "Give the loss the logits, without the softmax", lambda recipe: {"ends_in_softmax": False}
        ),
        Fix("minus_back", "Put the minus sign before the log-probability", lambda recipe: {"has_minus": True}),
        Fix("drop_third", "Leave the input x3 out", lambda recipe: {"uses_third": False}),
        Fix("labels_joined", "Join the labels to their rows again, by id", lambda recipe: {"mislabelled": 0.0}),
        Fix("rows_shuffled", "Shuffle the training rows before each epoch", lambda recipe: {"order": "shuffled"}),
        Fix(
            "he_weights", "Draw the first weights with He's variance, 2 / inputs", lambda recipe: {"weight_scale": 1.0}
        ),
        Fix("biases_zero", "Start the hidden biases at 0", lambda recipe: {"hidden_bias": 0.0}),
        Fix("biases_up", "Start the hidden biases at 0.1", lambda recipe: {"hidden_bias": 0.1}),
        Fix("inputs_scaled", "Standardise every input on the training rows", lambda recipe: {"is_scaled": True}),
        Fix("validation_apart", "Set validation rows apart before training", lambda recipe: {"validation": "own rows"}),
        Fix("relu_between", "Put a ReLU after each hidden layer", lambda recipe: {"activation": "relu"}),
        Fix(
            "evaluation_mode",
            "Call model.eval() before the network is used",
            lambda recipe: {"evaluates_in": "evaluation"},
        ),
        Fix("training_mode", "Use the network in training mode", lambda recipe: {"evaluates_in": "training"}),
        Fix(
            "statistics_follow",
            "Let the running statistics follow the batches",
            lambda recipe: {"follows_batches": True},
        ),
    )
}
