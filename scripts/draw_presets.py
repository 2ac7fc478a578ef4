"""Draw the home page's pictures: run every preset to its end and paint the boundary it drew. ``make pictures``.

Each PNG carries, as text, the link of its experiment and the final training loss: a test compares them with the presets
as they are, so that a picture can't outlive its experiment.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from charts import theme
from engine.permalink import Link, encode
from engine.presets import PRESETS, Preset
from engine.scene import Scene
from engine.snapshot import Snapshot
from engine.supervised import SupervisedRun

PICTURES = Path(__file__).parent.parent / "assets" / "presets"
WIDTH, HEIGHT, OVERSAMPLED = 400, 240, 2
POINTS = 250


def finished(preset: Preset) -> tuple[Scene, Snapshot, int]:
    """The preset's run at its end: (scene, last frame, position of the training loss)."""
    run = SupervisedRun(preset.experiment)
    run.advance(run.last_step)
    return run.scene, run.snapshot(detail=True), run.scene.score("train.loss")


def picture(scene: Scene, frame: Snapshot, background: str) -> Image.Image:
    """The boundary (or fitted curve) and the training points, for pages of one ``background``."""
    size = (WIDTH * OVERSAMPLED, HEIGHT * OVERSAMPLED)
    if scene.dimensions == 1:
        image = Image.new("RGB", size, background)
    else:
        codes = frame.boundary if not frame.detail or not frame.detail.fine.size else frame.detail.fine
        table = theme.shade_colours(scene.shades, background, scores=bool(scene.classes))
        image = Image.fromarray(table[codes[::-1]]).resize(size, Image.Resampling.BILINEAR)
    draw = ImageDraw.Draw(image)
    points = _places(scene, scene.train.x[:POINTS], scene.train.y[:POINTS], size)
    for x, y, label in zip(*points, scene.train.label[:POINTS], strict=True):
        draw.ellipse([x - 6, y - 6, x + 6, y + 6], fill=_colour(scene, label), outline="#ffffff", width=2)
    if scene.dimensions == 1:
        line = _places(scene, np.linspace(*scene.extent[:2], 200), frame.boundary, size)
        draw.line(list(zip(*line, strict=True)), fill=theme.POSITIVE, width=8, joint="curve")
    return image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


def _places(scene: Scene, x: np.ndarray, y: np.ndarray, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Pixels of the places (x, y), the highest y on top."""
    low_x, high_x, low_y, high_y = scene.extent
    return (x - low_x) / (high_x - low_x) * size[0], (1 - (y - low_y) / (high_y - low_y)) * size[1]


def _colour(scene: Scene, label: float) -> str:
    if scene.classes:
        return theme.CLASSES[int(label) % len(theme.CLASSES)]
    if scene.dimensions == 1:
        return theme.PARTS["train"]
    share = (label - scene.shades.low) / (scene.shades.high - scene.shades.low)
    red, green, blue = theme.ramp(theme.CIVIDIS, 256)[int(np.clip(share, 0, 1) * 255)].astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


def main() -> None:
    """Draw them all."""
    for mode in ("light", "dark"):
        (PICTURES / mode).mkdir(parents=True, exist_ok=True)
    for preset in PRESETS:
        scene, frame, place = finished(preset)
        text = PngInfo()
        text.add_text("experiment", urlencode(encode(Link(preset.experiment))))
        text.add_text("loss", f"{float(frame.scores[place]):.6g}")
        for mode, background in (("light", theme.LIGHT), ("dark", theme.DARK)):
            image = picture(scene, frame, background).quantize(colors=128, dither=Image.Dither.NONE)
            image.save(PICTURES / mode / f"{preset.id}.png", pnginfo=text, optimize=True)
        print(f"{preset.id}: training loss {float(frame.scores[place]):.4g}")


if __name__ == "__main__":
    main()
