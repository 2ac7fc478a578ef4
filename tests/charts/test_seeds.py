"""The band of several seeds as it was computed, and the sentence under it."""

import numpy as np

from charts import theme
from charts.seeds import band_curve, band_sentence
from engine.insights import Band
from tests.charts.films import trace

STEPS = np.array([0, 10, 20])
BAND = Band(
    STEPS,
    median=np.array([0.7, 0.4, 0.25]),
    low=np.array([0.6, 0.3, 0.125]),
    high=np.array([0.8, 0.5, 0.375]),
    least=np.array([0.5, 0.2, 0.0625]),
    most=np.array([0.9, 0.6, 0.5]),
    count=7,
)
NOTHING = Band(np.zeros(0, int), *(np.zeros(0) for _ in range(5)), count=2)


def test_the_median_is_a_line_in_the_colour_of_its_part() -> None:
    figure = band_curve(BAND, "Validation loss", "validation")
    median = trace(figure, "median of the seeds")
    assert list(median.x) == STEPS.tolist() and list(median.y) == BAND.median.tolist()
    assert median.line.color == theme.PARTS["validation"]
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("step", "Validation loss")


def test_the_areas_go_along_the_upper_edge_and_back_along_the_lower() -> None:
    figure = band_curve(BAND, "loss", "train")
    for name, low, high in (
        ("the middle half", BAND.low, BAND.high),
        ("from lowest to highest", BAND.least, BAND.most),
    ):
        area = trace(figure, name)
        assert area.fill == "toself"
        assert list(area.x) == [0, 10, 20, 20, 10, 0]
        assert list(area.y) == [*high.tolist(), *low[::-1].tolist()]


def test_the_median_is_drawn_over_the_areas() -> None:
    assert band_curve(BAND, "loss", "test").data[-1].name == "median of the seeds"


def test_the_sentence_tells_the_end_of_the_band() -> None:
    said = band_sentence(BAND, "validation loss", ["finished"] * 7)
    assert said == (
        "7 seeds: at step 20 the validation loss has the median 0.25; half of the seeds lie from 0.125 to 0.375, all of "
        "them from 0.0625 to 0.5."
    )


def test_it_counts_the_seeds_that_diverged() -> None:
    assert band_sentence(BAND, "loss", ["finished", "diverged", "diverged"]).endswith(" 2 of 3 diverged.")


def test_an_empty_band_is_drawn_and_told() -> None:
    assert len(band_curve(NOTHING, "loss", "train").data) == 3
    assert band_sentence(NOTHING, "loss", []) == "No seed has given a number yet."
