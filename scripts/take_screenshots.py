"""Take the README's screenshots from the running app: ``make screenshots``."""

from typing import Literal

from playwright.sync_api import Browser, sync_playwright

from scripts.browser import ROOT, launch, served

SHOTS = ROOT / "assets" / "screenshots"
PLAYED_MILLISECONDS = 12_000
Scheme = Literal["light", "dark"]


def shoot(browser: Browser, address: str, name: str, scheme: Scheme, width: int, height: int) -> None:
    """The Playground while it learns the spiral."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{address}/playground")
    page.wait_for_selector(".gp-player .gp-panel", timeout=30_000)
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(PLAYED_MILLISECONDS)
    page.mouse.move(1, 1)
    page.screenshot(path=SHOTS / f"{name}.png")
    context.close()


def main() -> None:
    """A desk in daylight and a phone at night."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    with served() as server, sync_playwright() as playwright:
        browser = launch(playwright)
        shoot(browser, server.address, "desk-light", "light", 1400, 900)
        shoot(browser, server.address, "phone-dark", "dark", 390, 844)
        browser.close()


if __name__ == "__main__":
    main()
