"""Sentences on what was measured, as Markdown."""

import math

import numpy as np

from engine.labs.vision.heads.answers import REACH
from engine.labs.vision.heads.measuring import (
    Judged,
    degrees_off,
    is_fork,
    nothing_found,
    off_the_ways,
    overlaps,
)
from engine.labs.vision.heads.results import Course, Known
from engine.words import number, percent

CLOSE = 4.0
"""Degrees: so near to a right way an answer counts as right."""
SEAM = 20.0
"""Degrees before and after a full turn that count as near the seam."""
Rows = list[list[str]]


def final(known: Known, label: str, name: str) -> str:
    """The median of a score over the seeds that are done; empty before the first."""
    values = known.finals(label, name)
    if not len(values):
        return ""
    median = f"{np.median(values):.3f}"
    return median if len(values) == 1 else f"{median} ({values.min():.3f} to {values.max():.3f})"


def parameters(known: Known, label: str) -> str:
    """How many numbers a network learns."""
    course = known.first(label)
    return "" if course is None else f"{course.parameters:,}"


def endings(known: Known) -> str:
    """Which runs diverged."""
    broken = [course for course in known.courses if course.ending]
    return "  \n".join(f"{course.label}: {course.ending}" for course in broken)


# --- masks ----------------------------------------------------------------------------------------------------------


def mask_rows(known: Known) -> Rows:
    """Of each network: parameters, mean IoU, pixel accuracy; last who finds nothing."""
    rows = [
        [label, parameters(known, label), final(known, label, "mean_iou"), final(known, label, "pixel_accuracy")]
        for label in known.labels
    ]
    nothing = nothing_found(known.pictures)
    return [*rows, ["all background", "0", f"{nothing.mean:.3f}", f"{nothing.accuracy:.3f}"]]


def masks(known: Known) -> str:
    """What accuracy hides, and what the skips bring."""
    nothing = nothing_found(known.pictures)
    said = (
        f"Who calls every pixel background is right on {percent(nothing.accuracy)} of them, and has a mean IoU of "
        f"{nothing.mean:.2f}: IoU asks of each class how much of what is it, or was taken for it, is both."
    )
    with_skips, without = (known.first(label) for label in known.labels[:2])
    if with_skips is None or without is None or not (with_skips.is_done and without.is_done):
        return said
    edges = [edge_accuracy(known, course) for course in (with_skips, without)]
    return (
        f"{said} On pixels beside an edge of an object the U-Net is right on {percent(edges[0])} of them, without skips on "
        f"{percent(edges[1])}; with skips its mean IoU is {with_skips.score('mean_iou'):.3f}, without "
        f"{without.score('mean_iou'):.3f} (seed 1)."
    )


def edge_accuracy(known: Known, course: Course) -> float:
    """Share of pixels that are right, of those whose neighbour above, below, left or right is of another class."""
    truth = known.pictures.truth["mask"]
    edge = np.zeros(truth.shape, bool)
    for axis in (1, 2):
        differs = np.diff(truth.astype(int), axis=axis) != 0
        edge |= np.insert(differs, 0, False, axis=axis) | np.insert(differs, differs.shape[axis], False, axis=axis)
    return float((course.answers["mask"] == truth)[edge].mean())


def class_overlaps(known: Known) -> dict[str, np.ndarray]:
    """IoU of each class, background first, of each network of the first seed, and of who finds nothing."""
    pictures = known.pictures
    found = {"all background": nothing_found(pictures).each}
    for label in known.labels:
        if (course := known.first(label)) is not None:
            found[label] = overlaps(course.answers["mask"], pictures.truth["mask"], len(pictures.classes)).each
    return found


# --- boxes ----------------------------------------------------------------------------------------------------------


def box_rows(known: Known) -> Rows:
    """Of each loss: mean IoU, and how many boxes count as found."""
    return [[label, final(known, label, "iou"), final(known, label, "found")] for label in known.labels]


def several(known: Known, judged: Judged, score: float, overlap: float) -> str:
    """What the two thresholds leave."""
    before, after, right = int(judged.scored.sum()), int(judged.left.sum()), int(judged.right.sum())
    return (
        f"Over all {len(known.pictures)} validation pictures with {judged.objects} objects: {before:,} boxes have a score of "
        f"at least {score:g}; suppression at an overlap of {overlap:g} leaves {after:,}, of which {right:,} find an object: "
        f"precision {percent(judged.precision)}, recall {percent(judged.recall)}. Mean average precision at IoU 0.5 of the "
        f"boxes that are left: {number(judged.mean)}."
    )


# --- angles ---------------------------------------------------------------------------------------------------------


def angle_rows(known: Known, turn: float) -> Rows:
    """Of each network: mean error, and the same near the seam and elsewhere (first seed)."""
    truth = known.pictures.truth["angle"]
    near = np.minimum(truth % turn, turn - truth % turn) <= math.radians(SEAM) * turn / (2 * math.pi)
    rows = []
    for label in known.labels:
        course = known.first(label)
        if course is None:
            rows.append([label, "", "", ""])
            continue
        off = degrees_off(course.answers["angle"], truth, turn)
        rows.append([label, *(f"{off[chosen].mean():.1f}°" for chosen in (np.ones_like(near), near, ~near))])
    return rows


# --- steering -------------------------------------------------------------------------------------------------------


def steering_rows(known: Known) -> Rows:
    """Of each network: the share of answers on a right way, where there is one and at forks."""
    ways = known.pictures.truth["ways"]
    fork = is_fork(ways)
    rows = []
    for label in known.labels:
        course = known.first(label)
        if course is None:
            rows.append([label, "", "", ""])
            continue
        right = off_the_ways(course.answers["angle"], ways) <= CLOSE
        shares = [percent(float(right[chosen].mean())) if chosen.any() else "n/a" for chosen in (~fork, fork)]
        rows.append([label, *shares, final(known, label, "loss")])
    return rows


def steering(known: Known) -> str:
    """Where least squares goes at forks."""
    course, ways = known.first(known.labels[0]), known.pictures.truth["ways"]
    fork = is_fork(ways)
    if course is None or not fork.any():
        return ""
    answers, middle = course.answers["angle"][fork], ways[fork].mean(1)
    to_mean = float(np.rad2deg(np.abs(answers - middle)).mean())
    to_way = float(off_the_ways(answers, ways[fork]).mean())
    return (
        f"At the {int(fork.sum())} forks among these pictures, {known.labels[0]}, is {to_mean:.1f}° from the middle between "
        f"the ways on average, and {to_way:.1f}° from the nearer way. Densities are drawn from {math.degrees(REACH):.0f}° to "
        f"the left to {math.degrees(REACH):.0f}° to the right."
    )
