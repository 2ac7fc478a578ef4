"""The table of sections."""

from typing import cast

from engine.labs.gradient_flow.state import GradientFlowLab, View
from ui.labs.gradient_flow import clipping, cures, flow, jacobians, signs
from ui.labs.gradient_flow.parts import Shown, segments

SECTIONS: dict[View, Shown] = {
    "flow": cast(Shown, flow),
    "jacobians": cast(Shown, jacobians),
    "cures": cast(Shown, cures),
    "clipping": cast(Shown, clipping),
    "signs": cast(Shown, signs),
}
TITLES: dict[View, str] = {
    "flow": "Before and after",
    "jacobians": "Jacobians",
    "cures": "Cures compared",
    "clipping": "Clipping",
    "signs": "Warning signs",
}


def chosen(now: GradientFlowLab) -> View:
    """Which section is shown."""
    return cast(View, segments("view", now.view, cast(dict[str, str], TITLES), "Section"))
