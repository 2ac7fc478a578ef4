"""The class of every pixel: U-Nets with and without skips, and blocks in a row."""

import numpy as np
import streamlit as st

from charts.vision.courses import courses_figure
from charts.vision.gallery import gallery_height
from charts.vision.masks import class_bars, masks_figure
from engine.labs.vision.heads import said
from engine.labs.vision.heads.measuring import overlaps
from engine.labs.vision.heads.results import Known
from engine.labs.vision.heads_settings import Heads
from ui import lab
from ui.figure import figure
from ui.labs.vision.heads_parts import LEAST_WIDTH, chosen_of

INTRO = (
    "**Segmentation**: the class of every pixel, $L = -\\frac1N \\sum_{\\text{pixels}} \\ln p_y$. A **U-Net** halves the map "
    "until a place sees most of the picture, and doubles it again: $u_l = f_l([e_l, \\uparrow u_{l+1}])$. Its **skips** "
    "$e_l$ bring the map of the same size from the way down: what is there is known at the bottom, where exactly at the top. "
    "Beside it the same without skips, and blocks in a row whose coarse scores are stretched to the picture's size. All "
    "have the same pictures, seed and updates. $\\text{IoU} = \\frac{|A \\cap B|}{|A \\cup B|}$ of a class: of the pixels "
    "that are it or were taken for it, the share that is both."
)


def show(part: Heads, known: Known) -> None:
    pictures, chosen = known.pictures, chosen_of(part, known)
    answers, agreement = {}, {}
    for label in known.labels:
        if (course := known.first(label)) is not None:
            masks = answers[label] = course.answers["mask"]
            truth, classes = pictures.truth["mask"], len(pictures.classes)
            agreement[label] = np.array([overlaps(masks[[k]], truth[[k]], classes).mean for k in chosen])
    height = gallery_height(2 + len(answers), legend=True)
    drawn = masks_figure(pictures, chosen, answers, agreement)
    figure(drawn, "vision.heads.masks", "Pictures, true masks and answered masks", height, least_width=LEAST_WIDTH)
    left, right = st.columns(2)
    with left:
        st.markdown("**Mean IoU on validation pictures**")
        figure(courses_figure(known, "mean_iou", "mean IoU"), "vision.heads.masks.course", "Mean IoU over epochs", 300)
    with right:
        st.markdown("**IoU of each class**, seed 1")
        names = ("background", *pictures.classes)
        figure(class_bars(names, said.class_overlaps(known)), "vision.heads.masks.classes", "IoU of each class", 300)
    st.markdown(said.masks(known))
    st.markdown(lab.table(("", "parameters", "mean IoU", "pixel accuracy"), said.mask_rows(known)))
