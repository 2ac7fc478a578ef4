"""The table of kinds of questions."""

from typing import Annotated

from pydantic import Field

from quiz.kinds.arranging import Match, Order
from quiz.kinds.choices import Several, Single
from quiz.kinds.line import Line
from quiz.kinds.number import Number
from quiz.kinds.short import Short

AnyQuestion = Annotated[
    Single | Several | Number | Order | Line | Short | Match,
    Field(discriminator="kind"),
]
"""A question as it stands in a file."""
