"""What is right and wrong on the test part: true and predicted each on their own axis."""

from copy import deepcopy

import numpy as np
import pytest
import torch
from sklearn.metrics import precision_recall_fscore_support

from tests.charts.films import drawn, filmed, hand_frame, hand_scene, trace


def test_rows_of_the_confusion_table_are_true_classes_and_columns_are_answers() -> None:
    names = ("ant", "bee", "cow")
    table = np.array([[10, 1, 2], [3, 20, 4], [5, 6, 30]], np.float32)
    figure = drawn(hand_scene(classes=names), "confusion", hand_frame({"outcome": table}))
    (heat,) = figure.data
    cells = {(row, column): heat.z[i][j] for i, row in enumerate(heat.y) for j, column in enumerate(heat.x)}
    assert cells["ant", "cow"] == 2
    assert cells["cow", "ant"] == 5
    assert cells["bee", "bee"] == 20
    assert not heat.transpose
    assert "predicted" in figure.layout.xaxis.title.text
    assert "true" in figure.layout.yaxis.title.text
    assert figure.layout.yaxis.autorange == "reversed", "the first class stands on top"
    assert figure.layout.xaxis.autorange is None
    assert {figure.layout.xaxis.type, figure.layout.yaxis.type} == {"category"}
    assert heat.hovertemplate.index("true %{y}") < heat.hovertemplate.index("predicted %{x}")


@pytest.mark.parametrize("id", ["spiral", "five_arms"])
def test_a_cell_of_the_confusion_table_counts_examples_of_that_pair(id: str) -> None:
    run, scene, film = filmed(id)
    with torch.no_grad():
        outputs = deepcopy(run.model).eval()(run.data.test.x)
    guess = (outputs[:, 0] > 0).long() if outputs.shape[1] == 1 else outputs.argmax(dim=1)
    pairs = list(zip(run.data.test.raw_y.tolist(), guess.tolist(), strict=True))
    (heat,) = drawn(scene, "confusion", film.last).data
    assert tuple(heat.x) == tuple(heat.y) == run.data.classes
    for true in range(len(scene.classes)):
        for said in range(len(scene.classes)):
            assert heat.z[true][said] == pairs.count((true, said))


@pytest.mark.parametrize("id", ["rare_class", "five_arms"])
def test_each_class_has_a_bar_for_its_precision_its_recall_and_its_f1(id: str) -> None:
    run, scene, film = filmed(id)
    with torch.no_grad():
        outputs = deepcopy(run.model).eval()(run.data.test.x)
    guess = (outputs[:, 0] > 0).long() if outputs.shape[1] == 1 else outputs.argmax(dim=1)
    expected = precision_recall_fscore_support(run.data.test.raw_y, guess.numpy(), zero_division=0)[:3]
    figure = drawn(scene, "by_class", film.last)
    for name, values in zip(("precision", "recall", "F1"), expected, strict=True):
        bars = trace(figure, name)
        assert tuple(bars.x) == scene.classes
        np.testing.assert_allclose(bars.y, values, rtol=1e-6)
    assert figure.layout.yaxis.range[0] == 0 and figure.layout.yaxis.range[1] >= 1


def test_true_values_go_across_and_predictions_up() -> None:
    run, scene, film = filmed("houses")
    figure = drawn(scene, "residuals", film.last)
    rows = slice(0, 200)
    data = run.data
    scaled = run.model(data.test.x[rows])[:, 0].detach().numpy()
    spread, mean = data.train.raw_y.std(), data.train.raw_y.mean()
    points = trace(figure, "test")
    np.testing.assert_allclose(points.x, data.test.raw_y[rows], rtol=1e-6)
    np.testing.assert_allclose(points.y, scaled * spread + mean, rtol=1e-4)
    assert np.corrcoef(points.x, points.y)[0, 1] > 0.5
    for axis, word in ((figure.layout.xaxis, "true"), (figure.layout.yaxis, "predicted")):
        assert axis.title.text.startswith(word)
        assert scene.target_unit in axis.title.text


def test_the_dashed_line_is_where_predicted_is_true() -> None:
    _, scene, film = filmed("houses")
    figure = drawn(scene, "residuals", film.last)
    (line,) = (t for t in figure.data if t.mode == "lines")
    assert list(line.x) == list(line.y)
    values = scene.outcome_truth
    assert min(line.x) <= values.min() < values.max() <= max(line.x)


def test_only_numbers_have_residuals_and_only_classes_a_confusion_table() -> None:
    of_classes, of_numbers = ("confusion", "by_class"), ("residuals",)
    for id, there, absent in (("spiral", of_classes, of_numbers), ("houses", of_numbers, of_classes)):
        _, scene, film = filmed(id)
        assert all(drawn(scene, name, film.last).data for name in there)
        for name in absent:
            with pytest.raises(StopIteration):
                drawn(scene, name, film.last)
