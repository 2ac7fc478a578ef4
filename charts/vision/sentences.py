"""One plain sentence for each chart of a run on pictures."""

from collections.abc import Callable, Mapping

import numpy as np

from charts.vision.answers import answers_sentence
from engine.snapshot import Measured
from engine.vision.scene import VisionScene
from engine.words import number, percent

Sayings = Mapping[str, Callable[[VisionScene, Measured], str]]


def vision_sentences(scene: VisionScene, detail: Measured) -> dict[str, str]:
    """By chart id."""
    found = {name: say(scene, detail) for name, say in {**SAID, **HEADS.get(scene.head, {})}.items()}
    return {name: text for name, text in found.items() if text}


def maps(scene: VisionScene, detail: Measured) -> str:
    """The share of dead units where there are any, else the range of the last block's maps."""
    dead = detail.arrays["dead"]
    if len(dead) and dead.max() > 0:
        return (
            f"{percent(float(dead.max()))} of the maps or units of one activation answer to none of the probe pictures."
        )
    mapped = [place for place, block in enumerate(scene.blocks) if block.has_places]
    if not mapped:
        return ""
    low, high = detail.arrays["map_range"][mapped[-1]]
    return f"The maps of {scene.blocks[mapped[-1]].named} go from {number(float(low))} to {number(float(high))}."


def kernels(scene: VisionScene, detail: Measured) -> str:
    """Their largest weight."""
    return f"The largest weight is {number(float(detail.arrays['filter_size'][0]))}." if scene.filters else ""


def confusion(scene: VisionScene, detail: Measured) -> str:
    """The commonest mistake on the validation part."""
    table = detail.arrays["confusion"].copy()
    total, wrong = float(table.sum()), float(table.sum() - np.trace(table))
    if not wrong:
        return f"All {total:.0f} validation pictures are right."
    np.fill_diagonal(table, 0)
    true, said = np.unravel_index(int(table.argmax()), table.shape)
    times = f"{table.max():.0f} times" if table.max() > 1 else "once"
    return (
        f"{wrong:.0f} of {total:.0f} validation pictures are wrong, most often {scene.classes[true]} taken for "
        f"{scene.classes[said]} ({times})."
    )


def pixels(scene: VisionScene, detail: Measured) -> str:
    """How many pixels of the shown pictures are right, of all and of those of objects."""
    right, is_object = detail.arrays["mask"] == scene.asked["mask"], scene.asked["mask"] > 0
    objects = f", and {percent(float(right[is_object].mean()))} of those of objects" if is_object.any() else ""
    return f"{percent(float(right.mean()))} of the pixels shown are right{objects}."


def turned(scene: VisionScene, detail: Measured) -> str:
    """How far the angles of the shown pictures are off."""
    away = np.abs(detail.arrays["angle"] - scene.asked["angle"]) % (2 * np.pi)
    off = np.rad2deg(np.minimum(away, 2 * np.pi - away))
    return f"The angles shown are {off.mean():.1f}° off on average, {off.max():.1f}° at most."


SAID: Sayings = {"maps": maps, "kernels": kernels}
HEADS: Mapping[str, Sayings] = {
    "classify": {"answers": answers_sentence, "confusion": confusion},
    "segment": {"answers": pixels},
    "angle": {"answers": turned},
    "steering": {"answers": turned},
}
"""What there is to say of each head's answers."""
