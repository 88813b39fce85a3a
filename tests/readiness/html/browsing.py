"""Headless Chromium, Debian's own: it is found or not, and never downloaded."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, Route, sync_playwright

ADDRESS = "http://guard.test/report"
_ARGUMENTS = [
    "--no-sandbox",  # tests run as root in a container, where the sandbox cannot be made
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_WATCH = "window.refused = []; addEventListener('securitypolicyviolation', (e) => refused.push(e.effectiveDirective));"

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        yield browser
        browser.close()


class Opened:
    """A page in the browser, and what went on besides."""

    def __init__(self, browser: Browser, text: str, **options: Any) -> None:
        self.complaints: list[str] = []
        """Of the console, and errors of scripts."""
        self.requests: list[str] = []
        """Whatever the page asked for, itself left out. No request ever leaves the browser."""
        self._text = text
        self._context = browser.new_context(**options)
        self._context.route("**/*", self._answer)
        self.page: Page = self._context.new_page()
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.add_init_script(_WATCH)
        self.page.goto(ADDRESS)

    @property
    def refused(self) -> list[str]:
        """What the page's own policy refused."""
        found: list[str] = self.page.evaluate("refused")
        return found

    def shown(self) -> list[str]:
        """Names of the workloads that are seen, in their order."""
        names = self.page.locator("#workload-table > tbody:visible .name").all_text_contents()
        return list(names)

    def close(self) -> None:
        self._context.close()

    def _answer(self, route: Route) -> None:
        if route.request.url == ADDRESS:
            route.fulfill(body=self._text, content_type="text/html; charset=utf-8")
        else:
            self.requests.append(route.request.url)
            route.abort()
