"""Weighs and times a first visit on a phone: bytes over the wire, seconds until each page can be used, taps, all of it.

`.venv/bin/python bench/first_visit.py`. A real server, a real Chromium with an empty cache, its net throttled by the
browser itself (both directions, each request's delay) and its processor slowed four times. A scripted person reads for
no time at all, skips own words, answers twenty cards and looks where they stand.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from journeys.running import Installation, wait_for

NETS = {
    # name: down and up in kilobits a second, delay of each request in ms (the profiles of WebPageTest and DevTools)
    "3G": (1600, 768, 300),
    "slow 3G": (400, 400, 400),
    "no throttle": (0, 0, 0),
}
CARDS = 20
# Milliseconds from the tap until the next card, or the end of the sitting, is in the page and a frame is due.
TAP = """() => new Promise((resolve) => {
  const card = document.querySelector("[data-card-whole]");
  const shown = card.querySelector("blockquote").textContent;
  const began = performance.now();
  const look = () => card.hidden || card.querySelector("blockquote").textContent !== shown
    ? requestAnimationFrame(() => resolve(performance.now() - began)) : setTimeout(look, 1);
  card.querySelector("[name=stance]").click();
  look();
})"""
AGREE = re.compile(r"^\s*Agree")


@dataclass
class Visit:
    """What was measured on the way."""

    n_bytes: int = 0
    n_requests: int = 0
    usable: dict[str, float] = field(default_factory=dict)
    card_s: list[float] = field(default_factory=list)
    whole_s: float = 0.0
    taps_before_vote: int = 0


def throttle(page: Any, net: str, seen: Visit) -> Any:
    down, up, delay = NETS[net]
    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    if down:
        speeds = {"downloadThroughput": down * 125, "uploadThroughput": up * 125, "latency": delay}
        cdp.send("Network.emulateNetworkConditions", {"offline": False, **speeds})
        cdp.send("Emulation.setCPUThrottlingRate", {"rate": 4})

    def finished(event: dict[str, Any]) -> None:
        seen.n_bytes += int(event["encodedDataLength"])
        seen.n_requests += 1

    cdp.on("Network.loadingFinished", finished)
    return cdp


def usable(page: Any, seen: Visit, name: str, act: Any, shown: Any) -> None:
    """Seconds from the tap until what it leads to can be seen and pressed."""
    began = time.monotonic()
    act()
    shown().wait_for(state="visible")
    seen.usable[name] = time.monotonic() - began


def first_visit(browser: Any, installation: Installation, session: str, slug: str, net: str) -> Visit:
    seen = Visit()
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=installation.url, has_touch=True)
    context.set_default_timeout(60_000)
    context.add_cookies([{"name": "sayso_session", "value": session, "url": installation.url}])
    page = context.new_page()
    throttle(page, net, seen)
    have, skip = page.get_by_role("link", name="Have my say"), page.get_by_role("link", name="Skip, show me")
    agree = page.get_by_role("button", name=AGREE)
    start = time.monotonic()
    usable(page, seen, "promise", lambda: page.goto(f"/e/{slug}/", wait_until="commit"), lambda: have)
    usable(page, seen, "own words", lambda: have.click(no_wait_after=True), lambda: skip)
    usable(page, seen, "first card", lambda: skip.click(no_wait_after=True), lambda: agree)
    seen.taps_before_vote = 2
    page.wait_for_function("() => Boolean(document.querySelector('[data-flow]'))")
    for _ in range(CARDS):
        agree.wait_for(state="visible")
        seen.card_s.append(page.evaluate(TAP) / 1000)
    where = page.get_by_role("link", name="Where I stand")
    standing = page.get_by_role("heading", name="Where you stand")
    usable(page, seen, "where I stand", lambda: where.first.click(no_wait_after=True), lambda: standing)
    seen.whole_s = time.monotonic() - start
    wait_for(lambda: page.evaluate("document.readyState") == "complete", 30, lambda: "the page goes on loading")
    time.sleep(1.5)
    context.close()
    return seen


def row(net: str, seen: Visit) -> list[str]:
    usable_s = [f"{seen.usable[name]:.1f}" for name in ("promise", "own words", "first card", "where I stand")]
    cards = sorted(seen.card_s)
    half, worst = cards[len(cards) // 2], cards[-1]
    kilobytes = f"{seen.n_bytes / 1000:.0f}"
    return [net, kilobytes, str(seen.n_requests), *usable_s, f"{half * 1000:.0f}", f"{worst * 1000:.0f}",
            f"{seen.whole_s:.0f}", str(seen.taps_before_vote)]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nets", nargs="*", default=list(NETS), choices=list(NETS))
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        installation = Installation(Path(folder))
        try:
            world = installation.build("statements=60", "crowd=12")
            installation.start_server()
            path = shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
            people = iter(["ann", "bob", "guard"])
            rows = [
                row(net, first_visit(browser, installation, world["sessions"][next(people)], world["slug"], net))
                for net in options.nets
            ]
            browser.close()
        finally:
            installation.close()
    head = ["net", "kB", "requests", "promise, s", "own words, s", "first card, s", "where I stand, s",
            "next card, ms", "slowest card, ms", "whole visit, s", "taps before the first vote"]  # fmt: skip
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for cells in rows:
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
