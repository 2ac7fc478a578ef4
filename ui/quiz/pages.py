"""The table of pages that ask."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """One of them."""

    id: str
    """Its address, and the name of its file in ``pages/``."""
    title: str
    aim: str
    icon: str


PAGES = (
    Page(
        "practice",
        "Practice",
        "Questions on what you choose, graded on the spot, each with the reason and the page that shows it.",
        ":material/quiz:",
    ),
    Page(
        "review",
        "Review",
        "What you are about to forget, today and in the next two weeks.",
        ":material/event_repeat:",
    ),
    Page(
        "interview",
        "Mock interview",
        "Timed, for a role, without a word until the end; then a report with what to look at again.",
        ":material/record_voice_over:",
    ),
    Page(
        "progress",
        "Progress",
        "What you know by topic and how sure that is, how sure you are against how often right, and your data.",
        ":material/insights:",
    ),
)
