"""A page that asks in a real browser, measured from within: how long until what was pressed for is drawn."""

import time

from playwright.sync_api import Browser, Page

from ui.cookie import NAME

OPEN_SECONDS = 60.0
LOST_SECONDS = 20.0
SETTLE_MS = 700
"""Between two presses: a person reads."""
RATING = "3"
"""The key for Good: another rating than the one suggested to who did not know."""
GIVE_UP = '[class*="-give_up"] button'
RATED = '[class*="-rate-GOOD"] button'

INSTRUMENTS = """
(() => {
  const seen = (window.__desk = { pressed: null, shown: null });
  const names = (selector) =>
    [...document.querySelectorAll(selector)].map((found) => found.closest("[class*=st-key-]").className);

  /** From the next key or click on, wait until a frame with another `selector` than there are now is on screen. */
  seen.await = (selector) => {
    const before = new Set(names(selector));
    Object.assign(seen, { pressed: null, shown: null });
    const press = () => (seen.pressed ??= performance.now());
    for (const event of ["keydown", "click"]) window.addEventListener(event, press, { once: true, capture: true });
    const watching = new MutationObserver(() => {
      if (seen.pressed === null || names(selector).every((name) => before.has(name))) return;
      watching.disconnect();
      requestAnimationFrame(() => setTimeout(() => (seen.shown = performance.now())));
    });
    watching.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
  };
})();
"""


class WatchedDesk:
    """A learner's page, with the cookie that opens their records."""

    def __init__(self, browser: Browser, address: str, name: str, secret: str) -> None:
        self.context = browser.new_context(viewport={"width": 1400, "height": 900})
        self.context.add_cookies([{"name": NAME, "value": secret, "url": address, "httpOnly": True}])
        self.page: Page = self.context.new_page()
        self.page.add_init_script(INSTRUMENTS)
        began = time.monotonic()
        self.page.goto(f"{address}/{name}")
        self.page.locator(GIVE_UP).wait_for(timeout=OPEN_SECONDS * 1e3)
        self.opened = 1e3 * (time.monotonic() - began)
        """Milliseconds until there was something to answer."""

    def give_up(self) -> float:
        """Milliseconds from the click on "I don't know" to the answer."""
        self._await(RATED)
        self.page.locator(GIVE_UP).click()
        return self._waited()

    def rate(self) -> float:
        """Milliseconds from the key of a rating to the next question."""
        self._await(GIVE_UP)
        self.page.keyboard.press(RATING)
        return self._waited()

    def close(self) -> None:
        """Leave."""
        self.context.close()

    def _await(self, selector: str) -> None:
        self.page.wait_for_timeout(SETTLE_MS)
        self.page.evaluate("(selector) => window.__desk.await(selector)", selector)

    def _waited(self) -> float:
        self.page.wait_for_function("window.__desk.shown !== null", timeout=LOST_SECONDS * 1e3)
        return float(self.page.evaluate("window.__desk.shown - window.__desk.pressed"))
