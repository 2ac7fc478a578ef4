"""One Playground in a real browser, measured from within the page: frames, gaps, and how long a click takes."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, TimeoutError

OPEN_SECONDS = 60.0
LOST_SECONDS = 5.0
"""A click without any effect for this long had none."""

INSTRUMENTS = """
(() => {
  const seen = (window.__seen = { removed: 0, pressed: null, sent: null, shown: null });
  const CHARTS = ".js-plotly-plot, .gp-player canvas, .gp-panel";
  new MutationObserver((changes) => {
    for (const { removedNodes } of changes)
      for (const node of removedNodes) if (node instanceof Element && node.matches(CHARTS)) seen.removed += 1;
  }).observe(document, { childList: true, subtree: true });

  // The player's own requests carry events of its component; a moved control's message carries none.
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (message) {
    if (seen.shown === null && seen.sent === null && !new TextDecoder().decode(message).includes("__events"))
      seen.sent = performance.now();
    return send.call(this, message);
  };

  /** From now or the next key on, wait for a frame that `isNew`, given the step shown at the start. */
  seen.await = (isNew) => {
    const before = window.__gradientPlayer.shown;
    Object.assign(seen, { pressed: performance.now(), sent: null, shown: null });
    const begun = seen.pressed;
    const look = () => {
      if (seen.pressed !== begun) return;
      if (isNew(window.__gradientPlayer.shown, before)) seen.shown = performance.now();
      else setTimeout(look, 1);
    };
    look();
  };
})();
"""


@dataclass(frozen=True)
class Stretch:
    """What a page showed while it played for some seconds."""

    frames: int
    seconds: float
    gaps: list[float]
    """Milliseconds between frames shown."""
    remounts: int
    """Players made anew, and charts taken down."""

    @property
    def frames_per_second(self) -> float:
        """Frames shown per second."""
        return self.frames / self.seconds


@dataclass(frozen=True)
class Wait:
    """How long something took that a person did, in milliseconds from the key or click."""

    shown: float
    """To the frame on screen; infinite where it had no effect."""
    sent: float
    """To the browser's message; NaN where it is not known."""


class WatchedPage:
    """A visitor's page."""

    def __init__(self, browser: Browser, address: str, query: str) -> None:
        self.context = browser.new_context(viewport={"width": 1400, "height": 900})
        self.page: Page = self.context.new_page()
        self.page.add_init_script(INSTRUMENTS)
        self.page.goto(f"{address}/playground?{query}")
        self.until("p.status === 'paused' && p.shown === 0 && document.querySelectorAll('.js-plotly-plot').length >= 4")

    def until(self, holds: str) -> None:
        """Wait until an expression over ``p``, the player, holds."""
        expression = f"(() => {{ const p = window.__gradientPlayer; return p && p.shown !== null && ({holds}); }})()"
        self.page.wait_for_function(expression, timeout=OPEN_SECONDS * 1000)

    def press(self, name: str) -> None:
        """Click one of the player's buttons."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def begin(self) -> dict[str, Any]:
        """Where a measured stretch begins."""
        return self._now()

    def end(self, begun: dict[str, Any]) -> Stretch:
        """What was shown since ``begun``."""
        now = self._now()
        new = now["frames"] - begun["frames"]
        gaps = now["gaps"][-new:] if new else []
        lost = now["remounts"] - begun["remounts"]
        return Stretch(new, (now["at"] - begun["at"]) / 1000, gaps, lost)

    def _now(self) -> dict[str, Any]:
        return self.page.evaluate(
            """() => { const { stats } = window.__gradientPlayer;
                 return { at: performance.now(), frames: stats.framesShown, gaps: stats.gaps,
                          remounts: stats.remounts + window.__seen.removed }; }"""
        )

    def play_to_first_frame(self) -> float:
        """Milliseconds from a click on Play of a run at step 0 to its first frame on screen."""
        self.press("Reset")
        self.until("p.shown === 0 && p.status === 'paused' && !p.pending.length")
        button = self.page.get_by_role("button", name="Play", exact=True)
        button.evaluate("(button) => { window.__seen.await((shown) => shown > 0); button.click(); }")
        return self._seen().shown

    def slider_to_first_frame(self, name: str, key: str) -> Wait:
        """Press ``key`` on a slider while it plays, and wait for the first frame of the new network."""
        self.until("p.status === 'playing' && p.shown > 40 && !p.pending.length")
        slider = self.page.get_by_role("slider", name=name).first
        slider.focus()
        slider.evaluate(
            """(slider) => slider.addEventListener("keydown",
                 () => window.__seen.await((shown, before) => shown < before), { once: true, capture: true })"""
        )
        self.page.keyboard.press(key)
        return self._seen()

    def _seen(self) -> Wait:
        try:
            self.page.wait_for_function("window.__seen.shown !== null", timeout=LOST_SECONDS * 1000)
        except TimeoutError:
            return Wait(float("inf"), float("nan"))
        found = self.page.evaluate(
            """() => { const { pressed, sent, shown } = window.__seen;
                 return { shown: shown - pressed, sent: sent === null ? null : sent - pressed }; }"""
        )
        return Wait(found["shown"], float("nan") if found["sent"] is None else found["sent"])
