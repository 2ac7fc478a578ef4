"""How long an answer usually takes: to rate it, and to fill an interview."""

USUAL: dict[str, float] = {
    "single": 60.0,
    "several": 90.0,
    "number": 120.0,
    "order": 90.0,
    "match": 90.0,
    "line": 120.0,
    "short": 180.0,
    "predict": 90.0,
    "broken": 180.0,
}
"""Seconds by kind, reading included: an interviewer's judgement, not a measurement."""
ANY = 90.0
"""For a kind that is not in the table."""


def usual_seconds(kind: str) -> float:
    """Seconds that a question of this kind is expected to take."""
    return USUAL.get(kind, ANY)
