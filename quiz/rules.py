"""The writing rules of ``assets/questions/RULES.md`` that a program can check."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import mean

from quiz.kinds.choices import Option, Several, Single
from quiz.kinds.line import Line
from quiz.kinds.number import Number
from quiz.question import Question

LONGEST_TEXT, LONGEST_OPTION = 700, 220
FAR_LONGER = 1.5
"""Of options of unlike length the right one may be so many times as long as the mean of the others, at most."""
SHORT_OPTION = 25
"""Below so many characters a difference of lengths is no clue."""
LONGEST_IS_RIGHT = 0.5
"""In at most this share of a bank's single choices the right option is the longest one."""
FEW = 20
"""So many single choices a bank needs before that is more than chance."""
ALL_OR_NONE = re.compile(r"\b(all|none|both|neither) of (the|these|them)( above)?\b|\ball above\b", re.IGNORECASE)
ABSOLUTE = re.compile(r"\b(always|never|only|every|all|none|impossible|guarantees?|guaranteed)\b", re.IGNORECASE)
NEGATIVE = re.compile(r"\b(not|except|false|wrong|incorrect)\b", re.IGNORECASE)
ASKED = re.compile(r"[^.?!\n]*\?")
ENDS = ".!?"


def complaints(question: Question) -> list[str]:
    """What in a question breaks a rule; empty where nothing does."""
    return [said for rule in RULES for said in rule(question)]


def complaints_of_all(questions: Iterable[Question]) -> list[str]:
    """What of a whole bank gives answers away: positions are shuffled on screen, lengths are not."""
    singles = [question for question in questions if isinstance(question, Single)]
    longest = [question for question in singles if _longest(question.options).right]
    if len(singles) >= FEW and len(longest) > LONGEST_IS_RIGHT * len(singles):
        return [f"in {len(longest)} of {len(singles)} single choices the right option is the longest"]
    return []


def _longest(options: Sequence[Option]) -> Option:
    return max(options, key=lambda option: len(option.text))


def _one_idea(question: Question) -> Iterator[str]:
    if len(question.text) > LONGEST_TEXT:
        yield f"the text has {len(question.text)} characters; at most {LONGEST_TEXT}"
    if question.text.count("?") > 1:
        yield "it asks two questions: one idea each"


def _options_differ(question: Question) -> Iterator[str]:
    for option in _options(question):
        if ALL_OR_NONE.search(option.text):
            yield f"'all of the above' and the like are not offered: {option.text!r}"
        if len(option.text) > LONGEST_OPTION:
            yield f"an option has {len(option.text)} characters; at most {LONGEST_OPTION}"

    texts = [option.text.strip() for option in _options(question)]
    if len(set(texts)) != len(texts):
        yield "two options are the same"


def _like_length(question: Question) -> Iterator[str]:
    """The right option is not given away by being far longer than the others."""
    if not isinstance(question, Single):
        return
    right = next(len(option.text) for option in question.options if option.right)
    others = [len(option.text) for option in question.options if not option.right]
    if right > SHORT_OPTION and right > FAR_LONGER * mean(others):
        yield f"the right option has {right} characters, the others {mean(others):.0f} in the mean: a clue"


def _like_form(question: Question) -> Iterator[str]:
    """All options end alike and begin alike, so that grammar gives nothing away."""
    options = _options(question)
    if len({option.text.strip()[-1] in ENDS for option in options}) > 1:
        yield "some options end with a full stop and others don't"
    starts = [first for option in options if (first := option.text.strip()[0]).isalpha()]
    if len({first.isupper() for first in starts}) > 1:
        yield "some options begin with a capital and others don't"


def _no_absolutes(question: Question) -> Iterator[str]:
    """Words such as 'always' stand in wrong options alone: learners know that they do."""
    options = _options(question)
    if not isinstance(question, Single) or not options:
        return
    strong = [option for option in options if ABSOLUTE.search(option.text)]
    if strong and not any(option.right for option in strong) and len(strong) == len(options) - 1:
        yield "every wrong option has a word like 'always' and the right one has none: a clue"


def _no_echo(question: Question) -> Iterator[str]:
    """A rare word of the question that stands in the right option alone gives it away."""
    if not isinstance(question, Single):
        return
    asked = {word for word in re.findall(r"[a-z]{8,}", question.text.lower())}
    right = " ".join(option.text for option in question.options if option.right).lower()
    others = " ".join(option.text for option in question.options if not option.right).lower()
    echoed = [word for word in sorted(asked) if word in right and word not in others]
    if echoed:
        yield f"{echoed[0]!r} stands in the question and in the right option alone: a clue"


def _negatives_stand_out(question: Question) -> Iterator[str]:
    """A 'not' in what is asked is easily overlooked: it is set in bold."""
    asked = ASKED.findall(question.text)
    if not isinstance(question, Single | Several) or not asked:
        return
    plain = re.sub(r"\*\*[^*]+\*\*|`[^`]+`|\$[^$]+\$", "", asked[-1])
    if found := NEGATIVE.search(plain):
        yield f"{found.group()!r} in what is asked is written in bold"


def _marks_close(question: Question) -> Iterator[str]:
    """Dollar signs and code marks come in pairs."""
    texts = [
        question.text,
        question.explanation,
        *(part for option in _options(question) for part in (option.text, option.why)),
    ]
    for text in texts:
        bare = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        if bare.replace("\\$", "").count("$") % 2:
            yield f"a dollar sign is left open: {text[:60]!r}"
        if bare.count("`") % 2:
            yield f"a code mark is left open: {text[:60]!r}"


def _number_is_told(question: Question) -> Iterator[str]:
    if isinstance(question, Number) and not question.mistakes:
        yield "a number names at least one known mistake"


def _gap_is_told(question: Question) -> Iterator[str]:
    if isinstance(question, Line) and not question.wrong and question.shapes is None:
        yield "a line names at least one known mistake"


def _options(question: Question) -> tuple[Option, ...]:
    return question.options if isinstance(question, Single | Several) else ()


RULES: tuple[Callable[[Question], Iterator[str]], ...] = (
    _one_idea,
    _options_differ,
    _like_length,
    _like_form,
    _no_absolutes,
    _no_echo,
    _negatives_stand_out,
    _marks_close,
    _number_is_told,
    _gap_is_told,
)
