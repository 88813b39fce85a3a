"""The reference names all that a person may write, and all that the guard may say."""

import re
from collections.abc import Iterable

import pytest

from tests.documents.reading import ROOT
from webhook.policy.document.schema import SpecDocument
from webhook.policy.matrix import VENDOR_MATRIX
from webhook.policy.modes import Mode, UpgradeAnswer
from webhook.policy.reasons import Reason
from webhook.policy.recreation import Recreation
from webhook.policy.upgrades.reasons import UpgradeReason
from webhook.policy.verdict import Verdict
from webhook.readiness.rendering import Format

REFERENCE = (ROOT / "webhook/README.md").read_text()
NAMES: dict[str, Iterable[str | None]] = {
    "formats of a report": Format,
    "fields of a policy": [field.alias for field in SpecDocument.model_fields.values()],
    "modes": (*Mode, *UpgradeAnswer),
    "reasons why a pod is unfit": [reason.code for reason in Reason if reason.verdict.unfit],
    "reasons about an upgrade": [reason.code for reason in UpgradeReason],
    "ways to make pods anew": Recreation,
}


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_what_may_be_written_or_said_is_named(names: Iterable[str]) -> None:
    assert [name for name in names if not re.search(rf"`(?:[\w.]+\.)?{name}\b", REFERENCE)] == []


def test_every_verdict_has_a_row() -> None:
    assert [verdict for verdict in Verdict if f"\n| {verdict} | " not in REFERENCE] == []


def test_every_platform_version_that_the_matrix_knows_has_a_row() -> None:
    readme = (ROOT / "README.md").read_text()
    shown = [version or "unset" for version in VENDOR_MATRIX.platform_versions()]
    assert [version for version in shown if f"\n| {version} " not in readme] == []
