"""The catalog of heads."""

from engine.vision.heads.classify import Classify

Head = Classify
"""A discriminated union as soon as there is more than one."""
