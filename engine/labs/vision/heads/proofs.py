"""What is often said of other heads, and the runs that show what is right."""

import math

import numpy as np
import torch
from torch import Tensor

from engine.labs.proof import Proof, Proved
from engine.labs.vision.heads.measuring import overlaps
from engine.streams import stream
from engine.vision.boxes import iou
from engine.vision.heads.angle import Angle
from engine.vision.heads.steering import Steer
from engine.vision.images import Part, Truth
from engine.vision.sources.scenes import ShapeScenes

RADII = (0.32, 0.22, 0.12)
UPDATES, RATE = 250, 0.05
LEFT, RIGHT = 20.0, -20.0
"""Degrees of two ways, each right half of the time."""


def background() -> Proved:
    """Call all pixels background, on scenes of smaller and smaller objects."""
    rows = []
    for radius in RADII:
        part = ShapeScenes(samples=100, smallest=radius, largest=radius, size=32).build(0).train
        assert part.truth.mask is not None
        truth = part.truth.mask.numpy()
        found = overlaps(np.zeros_like(truth), truth, 3)
        rows.append([f"{radius:g}", f"{found.accuracy:.1%}", f"{found.mean:.3f}", "0 %"])
    sentence = (
        f"Nothing was found in any picture, and the accuracy is {rows[0][1]} to {rows[-1][1]}: the smaller the objects, the "
        "better it looks. The mean IoU is the background's alone divided by 4 classes, since that of each shape is 0."
    )
    return Proved(sentence, ("radius of the objects", "pixel accuracy", "mean IoU", "objects found"), rows)


def mean_of_ways() -> Proved:
    """Fit one answer for all to two ways that are each right half of the time, under each loss."""
    y = torch.deg2rad(torch.tensor([LEFT, RIGHT] * 32))
    rows = []
    for label, head in {"least squares": Steer(answers="number"), "two Gaussians": Steer(components=2)}.items():
        told = _fitted(head, y)
        angle = math.degrees(float(head.angle(told)[0]))
        nearest = min(abs(angle - LEFT), abs(angle - RIGHT))
        rows.append([label, f"{round(angle, 1) + 0.0:.1f}°", f"{nearest:.1f}°"])
    sentence = (
        f"Least squares answers {rows[0][1]}, which is no way at all, {rows[0][2]} from the nearer one; the density has a peak "
        f"within {rows[1][2]} of one of them."
    )
    return Proved(sentence, ("loss", "answer", "from the nearer way"), rows)


def _fitted(head: Steer, y: Tensor) -> Tensor:
    """The same outputs for all examples, after some updates of Adam."""
    told = 0.1 * torch.randn(1, head.outputs(2), generator=stream(0, "weights"))
    told.requires_grad_()
    optimizer = torch.optim.Adam([told], lr=RATE)
    for _ in range(UPDATES):
        optimizer.zero_grad()
        head.loss(told.expand(len(y), -1), y).backward()
        optimizer.step()
    return told.detach()


def seam() -> Proved:
    """The squared error between two directions that look alike, and where their mean points."""
    angles = torch.deg2rad(torch.tensor([359.0, 1.0]))
    part = Part(torch.zeros(2, 1, 8, 8), torch.zeros(2, dtype=torch.int64), Truth(angle=angles))
    rows = []
    for label, head in {"as a number": Angle(answers="number"), "as sine and cosine": Angle()}.items():
        y = head.target(part)
        loss = float(head.loss(y[:1], y[1:]))
        mean = math.degrees(float(head.angle(y.mean(0, keepdim=True))[0])) % 360
        rows.append([label, f"{loss:.4g}", f"{mean:.0f}°"])
    sentence = (
        f"359° taken for 1° costs {rows[0][1]} rad² as a number, as much as hardly any mistake could, and {rows[1][1]} on the "
        f"circle. Who wavers between the two answers {rows[0][2]} as a number, the opposite direction, and {rows[1][2]} on "
        "the circle."
    )
    return Proved(sentence, ("angle", "squared error of 359° for 1°", "mean of both"), rows)


def apart() -> Proved:
    """IoU and its gradient for a box that comes nearer to another."""
    target = torch.tensor([0.6, 0.4, 0.8, 0.6])
    rows = []
    for left in (0.0, 0.2, 0.39, 0.45, 0.55):
        box = torch.tensor([left, 0.4, left + 0.2, 0.6], requires_grad=True)
        agree = iou(box, target)
        agree.backward()
        assert box.grad is not None
        rows.append([f"{left:g}", f"{agree.item():.3f}", f"{box.grad.norm().item():.3g}", f"{abs(left - 0.6):.2g}"])
    return Proved(
        "As long as the boxes do not touch IoU is 0 and so is its gradient: nothing says in which direction to move. The "
        "distance between the edges, which smooth L1 takes, falls all the way.",
        ("left edge (wanted: 0.6)", "IoU", "size of its gradient", "off by"),
        rows,
    )


PROOFS: tuple[Proof, ...] = (
    Proof(
        "heads_background",
        "95 % of the pixels are right, so the segmentation works.",
        "Where most pixels are background, finding nothing is that accurate; IoU of each class tells.",
        background,
    ),
    Proof(
        "heads_mean",
        "Where two answers are right, a network trained by least squares learns one of them.",
        "It learns their mean, $\\mathbb E[\\theta \\mid x]$, which may be neither; a mixture density can hold both "
        "(Bishop 1994).",
        mean_of_ways,
    ),
    Proof(
        "heads_seam",
        "An angle is a number like any other: regress it in degrees or radians.",
        "As a number it jumps after a full turn; $(\\sin\\theta, \\cos\\theta)$ does not.",
        seam,
    ),
    Proof(
        "heads_apart",
        "Boxes are judged by IoU, so $1 - \\text{IoU}$ is all the loss they need.",
        "Boxes apart have an IoU of 0 without a gradient: GIoU, or the distance of the edges, says where to go.",
        apart,
    ),
)
