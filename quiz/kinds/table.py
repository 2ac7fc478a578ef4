"""The table of kinds of questions."""

from typing import Annotated, get_args

from pydantic import Field

from quiz.kinds.arranging import Match, Order
from quiz.kinds.broken import BreakIt
from quiz.kinds.choices import Several, Single
from quiz.kinds.line import Line
from quiz.kinds.number import Number
from quiz.kinds.predict import Predict
from quiz.kinds.short import Short
from quiz.question import Question

AnyQuestion = Annotated[
    Single | Several | Number | Order | Line | Short | Match | BreakIt | Predict,
    Field(discriminator="kind"),
]
"""A question as it stands in a file."""

KINDS: dict[str, type[Question]] = {
    member.model_fields["kind"].default: member for member in get_args(get_args(AnyQuestion)[0])
}
"""Each kind under its name."""
