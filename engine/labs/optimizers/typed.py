"""A function of x and y that a visitor typed, as tensor operations: parsed, never executed.

The text is read into Python's syntax tree, and each node of the tree must be on the list of what is allowed.
"""

import ast
import difflib
import math
from collections.abc import Callable
from functools import lru_cache

import torch
from torch import Tensor

LONGEST = 200
"""Characters."""
MAX_NODES = 120
"""Numbers, names, signs and calls."""
MAX_DEPTH = 16
"""Brackets within brackets."""
LARGEST_NUMBER = 1e9
LARGEST_EXPONENT = 20.0

CONSTANTS = {"pi": math.pi, "e": math.e}
FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "sin": torch.sin,
    "cos": torch.cos,
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "abs": torch.abs,
    "tanh": torch.tanh,
}
OF_TWO: dict[str, Callable[[Tensor, Tensor], Tensor]] = {"min": torch.minimum, "max": torch.maximum}
SIGNS: dict[type[ast.operator], Callable[[Tensor, Tensor], Tensor]] = {
    ast.Add: torch.add,
    ast.Sub: torch.sub,
    ast.Mult: torch.mul,
    ast.Div: torch.div,
    ast.Pow: torch.pow,
}
ALLOWED = "numbers, x, y, pi, e, + - * / **, brackets, and sin, cos, exp, log, sqrt, abs, tanh, min, max"

Surface = Callable[[Tensor, Tensor], Tensor]


class NotAFunction(ValueError):
    """The text is no allowed function of x and y; says where and why."""

    def __init__(self, column: int, why: str) -> None:
        self.column = column
        super().__init__(f"column {column}: {why}")


@lru_cache(maxsize=256)
def parse(text: str) -> Surface:
    """The function that ``text`` writes down, over tensors of equal shapes. Raises NotAFunction."""
    if not text.strip():
        raise NotAFunction(1, "the function is empty; write one of x and y, such as x**2 + 3*y**2")
    if len(text) > LONGEST:
        raise NotAFunction(LONGEST + 1, f"{len(text)} characters; at most {LONGEST} are allowed")
    odd = next((place for place, sign in enumerate(text) if not " " <= sign <= "~"), None)
    if odd is not None:
        raise NotAFunction(odd + 1, f"the sign {text[odd]!r} is not allowed; use {ALLOWED}")
    lead = len(text) - len(text.lstrip())
    tree = _tree(text.strip(), lead)
    if (nodes := sum(isinstance(node, ast.expr) for node in ast.walk(tree))) > MAX_NODES:
        raise NotAFunction(1, f"{nodes} numbers, names and signs; at most {MAX_NODES} are allowed")
    found = _Reader(lead).function(tree, 1)
    if not {"x", "y"} & {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}:
        raise NotAFunction(1, "neither x nor y occurs: the surface would be flat everywhere")
    return found


def _tree(text: str, lead: int) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        column = min(max(error.offset or len(text), 1), len(text)) + lead
        raise NotAFunction(column, "this cannot be read as a formula; is a bracket or a sign missing?") from None
    except (ValueError, MemoryError, RecursionError):
        raise NotAFunction(1, "this cannot be read as a formula; it is too deep or too long") from None


class _Reader:
    """Turns allowed nodes into functions; ``lead`` blanks stood before the first sign."""

    def __init__(self, lead: int) -> None:
        self.lead = lead

    def wrong(self, node: ast.AST, why: str) -> NotAFunction:
        return NotAFunction(getattr(node, "col_offset", 0) + 1 + self.lead, why)

    def function(self, node: ast.expr, depth: int) -> Surface:
        if depth > MAX_DEPTH:
            raise self.wrong(node, f"nested more than {MAX_DEPTH} deep")
        if isinstance(node, ast.Constant):
            return self.number(node)
        if isinstance(node, ast.Name):
            return self.name(node)
        if isinstance(node, ast.UnaryOp):
            return self.signed(node, depth)
        if isinstance(node, ast.BinOp):
            return self.joined(node, depth)
        if isinstance(node, ast.Call):
            return self.call(node, depth)
        raise self.wrong(node, f"{_called(node)} is not allowed; use {ALLOWED}")

    def number(self, node: ast.Constant) -> Surface:
        given = node.value
        if isinstance(given, bool) or not isinstance(given, int | float):
            raise self.wrong(node, f"{str(given)[:20]!r} is not a number; use {ALLOWED}")
        if not abs(given) <= LARGEST_NUMBER:
            raise self.wrong(node, f"the number {float(given):g} is too large; at most {LARGEST_NUMBER:g}")
        value = float(given)
        return lambda x, y: torch.full_like(x, value)

    def name(self, node: ast.Name) -> Surface:
        if node.id == "x":
            return lambda x, y: x
        if node.id == "y":
            return lambda x, y: y
        if node.id in CONSTANTS:
            value = CONSTANTS[node.id]
            return lambda x, y: torch.full_like(x, value)
        if node.id in FUNCTIONS or node.id in OF_TWO:
            raise self.wrong(node, f"{node.id} needs brackets: {node.id}(...)")
        raise self.wrong(node, f"there is no {node.id[:20]!r}{_near(node.id)}; use {ALLOWED}")

    def signed(self, node: ast.UnaryOp, depth: int) -> Surface:
        inner = self.function(node.operand, depth + 1)
        if isinstance(node.op, ast.UAdd):
            return inner
        if isinstance(node.op, ast.USub):
            return lambda x, y: -inner(x, y)
        raise self.wrong(node, f"{_called(node)} is not allowed; use {ALLOWED}")

    def joined(self, node: ast.BinOp, depth: int) -> Surface:
        if isinstance(node.op, ast.BitXor):
            raise self.wrong(node, "^ is not a power here: write ** for powers, x**2")
        if type(node.op) not in SIGNS:
            raise self.wrong(node, f"the sign {_called(node)} is not allowed; use {ALLOWED}")
        if isinstance(node.op, ast.Pow):
            self.check_exponent(node.right)
        left, right = self.function(node.left, depth + 1), self.function(node.right, depth + 1)
        sign = SIGNS[type(node.op)]
        if isinstance(node.op, ast.Pow) and (power := _plain(node.right)) is not None:
            return lambda x, y: torch.pow(left(x, y), power)  # a number as exponent: the slope at 0 stays finite
        return lambda x, y: sign(left(x, y), right(x, y))

    def check_exponent(self, node: ast.expr) -> None:
        power = _plain(node)
        if power is not None and not abs(power) <= LARGEST_EXPONENT:
            raise self.wrong(
                node, f"the exponent {power:g} is too large; from -{LARGEST_EXPONENT:g} to {LARGEST_EXPONENT:g}"
            )

    def call(self, node: ast.Call, depth: int) -> Surface:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in FUNCTIONS and name not in OF_TWO:
            raise self.wrong(node, f"there is no function {name[:20]!r}{_near(name)}; use {ALLOWED}")
        wanted = 1 if name in FUNCTIONS else 2
        if node.keywords or len(node.args) != wanted or any(isinstance(arg, ast.Starred) for arg in node.args):
            raise self.wrong(node, f"{name} takes {wanted} value{'s' if wanted > 1 else ''} in its brackets")
        inner = [self.function(arg, depth + 1) for arg in node.args]
        if wanted == 1:
            one, first = FUNCTIONS[name], inner[0]
            return lambda x, y: one(first(x, y))
        two, (left, right) = OF_TWO[name], inner
        return lambda x, y: two(left(x, y), right(x, y))


def _plain(node: ast.expr) -> float | None:
    """The number that an exponent is, with its sign; None for anything else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = _plain(node.operand)
        return None if inner is None else -inner if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return float(node.value)
    return None


def _near(name: str) -> str:
    close = difflib.get_close_matches(name, [*FUNCTIONS, *OF_TWO, *CONSTANTS], n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _called(node: ast.AST) -> str:
    """What a learner would call a node that is not allowed."""
    return NAMES.get(type(getattr(node, "op", node)), "this")


NAMES: dict[type, str] = {
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.MatMult: "@",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.Invert: "~",
    ast.Not: "'not'",
    ast.And: "'and'",
    ast.Or: "'or'",
    ast.Compare: "a comparison",
    ast.IfExp: "'if'",
    ast.Attribute: "a dot",
    ast.Subscript: "an index",
    ast.Lambda: "'lambda'",
    ast.Tuple: "a comma outside of a function",
}
