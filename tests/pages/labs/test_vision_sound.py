"""Sound and film on the page of vision: every view, from a link, with edge settings."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.labs import bench
from tests.pages.labs.bench import address, figures, open_lab, with_picture

LAB = "vision"
TINY = {
    "v": "1",
    "section": "sound",
    "sound.sounds.data.samples": "80",
    "sound.sounds.data.pixels": "16",
    "sound.sounds.budget": "1000",
    "sound.sounds.updates": "10",
    "sound.sounds.seeds": "1",
    "sound.clips.data.samples": "60",
    "sound.clips.data.pixels": "8",
    "sound.clips.data.frames": "3",
    "sound.clips.budget": "1000",
    "sound.clips.updates": "10",
    "sound.clips.seeds": "1",
}


def until_done(app: AppTest) -> AppTest:
    return bench.until_done(app, f"{LAB}.sound")


def test_a_sound_opens_with_its_samples_its_spectrogram_and_its_price() -> None:
    app = with_picture(open_lab(LAB, {"v": "1", "section": "sound"}))
    kinds = [[trace["type"] for trace in drawn["data"]] for drawn in figures(app)]
    assert kinds == [["scattergl"], ["scatter"] * 2, ["heatmap", "scatter"], ["scatter"] * 2]
    assert app.get("audio"), "it can be played"
    assert any("**440 Hz**" in item.value for item in app.markdown)


def test_a_tone_above_half_the_rate_is_said_to_be_heard_as_another() -> None:
    app = with_picture(open_lab(LAB, {"v": "1", "section": "sound", "sound.recording.tone.frequency": "5000.0"}))
    assert any("has the samples of **3,000 Hz**" in item.value for item in app.markdown)
    names = [trace.get("name") for trace in figures(app)[1]["data"]]
    assert names == ["the tone", "what is heard", "samples"]


def test_another_tone_and_window_are_in_the_address_and_in_the_picture() -> None:
    app = with_picture(open_lab(LAB, {"v": "1", "section": "sound"}))
    before = len(figures(app)[2]["data"][0]["x"]["bdata"])
    next(item for item in app.selectbox if item.label == "Sound").select("pluck").run()
    next(item for item in app.select_slider if item.label.startswith("Hop")).set_value(256).run()
    assert not app.exception
    said = address(app)
    assert (said["sound.recording.tone.kind"], said["sound.spectrogram.hop"]) == ("pluck", "256")
    assert len(figures(app)[2]["data"][0]["x"]["bdata"]) < before, "fewer columns"


@pytest.mark.parametrize("kind", ["mel", "octaves"])
def test_bands_are_drawn_with_round_frequencies(kind: str) -> None:
    app = with_picture(open_lab(LAB, {"v": "1", "section": "sound", "sound.spectrogram.axis.kind": kind}))
    axis = figures(app)[2]["layout"]["yaxis"]
    assert len(axis["ticktext"]) >= 5 and all(float(text.replace(",", "")) % 5 == 0 for text in axis["ticktext"])


def test_a_window_that_does_not_fit_is_refused_with_what_to_do() -> None:
    query = {"sound.recording.rate": "1000", "sound.recording.seconds": "0.1", "sound.spectrogram.window": "2048"}
    app = open_lab(LAB, {"v": "1", "section": "sound", **query})
    assert any("choose a shorter window" in item.value for item in app.warning) and not app.exception


@pytest.mark.parametrize(("view", "pictures"), [("sounds", 1 + 2 + 4), ("clips", 2 + 2 + 4)])
def test_networks_are_trained_and_compared(view: str, pictures: int) -> None:
    app = until_done(open_lab(LAB, {**TINY, "sound.view": view}))
    assert len(figures(app)) == pictures and address(app)["sound.view"] == view
    said = "\n".join(item.value for item in app.markdown)
    assert "Test accuracy, the median of the seeds" in said and "in a random order" in said


def test_the_sounds_are_a_source_of_the_player_too() -> None:
    app = open_lab(LAB, {"v": "1", "experiment.data.kind": "sounds", "experiment.data.samples": "80"})
    box = next(item for item in app.selectbox if item.label == "Pictures")
    assert box.value == "sounds" and app.get("bidi_component")
