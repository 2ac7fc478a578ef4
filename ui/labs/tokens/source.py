"""The text that a visitor looks at: one of the catalog, or their own."""

from engine.labs.tokens.state import TokensLab
from engine.text.corpora import AnyCorpus, Sentences
from ui import own_text
from ui.labs.tokens.parts import LAB, Values, row


def controls(now: TokensLab) -> Values:
    """The menu of texts, and the way in for an own one."""
    chosen = row(AnyCorpus, "text", now.text, "Text")
    return {"text": own_text.of_lab(LAB, chosen, "text", "text", Sentences())}
