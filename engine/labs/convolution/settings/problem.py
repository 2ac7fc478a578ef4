"""What is wrong with settings that do not go together."""

from pydantic_core import PydanticCustomError


def problem(field: str, value: object, allowed: str) -> PydanticCustomError:
    """To be raised by a validator: the dotted path of a setting, what it got, and what is allowed."""
    return PydanticCustomError("misfit", "{allowed}", {"field": field, "value": value, "allowed": allowed})
