"""Every control's key leads to the setting it sets."""

import pytest

from engine import classroom
from ui.locks import setting_of


@pytest.mark.parametrize(
    ("key", "setting"),
    [
        ("form.training.optimizer.adam.lr/slider", "training.optimizer.lr"),
        ("form.training.optimizer.adam.lr", "training.optimizer.lr"),
        ("form.training.optimizer.kind", "training.optimizer.kind"),
        ("form.data.spiral.noise", "data.noise"),
        ("form.data.spiral.test_noise/own", "data.test_noise"),
        ("form.data.kind", "data.kind"),
        ("form.model.dropout", "model.dropout"),
        ("form.model.norm.kind", "model.norm.kind"),
        ("form.depth", "model.hidden"),
        ("form.width.3", "model.hidden"),
        ("form.layer.1.activation.own", "model.layers"),
        ("form.batch", "training.batch_size"),
        ("form.all", "training.batch_size"),
        ("form.class_weights", "training.class_weights"),
        ("form.training.sampling.kind", "training.sampling.kind"),
        ("form.training.epochs", "training.epochs"),
        ("form.seed", "seed"),
    ],
)
def test_the_setting_behind_a_key(key: str, setting: str) -> None:
    assert setting_of(key) == setting
    assert setting in classroom.settings()
