"""What is taken home of a run whose network is a module of ours, and the stages its settings went through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from torch import Tensor

from engine.network_run import NetworkRun
from engine.recipe import Recipe
from engine.run import Edit, Ending, Patch

E = TypeVar("E", bound=Recipe)


@dataclass(frozen=True)
class NetworkStage(Generic[E]):
    """The settings from one step on."""

    step: int
    experiment: E
    horizon: int
    """The step at which the planned updates are done: what schedules count on."""
    patch: Patch = ()
    """What was changed at ``step``; empty for the beginning."""


@dataclass(frozen=True)
class NetworkRecord(Generic[E]):
    """Such a run at the step where it stands."""

    begun: E
    """Its settings at step 0."""
    edits: tuple[Edit, ...]
    """What was changed since, in order."""
    steps: int
    epochs: float
    ending: Ending | None
    train_loss: float
    """Mean loss over the measured training examples, in evaluation mode."""
    data: Any
    device: str
    tied: Mapping[str, str]
    """Names of weights that are the same as those of another name, which alone are in ``state``."""
    state: Mapping[str, Tensor] = field(repr=False, compare=False)
    """The network's weights (and running statistics) by name: a copy."""

    @property
    def stages(self) -> tuple[NetworkStage[E], ...]:
        """The settings as they were, one after another; of the last step's changes none acts on an update any more."""
        found = [NetworkStage(0, self.begun, 0)]
        for edit in self.edits:
            if edit.step < self.steps:
                changed = found[-1].experiment.patched(dict(edit.patch))
                found.append(NetworkStage(edit.step, changed, 0, edit.patch))
        return self.with_horizons(found)

    def with_horizons(self, stages: list[NetworkStage[E]]) -> tuple[NetworkStage[E], ...]:
        """Each with the step at which its plan is done."""
        raise NotImplementedError


def taken(run: NetworkRun[E], begun: E) -> dict[str, Any]:
    """The fields that every such record takes from its run, but for ``train_loss``."""
    state, tied = once(run.network.state_dict())
    return {
        "begun": begun,
        "edits": run.edits,
        "steps": run.steps,
        "epochs": run.epochs,
        "ending": run.ending,
        "device": run.device.type,
        "tied": tied,
        "state": {name: tensor.detach().cpu().clone() for name, tensor in state.items()},
    }


def once(state: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], dict[str, str]]:
    """(each tensor under the first of its names, the other names of these)."""
    first: dict[int, str] = {}
    kept: dict[str, Tensor] = {}
    tied: dict[str, str] = {}
    for name, tensor in state.items():
        known = first.setdefault(tensor.data_ptr(), name) if tensor.numel() else name
        if known == name:
            kept[name] = tensor
        else:
            tied[name] = known
    return kept, tied
