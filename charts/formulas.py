"""A catalog's formula (LaTeX) as HTML that needs no program to draw it: letters, signs, raised and lowered text."""

import re
from html import escape

SIGNS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η", "theta": "θ", "lambda": "λ",
    "mu": "μ", "pi": "π", "sigma": "σ", "Phi": "Φ", "Delta": "Δ", "odot": "⊙", "sim": "~", "pm": "±", "cdot": "·",
    "times": "×", "leftarrow": "←", "to": "→", "le": "≤", "ge": "≥", "ne": "≠", "in": "∈", "sum": "Σ", "top": "⊤",
    "bmod": " mod ", "approx": "≈",
    "lVert": "‖", "rVert": "‖", "lfloor": "⌊", "rfloor": "⌋", "quad": "\u2003", "begin": "", "end": "", "left": "",
    "right": "", "tanh": "tanh", "omega": "ω", "varphi": "φ",
    "varepsilon": "ε", "dots": "…", "mid": "|", "sin": "sin ", "cos": "cos ", "ln": "ln ", "max": "max",
    "min": "min", "arg": "arg ", "hat": "", "tan": "tan ", "log": "log", "circ": "∘", "infty": "∞", "uparrow": "↑",
    "downarrow": "↓", "big": "", "Big": "",
    "!": "", " ": " ", ",": " ", ";": " ", "%": "%", "\\": "; ", "{": "{", "}": "}", "$": "$", "&": "&", "_": "_", "#": "#",
}  # fmt: skip
"""What a command stands for; ``\\hat y`` becomes ŷ."""
ACCENTS = {"hat": "\u0302", "bar": "\u0304"}
"""What stands above the letter that follows."""
TOKEN = re.compile(r"\\([A-Za-z]+|.)|([{}^_&])|(\s+)|(.)", re.DOTALL)
SIMPLE = re.compile(r"[\w.]*")


def formula_html(latex: str) -> str:
    """HTML text of a formula. Raises ValueError for a command that has no sign here."""
    return re.sub(r" +(?=[,;]|\u2003)|(?<=\u2003) +| +(?= )", "", _Reader(latex).group()).strip()


class _Reader:
    """Reads tokens one by one; each method returns HTML."""

    def __init__(self, latex: str) -> None:
        self.tokens = [match for match in TOKEN.finditer(latex)]
        self.at = 0

    def group(self) -> str:
        """Everything up to the closing brace, or to the end."""
        pieces = []
        while self.at < len(self.tokens) and self.tokens[self.at].group(2) != "}":
            pieces.append(self.piece())
        self.at += 1
        return "".join(pieces)

    def piece(self) -> str:
        """One sign, group or raised or lowered piece."""
        token = self.tokens[self.at]
        self.at += 1
        command, mark, space, sign = token.groups()
        if command is not None:
            return self.command(command)
        if mark == "{":
            return self.group()
        if mark in ("^", "_"):
            tag = "sup" if mark == "^" else "sub"
            return f"<{tag}>{self.argument()}</{tag}>"
        if mark == "&":
            return " : "
        return " " if space else escape({"-": "−"}.get(sign, sign))

    def argument(self) -> str:
        """What a command acts on: the next piece, whatever spaces stand before it."""
        while self.tokens[self.at].group(3):
            self.at += 1
        return self.piece()

    def command(self, name: str) -> str:
        if name in ("text", "mathrm", "operatorname"):
            return self.words()
        if name in ("frac", "tfrac"):
            above, below = self.argument(), self.argument()
            return f"({_bracketed(above)} / {_bracketed(below)})"
        if name == "sqrt":
            return f"√{_bracketed(self.argument())}"
        if name in ACCENTS:
            return f"{self.argument()}{ACCENTS[name]}"
        if name == "mathcal":
            return self.argument()
        if name in ("begin", "end"):
            self.argument()
            return ""
        if name not in SIGNS:
            raise ValueError(f"no sign for \\{name} in a formula")
        return escape(SIGNS[name])

    def words(self) -> str:
        """Text in braces, as it stands."""
        depth = 0
        pieces: list[str] = []
        while True:
            token = self.tokens[self.at]
            self.at += 1
            depth += {"{": 1, "}": -1}.get(token.group(2) or "", 0)
            if depth == 0:
                return escape("".join(pieces))
            if token.group(2) != "{" or depth > 1:
                pieces.append(SIGNS.get(token.group(1), "") if token.group(1) else token.group())


def _bracketed(html: str) -> str:
    return html if SIMPLE.fullmatch(re.sub(r"<[^>]*>|&\w+;", "", html)) else f"({html})"
