"""The page in a real browser. One browser is kept for all these tests, each has a context of its own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.builders import running
from tests.readiness.html.browsing import CHROMIUM, Opened, chromium
from tests.readiness.reports import example_report, page_of, report_on

if CHROMIUM is None:
    without = "no chromium was found, so the page was not opened in a browser (apt-get install chromium)"
    pytest.skip(without, allow_module_level=True)

EXAMPLE = page_of(example_report(), age=2670)
IN_ORDER = [
    "reindex",
    "trino-worker-7d4f6b9c55",
    "kafka",
    "demo-76d8d9f9d8",
    "portal-server-57dfc4fdc8",
    "collector",
    "train",
    "toolbox",
    "checkout-58b7d4c6f9",
    "search",
]
Opener = Callable[..., Opened]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opener]:
    """Opens pages, and proves of each that nothing complained and that it asked for nothing."""
    pages: list[Opened] = []

    def open_page(text: str = EXAMPLE, **options: Any) -> Opened:
        pages.append(Opened(browser, text, **options))
        return pages[-1]

    yield open_page
    for one in pages:
        assert (one.complaints, one.requests) == ([], [])
        one.close()


def test_the_verdict_and_all_workloads_are_seen(opened: Opener) -> None:
    one = opened()
    heading = one.page.get_by_role("heading", level=1)
    assert " ".join(heading.inner_text().split()) == "Not ready for Kubernetes 1.26"
    assert one.shown() == IN_ORDER
    assert one.page.get_by_role("status").inner_text() == "10 workloads"
    assert one.page.title() == "Not ready for Kubernetes 1.26 · pods.json"
    assert one.refused == []


def test_a_column_sorts_both_ways_and_says_so(opened: Opener) -> None:
    one = opened()
    head = one.page.locator("#workload-table thead th").first
    assert head.get_attribute("aria-sort") == "none"
    for order, names in (("ascending", sorted(IN_ORDER)), ("descending", sorted(IN_ORDER, reverse=True))):
        head.get_by_role("button", name="Workload").click()
        assert (head.get_attribute("aria-sort"), one.shown()) == (order, names)


def test_numbers_sort_by_size_the_largest_first_and_ties_keep_their_order(opened: Opener) -> None:
    one = opened()
    names = one.page.locator("#workload-table thead th").nth(0)
    pods = one.page.locator("#workload-table thead th").nth(2)
    names.get_by_role("button").click()
    pods.get_by_role("button").press("Enter")
    assert (names.get_attribute("aria-sort"), pods.get_attribute("aria-sort")) == ("none", "descending")
    large = ["kafka", "checkout-58b7d4c6f9"]
    assert one.shown() == large + [name for name in IN_ORDER if name not in large]


def test_recreation_sorts_by_gravity(opened: Opener) -> None:
    one = opened()
    one.page.get_by_role("button", name="How to recreate").click()
    assert one.shown()[:3] == ["toolbox", "reindex", "trino-worker-7d4f6b9c55"]


def test_text_and_choices_filter_together(opened: Opener) -> None:
    one = opened()
    page = one.page
    page.get_by_label("Namespace").select_option("shop")
    assert one.shown() == ["toolbox", "checkout-58b7d4c6f9", "search"]
    page.get_by_label("Reason").select_option("PlatformVersionUnset")
    assert one.shown() == ["checkout-58b7d4c6f9", "search"]
    page.get_by_role("searchbox").fill("CHECKOUT-58b7d4c6f9-m8k2w")
    assert one.shown() == ["checkout-58b7d4c6f9"]
    assert page.get_by_role("status").inner_text() == "1 of 10 workloads"
    page.get_by_label("Recreation").select_option("Bare pod")
    assert one.shown() == []
    assert page.get_by_role("status").inner_text() == "None of 10 workloads matches."


def test_evidence_is_folded_and_unfolds_one_by_one_or_all_together(opened: Opener) -> None:
    page = opened().page
    evidence = page.locator("#workload-table details")
    kafka = evidence.nth(2)
    assert not kafka.locator("table").is_visible()
    kafka.locator("summary").click()
    assert "annotation 1.0.0" in kafka.inner_text()
    kafka.locator("summary").press("Enter")
    assert not kafka.locator("table").is_visible()
    everything = page.get_by_role("button", name="Unfold all")
    for pressed, unfolded in (("true", len(IN_ORDER)), ("false", 0)):
        everything.click()
        assert everything.get_attribute("aria-pressed") == pressed
        assert page.locator("#workload-table details[open]").count() == unfolded


def test_without_a_script_everything_is_there_and_nothing_pretends_to_work(opened: Opener) -> None:
    one = opened(java_script_enabled=False)
    assert one.shown() == IN_ORDER
    assert one.page.get_by_role("button").count() == 0
    assert not one.page.locator(".controls").is_visible()
    one.page.locator("summary").nth(2).click()
    assert one.page.locator("details table").nth(2).is_visible()


def test_dark_and_light_follow_the_system(opened: Opener) -> None:
    grounds, pictures = set(), set()
    for scheme in ("light", "dark"):
        page = opened(color_scheme=scheme).page
        grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        pictures.add(page.screenshot())
    assert (len(grounds), len(pictures)) == (2, 2)


def test_a_printout_is_light_and_has_the_evidence_unfolded(opened: Opener) -> None:
    page = opened(color_scheme="dark").page
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(27, 28, 30)"
    assert page.locator("details .pods").first.evaluate("(table) => table.checkVisibility()")
    assert not page.get_by_role("searchbox").is_visible()
    row = page.locator(".workloads > tbody > tr").first
    assert row.evaluate("(row) => getComputedStyle(row).breakAfter") == "avoid", "its evidence is on the same page"
    printed = page.pdf(format="A4")
    assert printed.startswith(b"%PDF-")
    assert printed.count(b"/Type /Page\n") >= 2
    assert page.locator("details[open]").count() == 0


def test_no_width_needs_scrolling_sideways(opened: Opener) -> None:
    endless = "a" * 253
    long = page_of(report_on(running(endless, "9" * 40, namespace=endless, node=f"virtual-kubelet-{endless}")))
    for text in (EXAMPLE, long):
        page = opened(text).page
        page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
        for width in (320, 390, 820, 1200):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_were_markup_ever_to_get_through_it_would_do_nothing(browser: Browser) -> None:
    picture = "<img src='http://evil.test/x' onerror='window.evil = 1'>"
    smuggled = f"<script>window.evil = 1</script>{picture}<b style='color: red'>"
    one = Opened(browser, EXAMPLE.replace("<main>", f"<main>{smuggled}"))
    assert one.page.evaluate("window.evil") is None
    assert set(one.refused) == {"script-src-elem", "img-src", "script-src-attr", "style-src-attr"}
    assert one.requests == []
    one.close()


def test_a_hostile_cluster_is_shown_as_text(opened: Opener) -> None:
    name = "<img src=x onerror=alert(1)>"
    one = opened(page_of(report_on(*(running(f"{name}{place}", name, namespace=name) for place in range(2)))))
    one.page.get_by_label("Namespace").select_option(name)
    assert one.shown() == [f"{name}0", f"{name}1"]
    assert one.page.locator("img").count() == 0
    assert one.refused == []


def test_a_very_long_report_opens_soon_and_can_be_searched(opened: Opener) -> None:
    items = [running(f"pod-{number:04}", "1.0.0", namespace=f"n{number % 40}") for number in range(3_000)]
    one = opened(page_of(report_on(*items)))
    assert len(one.shown()) == 500
    one.page.get_by_role("searchbox").fill("pod-0040")
    assert one.shown() == ["pod-0040"]
    assert one.page.evaluate("performance.timing.domComplete - performance.timing.responseEnd") < 5_000
