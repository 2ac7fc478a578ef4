"""``Recipe``: what decides a run, whatever its kind: frozen, checked as a whole, changed setting by setting."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from engine.choice import Frozen, set_at

Misfit = tuple[str, Any, str]
"""(dotted field, value, what is allowed) of a setting that does not go with an earlier one."""

Consequence = Literal["nothing", "continue", "restart"]
"""What a change asks of a run: nothing, to go on with the same weights, or to begin anew."""
R = TypeVar("R", bound="Recipe")


class Recipe(Frozen):
    """An experiment with a model, its training and a seed."""

    if TYPE_CHECKING:  # each kind has fields of its own, in its own order

        @property
        def model(self) -> Any: ...

        @property
        def training(self) -> Any: ...

        @property
        def seed(self) -> int: ...

    @model_validator(mode="after")
    def _parts_fit_each_other(self: R) -> R:
        for field, value, allowed in self.misfits():
            raise PydanticCustomError("misfit", allowed.replace("{", "{{"), {"field": field, "value": value})
        return self

    def misfits(self) -> list[Misfit]:
        """Every setting that does not go with an earlier one."""
        return []

    def patched(self: R, patch: Mapping[str, Any]) -> R:
        """The same with some dotted settings changed, checked as a whole.

        ``{"training.optimizer.lr": 0.1}``; a change of ``....kind`` takes the new kind's defaults for its other
        knobs. Raises pydantic.ValidationError, whose ``engine.choice.problems`` name the field, and ValueError for a path
        that leads nowhere.
        """
        tree = self.model_dump()
        for path, value in patch.items():
            set_at(tree, path, value)
        return type(self).model_validate(tree)
