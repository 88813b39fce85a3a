"""Every rendering of the example cluster, as it stands beside this test. ``UPDATE_GOLDEN=1`` writes them anew."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.readiness.reports import AGAIN, example_report
from webhook.readiness.rendering import Format, Occasion, render
from webhook.readiness.report import ReadinessReport

GOLDEN = Path(__file__).parent / "golden"
FORMATS = [one for one in Format if one is not Format.HTML]  # the page has its own, beside its tests


@pytest.fixture(scope="module")
def report() -> ReadinessReport:
    return example_report()


@pytest.mark.parametrize("chosen", FORMATS)
def test_the_rendering_is_as_it_was(report: ReadinessReport, chosen: Format) -> None:
    taken_at = report.source.taken_at
    assert taken_at is not None
    occasion = Occasion(now=taken_at + timedelta(minutes=5), heard_at=taken_at, again=AGAIN)
    rendered = render(report, chosen, occasion)
    file = GOLDEN / f"report.{chosen}"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_bytes(rendered)
    assert rendered == file.read_bytes()


def test_no_file_is_left_over() -> None:
    assert {file.name for file in GOLDEN.iterdir()} == {f"report.{chosen}" for chosen in FORMATS}
