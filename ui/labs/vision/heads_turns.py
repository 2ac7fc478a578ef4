"""Angles: the turn of a shape as a number and on the circle, and which way to steer where two are right."""

import math

import streamlit as st

from charts.vision.courses import courses_figure
from charts.vision.gallery import gallery_height
from charts.vision.steering import ways_figure
from charts.vision.turning import hands_figure, seam_figure
from engine.labs.vision.heads import said
from engine.labs.vision.heads.answers import grid
from engine.labs.vision.heads.measuring import degrees_off
from engine.labs.vision.heads.results import Known
from engine.labs.vision.heads_settings import Heads
from ui import lab
from ui.figure import figure
from ui.labs.vision.heads_parts import LEAST_WIDTH, chosen_of

INTRO_OF_ANGLES = (
    "**Regression of an angle.** As a number, 359° and 1° are as far apart as can be, though they look alike: between them "
    "the answer would have to jump, and a network, which is continuous, slides through all that lies between. As a point on "
    "the circle, $(\\sin\\theta, \\cos\\theta)$, they are neighbours, and $\\hat\\theta = \\text{atan2}(z_1, z_2)$ reads the "
    "angle off. A square looks the same after a quarter turn: its angle is known up to 90° only, and the circle must close "
    "there, $(\\sin 4\\theta, \\cos 4\\theta)$."
)
INTRO_OF_WAYS = (
    "**A steering angle**, of a way seen from above. At a fork two angles are right. Least squares draws one number to their "
    "mean, $\\arg\\min_a \\mathbb E[(\\theta - a)^2] = \\mathbb E[\\theta]$, which leads between the ways. A **mixture density "
    "network** answers with weights, means and widths of a density, $p(\\theta) = \\sum_k \\pi_k\\, \\mathcal N(\\theta \\mid "
    "\\mu_k, \\sigma_k)$, trained by $-\\ln p(\\theta)$: a peak for each way. On the circle von Mises takes the normal's "
    "place, $\\frac{e^{\\kappa \\cos(\\theta - \\mu)}}{2\\pi I_0(\\kappa)}$."
)
TURNS = {"pointed": 2 * math.pi, "fourfold": math.pi / 2}
"""Radians after which the shapes look the same."""


def show_angles(part: Heads, known: Known) -> None:
    pictures, chosen, turn = known.pictures, chosen_of(part, known), TURNS[part.turning]
    courses = {label: course for label in known.labels if (course := known.first(label)) is not None}
    answers = {label: course.answers["angle"] for label, course in courses.items()}
    truth = pictures.truth["angle"]
    off = {label: degrees_off(angles[chosen], truth[chosen], turn) for label, angles in answers.items()}
    height = gallery_height(max(1, len(answers)), legend=True)
    drawn = hands_figure(pictures, chosen, answers, off)
    figure(drawn, "vision.heads.angle", "Pictures with true and answered angles", height, least_width=LEAST_WIDTH)
    if answers:
        st.markdown("**Answered over true angle**, all validation pictures: right is on the diagonal")
        figure(seam_figure(truth, answers, turn), "vision.heads.seam", "Answered over true angle", 320)
    left, right = st.columns(2)
    with left:
        drawn = courses_figure(known, "angle_error", "mean error (degrees)", is_share=False)
        figure(drawn, "vision.heads.angle.course", "Mean error over epochs", 280)
    with right:
        near = f"within {said.SEAM * turn / (2 * math.pi):.0f}° of the seam"
        st.markdown(lab.table(("mean error", "all", near, "elsewhere"), said.angle_rows(known, turn)))


def show_ways(part: Heads, known: Known) -> None:
    pictures, chosen = known.pictures, chosen_of(part, known)
    answers = {label: course.answers for label in known.labels if (course := known.first(label)) is not None}
    height = gallery_height(2, legend=True)
    drawn = ways_figure(pictures, chosen, answers, grid())
    figure(drawn, "vision.heads.ways", "Ways, answers and densities", height, least_width=LEAST_WIDTH)
    st.markdown(said.steering(known))
    left, right = st.columns(2)
    with left:
        drawn = courses_figure(known, "close", f"within {said.CLOSE:g}° of the way taken")
        figure(drawn, "vision.heads.ways.course", "Share of answers near the way taken, over epochs", 280)
    with right:
        head = (f"within {said.CLOSE:g}° of a right way", "one way", "forks", "loss (rad² or nats)")
        st.markdown(lab.table(head, said.steering_rows(known)))
