"""The page of gradient flow: every section, edge settings, links."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.labs import bench
from tests.pages.labs.bench import address, figures, open_lab

LAB = "gradient_flow"
TINY = {"v": "1", "depth": "2", "width": "4", "updates": "20"}


def until_done(app: AppTest, place: str) -> AppTest:
    return bench.until_done(app, f"{LAB}.{place}")


def test_both_networks_are_shown_with_what_was_measured() -> None:
    app = until_done(open_lab(LAB, TINY), "flow")
    drawn = figures(app)
    assert len(drawn) == 5
    assert drawn[0]["data"][0]["zmin"] == drawn[1]["data"][0]["zmin"], "one scale for both"
    assert any("of the test part right" in item.value for item in app.caption)


def test_without_a_cure_the_page_says_that_both_networks_are_the_same() -> None:
    said = [item.value for item in until_done(open_lab(LAB, TINY | {"cures": ""}), "flow").caption]
    assert any("both are the same network" in text for text in said)


def test_a_cure_is_a_switch_that_the_address_knows() -> None:
    app = open_lab(LAB, TINY)
    pills = next(item for item in app.button_group if item.label == "Shortcuts")
    pills.select("residual").run()
    assert address(app)["cures"] == "relu,he_normal,residual"
    assert any("Residual connections" in item.value for item in app.markdown)


@pytest.mark.parametrize("view", ["jacobians", "clipping", "signs", "cures"])
def test_every_section_opens_from_a_link(view: str) -> None:
    app = open_lab(LAB, {**TINY, "view": view, "sign": "nan"})
    if view != "cures":
        until_done(app, view)
    assert figures(app)
    assert address(app)["view"] == view


def test_all_pairs_are_offered_at_a_depth() -> None:
    app = open_lab(LAB, {**TINY, "view": "cures", "compared": "pairs", "compared_depth": "10"})
    (matrix,) = figures(app)
    assert matrix["data"][0]["type"] == "heatmap"
    assert address(app)["compared_depth"] == "10"


@pytest.mark.parametrize(
    "query",
    [
        {"depth": "1", "width": "2", "updates": "20", "cures": ""},
        {"depth": "60", "width": "2", "updates": "20", "cures": "relu,orthogonal,batch_norm,residual,clip_value"},
        {"activation.kind": "step", "depth": "3", "updates": "20", "batch_size": "256"},
        {"initializer.kind": "zeros", "depth": "3", "updates": "20"},
        {"activation.kind": "maxout", "depth": "3", "updates": "20", "optimizer.kind": "sgd", "optimizer.lr": "10.0"},
    ],
)
def test_edge_settings_are_shown(query: dict[str, str]) -> None:
    app = until_done(open_lab(LAB, {"v": "1", **query}), "flow")
    assert len(figures(app)) == 5


def test_two_cures_of_one_place_in_a_link_are_refused_by_name() -> None:
    app = open_lab(LAB, {**TINY, "cures": "relu,tanh"})
    assert any("not relu and tanh" in item.value for item in app.warning)
    assert figures(app)


@pytest.mark.parametrize("view", ["flow", "jacobians", "cures", "clipping", "signs"])
def test_every_section_leads_to_the_playground(view: str) -> None:
    app = open_lab(LAB, {**TINY, "view": view, "sign": "nan"})
    labels = [
        button.label for button in app.button if "in the Playground" in button.label or "with the fix" in button.label
    ]
    assert len(labels) == {"cures": 1, "clipping": 3}.get(view, 2)
    assert figures(app), "a picture from the start"


def test_a_fix_is_shown_beside_the_run_on_the_same_axes() -> None:
    app = open_lab(LAB, {**TINY, "view": "signs", "sign": "nan"})
    next(item for item in app.toggle if "with the fix" in item.label).set_value(True).run()
    assert address(app)["with_fix"] == "true"
    drawn = figures(until_done(app, "signs"))
    assert len(drawn) == 7
    for place in range(3):
        mine, fixed = drawn[place], drawn[place + 3]
        assert mine["layout"]["xaxis"]["range"] == fixed["layout"]["xaxis"]["range"]
        of_heat = [item["data"][0].get("zmin") for item in (mine, fixed)]
        assert of_heat[0] == of_heat[1] and mine["layout"]["yaxis"].get("range") == fixed["layout"]["yaxis"].get(
            "range"
        )
    assert any("no longer finds *Divergence*" in item.value for item in app.markdown)


def test_a_setting_of_the_table_is_chosen_by_name() -> None:
    app = open_lab(LAB, {**TINY, "view": "cures"})
    (box,) = [item for item in app.selectbox if item.label == "One setting of the table"]
    assert "ReLU, 10 layers" in box.options and "no cure, 60 layers" in box.options


def test_the_first_gradients_of_batch_norm_do_not_darken_a_run_and_its_fix() -> None:
    """They are 1e13 in the fix of the exploding run; nothing after them comes near."""
    app = open_lab("gradient_flow", {"v": "1", "view": "signs", "sign": "exploding", "with_fix": "true"})
    app = until_done(app, "signs")
    maps = [item["data"][0] for item in figures(app) if item["data"][0]["type"] == "heatmap"]
    assert len(maps) == 4
    assert maps[0]["zmax"] == maps[2]["zmax"] < 6
