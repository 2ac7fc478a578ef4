"""Where objects are: one box by three losses, and several boxes with their thresholds."""

import streamlit as st

from charts.vision.boxes import boxes_figure, cells_figure, detections_figure, precision_figure
from charts.vision.courses import courses_figure
from charts.vision.gallery import gallery_height
from engine.labs.vision.heads import said
from engine.labs.vision.heads.cells import learned_cells
from engine.labs.vision.heads.measuring import agreements, box_agreement, judge, nothing
from engine.labs.vision.heads.results import Known
from engine.labs.vision.heads_settings import Heads
from ui import lab
from ui.figure import figure
from ui.labs.vision.heads_parts import LEAST_WIDTH, chosen_of

INTRO_OF_ONE = (
    "**Localisation**: four numbers instead of classes, $x, y, w, h = \\sigma(z)$, as shares of the picture. Trained by "
    "*smooth L1* on the four edges, each for itself, or by what is wanted in the end: $1 - \\text{IoU}$. Boxes that do not "
    "touch have an IoU of 0 however far apart they are, and so no gradient; $\\text{GIoU} = \\text{IoU} - "
    "\\frac{|C| - |A \\cup B|}{|C|}$, with $C$ the smallest box around both, falls with the gap."
)
INTRO_OF_SEVERAL = (
    "**Detection**: how many objects there are is not known beforehand, so that every cell of the last map answers: is an "
    "object here, $\\sigma(o)$; its class; and how far it is from the cell's middle to its four edges, $e^{z}$ cells. "
    "Older detectors give each cell several **anchor boxes** to correct; here the middle is the anchor. The cells in the "
    "middle of an object all learn to answer for it, and so do so at once: **non-maximum suppression** keeps the box of the "
    "highest score, leaves out those of its class that overlap it by more than a threshold, and goes on with the next."
)


def show_one(part: Heads, known: Known) -> None:
    pictures, chosen = known.pictures, chosen_of(part, known)
    courses = {label: course for label in known.labels if (course := known.first(label)) is not None}
    answers = {label: course.answers["box"] for label, course in courses.items()}
    agreement = {label: box_agreement(boxes[chosen], pictures.truth["box"][chosen]) for label, boxes in answers.items()}
    height = gallery_height(max(1, len(answers)), legend=True)
    drawn = boxes_figure(pictures, chosen, answers, agreement)
    figure(drawn, "vision.heads.box", "Pictures with true and answered boxes", height, least_width=LEAST_WIDTH)
    left, right = st.columns(2)
    with left:
        st.markdown("**Mean IoU on validation pictures**, whatever the loss")
        figure(courses_figure(known, "iou", "mean IoU"), "vision.heads.box.course", "Mean IoU over epochs", 300)
    with right:
        st.markdown("**At the end**")
        st.markdown(lab.table(("", "mean IoU", "IoU ≥ 0.5"), said.box_rows(known)))


def show_several(part: Heads, known: Known) -> None:
    pictures, chosen = known.pictures, chosen_of(part, known)
    course = known.first(known.labels[0])
    judged = judge(course, pictures, part.score, part.overlap) if course is not None else None
    shown = (course.answers, judged.scored, judged.left, judged.right) if course and judged else nothing(pictures)
    drawn = detections_figure(pictures, chosen, *shown, agreements(shown[0], shown[2], pictures, chosen))
    height = gallery_height(2, legend=True)
    figure(drawn, "vision.heads.several", "Boxes before and after suppression", height, least_width=LEAST_WIDTH)
    if course is None or judged is None:
        return
    st.markdown(said.several(known, judged, part.score, part.overlap))
    first, second, third = st.columns(3)
    with first:
        st.markdown("**The grid**, first picture")
        middles, mine = learned_cells(course, pictures, chosen[0])
        drawn = cells_figure(pictures, chosen[0], course.answers, middles, mine)
        figure(drawn, "vision.heads.cells", "What each cell learns and answers", 300)
    with second:
        st.markdown("**Precision over recall** of the boxes that are left")
        drawn = precision_figure(pictures.classes, judged.curves)
        figure(drawn, "vision.heads.precision", "Precision over recall of each class", 300)
    with third:
        st.markdown("**Mean average precision** at score 0.05, overlap 0.5")
        drawn = courses_figure(known, "map_50", "mAP at IoU 0.5")
        figure(drawn, "vision.heads.several.course", "Mean average precision over epochs", 300)
