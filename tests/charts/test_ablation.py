"""Bars of what removing each unit costs: the figures given are those drawn, the dearest on top."""

from charts import theme
from charts.ablation import SHOWN, ranking_sentence, removal_bars
from engine.insights import Ranking, Removal


def ranking(*costs: float, part: str = "validation") -> Ranking:
    removals = tuple(Removal(1 + place % 2, place + 1, cost) for place, cost in enumerate(costs))
    return Ranking(1200, part, 150, 0.25, removals)


def test_each_unit_has_a_bar_of_its_cost_in_the_given_order() -> None:
    figure = removal_bars(ranking(0.5, 0.125, -0.0625), "nats")
    (bars,) = figure.data
    assert list(bars.x) == [0.5, 0.125, -0.0625]
    assert list(bars.y) == ["hidden 1, unit 1", "hidden 2, unit 2", "hidden 1, unit 3"]
    assert figure.layout.yaxis.autorange == "reversed", "the first on top"
    assert "nats" in figure.layout.xaxis.title.text


def test_a_unit_whose_removal_helps_has_the_other_colour() -> None:
    (bars,) = removal_bars(ranking(0.5, 0.0, -0.1), "nats").data
    assert list(bars.marker.color) == [theme.POSITIVE, theme.POSITIVE, theme.NEGATIVE]


def test_of_very_many_units_the_dearest_are_drawn() -> None:
    costs = [1 / (place + 1) for place in range(50)]
    figure = removal_bars(ranking(*costs), "nats")
    assert list(figure.data[0].x) == costs[:SHOWN]
    assert figure.layout.height < removal_bars(ranking(*costs[:SHOWN]), "nats").layout.height + 1


def test_the_sentence_names_the_dearest_and_counts_those_that_could_go() -> None:
    said = ranking_sentence(ranking(0.5, 0.125, 0.0, -0.0625))
    assert "Step 1,200, on 150 validation examples, loss 0.25" in said
    assert "hidden 1, unit 1, whose removal alone raises it by 0.5" in said
    assert "2 of 4 units" in said


def test_without_a_validation_part_it_says_training() -> None:
    assert "150 training examples" in ranking_sentence(ranking(0.5, part="train"))


def test_where_no_removal_raises_the_loss_nothing_is_said_to_rise() -> None:
    said = ranking_sentence(ranking(-0.25, -0.5))
    assert "raises" not in said and "2 of 2 units" in said


def test_without_hidden_units_it_says_so() -> None:
    assert ranking_sentence(Ranking(0, "train", 10, 0.7, ())) == "There is no hidden unit to remove."
