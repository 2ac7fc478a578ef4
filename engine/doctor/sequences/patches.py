"""Changes that several findings of runs on sequences try: another cell, another start, another size."""

from engine.doctor.finding import patch
from engine.doctor.patches import together
from engine.doctor.sequences.case import SequenceCase
from engine.run import Patch
from engine.sequences.recurrent import MAX_LAYERS, MAX_UNITS, Recurrent
from engine.sequences.transformer import Transformer

ORTHOGONAL = together(
    patch(model__recurrent_initializer__kind="orthogonal"), patch(model__initializer__kind="xavier_uniform")
)
UNCLIPPED_LIMIT = patch(training__clip__kind="norm", training__clip__limit=1.0)
PRE_NORM, RESIDUALS, SCALED = patch(model__norm="pre"), patch(model__residual=True), patch(model__scaled=True)
CAUSAL, MASKED = patch(model__causal=True), patch(model__masking=True)
ADAM_FAST = patch(training__optimizer__kind="adam", training__optimizer__lr=0.01)
WARM_UP = patch(training__schedule__kind="warm_up")


def recurrent(case: SequenceCase) -> Recurrent | None:
    """The network's settings, where it is recurrent."""
    model = case.experiment.model
    return model if isinstance(model, Recurrent) else None


def transformer(case: SequenceCase) -> Transformer | None:
    """The network's settings, where it is a transformer."""
    model = case.experiment.model
    return model if isinstance(model, Transformer) else None


def repaired(case: SequenceCase) -> list[Patch]:
    """A transformer's parts that were left out, put back in: one at a time, then all at once."""
    model = transformer(case)
    if model is None:
        return []
    missing = [
        change
        for change, is_there in (
            (RESIDUALS, model.residual),
            (PRE_NORM, model.norm == "pre"),
            (SCALED, model.scaled),
            (patch(model__positions__kind="sinusoidal"), model.positions.kind != "none"),
            (patch(model__feed_forward=2 * model.width), model.feed_forward > 0),
        )
        if not is_there
    ]
    return [*missing, together(*missing)] if len(missing) > 1 else missing


def gated(case: SequenceCase) -> list[Patch]:
    """Cells whose state changes by a sum, for a network that has none."""
    model = recurrent(case)
    if model is None or model.cell.kind != "rnn":
        return []
    return [patch(model__cell__kind="gru"), patch(model__cell__kind="lstm")]


def holding(case: SequenceCase) -> list[Patch]:
    """Gates that begin open for the past, as far as the task looks back."""
    model = recurrent(case)
    if model is None:
        return []
    lstm, gru = patch(model__cell__kind="lstm"), patch(model__cell__kind="gru")
    return [
        together(lstm, patch(model__cell__forget_bias=3.0)),
        together(lstm, patch(model__cell__forget_bias=5.0)),
        together(gru, patch(model__cell__keep_bias=3.0)),
    ]


def larger(case: SequenceCase) -> list[Patch]:
    """More units, or more layers and heads."""
    rnn, attends = recurrent(case), transformer(case)
    if rnn is not None:
        wide = patch(model__units=min(MAX_UNITS, max(32, rnn.units * 2)))
        return [wide, together(wide, patch(model__layers=min(MAX_LAYERS, rnn.layers + 1)))]
    if attends is not None:
        wide = patch(model__width=min(128, attends.width * 2), model__heads=max(2, attends.heads))
        deep = patch(model__layers=min(6, attends.layers + 1))
        return [deep, wide, together(deep, wide)]
    return []
