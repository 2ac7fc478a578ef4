"""A visitor's own file on the page: uploaded, looked through, used; and links that ask for it."""

import gzip

import pytest
from streamlit.testing.v1 import AppTest

from engine import stage
from engine.data.own.own_table import OwnTable, table_of
from engine.data.own.proposal import Proposal, propose
from engine.data.own.sheet import read
from engine.data.own.store import store
from engine.experiment import Experiment
from engine.permalink import Link, Look, encode
from tests.engine.data.own.files import csv, flowers
from tests.pages.test_pages import at, header, now, open_page, presets, wait_for, whole

FLOWERS = flowers(gaps=True)


@pytest.fixture
def own() -> AppTest:
    """The page with the visitor's own file chosen, and none there yet."""
    app = open_page()
    app.selectbox(key="form.data.kind").set_value("own").run()
    assert not app.exception
    return whole(app)


def upload(app: AppTest, content: bytes, name: str = "flowers.csv") -> AppTest:
    app.file_uploader[-1].upload(name, content, "text/csv").run()
    assert not app.exception
    return app


def use(app: AppTest) -> AppTest:
    app.button(key="own.use").click().run()
    assert not app.exception
    return whole(app)


def visit(app: AppTest):  # type: ignore[no-untyped-def]
    return app.session_state["gradient_playground"]


def errors(app: AppTest) -> str:
    return " ".join(item.value for item in app.error).replace("\\", "")


def test_until_a_file_is_there_the_run_on_screen_stays(own: AppTest) -> None:
    assert now(own) == Experiment()
    assert len(own.file_uploader) == 1
    assert any("no link holds it" in item.value for item in own.caption)
    assert own.get("download_button")


def test_an_uploaded_file_is_offered_used_and_trained_on(own: AppTest) -> None:
    upload(own, FLOWERS)
    assert own.selectbox(key="own.target").value == 4
    assert own.selectbox(key="own.target").options == ["length", "width", "colour", "picked", "species"]
    assert own.button_group(key="own.task").value == "classification"
    preview, columns, balance = (item.value for item in own.dataframe)
    assert list(preview.columns) == ["length", "width", "colour", "picked", "species"]
    assert preview.iloc[0].tolist() == FLOWERS.decode().split("\n")[1].split(",")
    assert columns["column"].tolist() == ["length", "width", "colour", "picked"]
    assert columns["use"].all()
    assert balance["rows"].tolist() == [30, 30, 30]
    assert now(own) == Experiment()
    use(own)
    data = now(own).data
    assert isinstance(data, OwnTable) and data.inputs == (0, 1, 2, 3) and data.classes == 3
    sent = header(own)
    assert [item["name"] for item in sent["setup"]["network"]["inputs"]][:2] == ["length", "width"]
    assert sent["setup"]["shades"]["classes"] == ["a", "b", "c"]
    assert own.query_params["data.file"] in (data.file, [data.file])


def test_a_file_is_used_after_the_server_has_moved_the_controls_too(own: AppTest) -> None:
    presets(own).set_value("xor").run()
    whole(own).selectbox(key=at(own, "data.kind")).set_value("own").run()
    use(upload(whole(own), FLOWERS))
    assert isinstance(now(own).data, OwnTable)
    assert own.selectbox(key=at(own, "data.kind")).value == "own"


def test_the_file_stays_through_other_changes_and_the_data_through_a_look_elsewhere(own: AppTest) -> None:
    use(upload(own, FLOWERS))
    data = now(own).data
    own.selectbox(key="form.model.activation.kind").set_value("relu").run()
    assert now(own).data == data
    whole(own).number_input(key="form.data.own.test_share").set_value(0.3).run()
    assert now(own).data == data.model_copy(update={"test_share": 0.3})
    whole(own).selectbox(key=at(own, "data.kind")).set_value("moons").run()
    assert now(own).data.kind == "moons"
    whole(own).selectbox(key=at(own, "data.kind")).set_value("own").run()
    assert now(own).data.file == data.file and now(own).data.inputs == data.inputs
    assert not own.exception


def test_a_file_that_can_not_be_used_says_why_beneath_the_upload_and_nothing_is_lost(own: AppTest) -> None:
    before = header(own)["run"]
    upload(own, csv("a,<b>", "1,2", "3"), "bad *file*.csv")
    assert "bad *file*.csv: Line 3: 1 cell, but the header has 2." in errors(own)
    assert now(own) == Experiment() and header(own)["run"] == before
    upload(whole(own), FLOWERS)
    assert not own.error
    assert isinstance(now(use(own)).data, OwnTable)


def test_another_target_brings_its_task_and_the_former_one_among_the_inputs(own: AppTest) -> None:
    upload(own, FLOWERS)
    own.selectbox(key="own.target").set_value(0).run()
    assert own.button_group(key="own.task").value == "regression"
    columns = own.dataframe[1].value
    assert columns["column"].tolist() == ["width", "colour", "picked", "species"]
    assert columns["use"].all()
    use(own)
    assert now(own).data.target == 0 and now(own).data.classes == 0
    assert now(own).loss.kind == "mse"


def test_a_target_that_can_not_be_learnt_is_refused_in_the_dialog(own: AppTest) -> None:
    upload(own, FLOWERS)
    own.button_group(key="own.task").set_value("regression").run()
    assert "The target 'species' is no number" in errors(own)
    assert own.button(key="own.use").disabled
    assert now(own) == Experiment()


def test_what_does_not_go_with_the_new_data_falls_back_and_is_named(own: AppTest) -> None:
    whole(own).selectbox(key="form.training.loss.kind").set_value("hinge").run()
    upload(whole(own), FLOWERS)
    own.selectbox(key="own.target").set_value(0).run()
    use(own)
    assert now(own).data.target == 0
    assert now(own).loss.kind == "mse"


def test_the_views_below_show_the_words_of_the_file(own: AppTest) -> None:
    use(
        upload(
            own,
            csv(
                "loss,part,predicted,y", *(f"{i}.5,{'pq'[i % 2]},2024-01-0{i % 9 + 1},{'uv'[i % 2]}" for i in range(40))
            ),
        )
    )
    for view in ("Data table", "Hardest examples"):
        own.segmented_control(key="further").set_value(view).run()
        assert not own.exception
        frame = own.dataframe[0].value
        cells = {str(cell) for name in frame.columns for cell in frame[name]}
        assert {"p", "q"} <= cells and "2024-01-05" in cells


def test_a_forgotten_file_is_gone_with_its_run(own: AppTest) -> None:
    use(upload(own, FLOWERS))
    token = visit(own).token
    assert store().bytes_of(token) > 0
    own.button(key="own.forget").click().run()
    assert store().bytes_of(token) == 0
    assert "stays with its owner" in header(whole(own))["state"]["message"]
    assert any("stays with its owner" in item.value for item in own.subheader)


# --- links ----------------------------------------------------------------------------------------------------------


def link(content: bytes, chosen: Proposal | None = None, step: int = 0) -> dict[str, str]:
    sheet = read(content)
    data = table_of(sheet, chosen or propose(sheet), test_share=0.25)
    experiment = Experiment(data=data).patched({"model.hidden": (5,), "seed": 3})
    return encode(Link(experiment, (), Look(step=step)))


def test_a_link_without_its_data_says_so_and_opens_with_it() -> None:
    import sklearn.compose  # noqa: F401  # it takes seconds at first, and a run that nobody watches so long is paused

    app = open_page(link(FLOWERS, step=40))
    assert any("stays with its owner" in item.value for item in app.subheader)
    assert any("3 classes from 4 input columns" in item.value for item in app.markdown)
    assert header(app)["state"]["status"] == "refused"
    assert len(app.file_uploader) == 1
    upload(app, gzip.compress(FLOWERS), "sent.csv.gz")
    whole(app)
    assert not any("stays with its owner" in item.value for item in app.subheader)
    assert now(app).model.hidden == (5,) and now(app).seed == 3 and now(app).data.test_share == 0.25
    entry = stage.pool().get(visit(app).entry_id)
    wait_for(lambda: entry.run is not None and entry.run.steps == 40 and entry.status == "paused")
    assert not app.exception


def test_another_file_with_the_same_columns_takes_over_the_links_choice() -> None:
    app = open_page(link(FLOWERS, Proposal(0, "regression", (1, 4))))
    upload(app, flowers(60))
    assert any("the same columns" in item.value for item in app.info)
    assert app.selectbox(key="own.target").value == 0
    columns = app.dataframe[1].value
    assert columns["column"][columns["use"]].tolist() == ["width", "species"]
    use(app)
    data = now(app).data
    assert (data.target, data.inputs, data.test_share) == (0, (1, 4), 0.25)
    assert data.file == read(flowers(60)).digest
    assert now(app).model.hidden == (5,)
    assert not any("stays with its owner" in item.value for item in app.subheader)


def test_any_other_file_is_told_apart_and_can_be_used_all_the_same() -> None:
    app = open_page(link(FLOWERS))
    other = csv("u,v", *(f"{i * 0.5},{'xy'[i % 2]}" for i in range(40)))
    upload(app, other)
    assert any("not the file that the link asks for" in item.value for item in app.info)
    use(app)
    assert now(app).data.file == read(other).digest and now(app).data.classes == 2


def test_a_bad_file_leaves_a_link_waiting() -> None:
    app = open_page(link(FLOWERS))
    upload(app, b"PK\x03\x04")
    assert "This is a ZIP archive" in errors(app)
    assert any("stays with its owner" in item.value for item in whole(app).subheader)


def test_another_visitor_does_not_see_a_file_by_its_link() -> None:
    first = open_page()
    first.selectbox(key="form.data.kind").set_value("own").run()
    use(upload(whole(first), FLOWERS))
    query = {key: value if isinstance(value, str) else value[0] for key, value in first.query_params.items()}
    second = open_page(query)
    assert now(second) == now(first)
    assert any("stays with its owner" in item.value for item in second.subheader)
    assert "setup" not in header(second)
