"""Overriding a denial: what is needed to set an override, and to use one."""

from datetime import timedelta

import pytest

from tests.admission.upgrades.asking import FIT, RISES, ali, asks, guard, spec, upgrading
from tests.builders import NOW
from webhook.admission.decision import ALLOWED, Answer, Decision
from webhook.admission.override_right import Right
from webhook.admission.review import Request
from webhook.admission.upgrade_objection import UpgradeObjection
from webhook.policy.modes import Mode, UpgradeAnswer
from webhook.policy.upgrades.override import ANNOTATION
from webhook.policy.upgrades.reasons import UpgradeReason

GOOD = f"1.26 until={(NOW + timedelta(hours=4)).isoformat()}: the batch pods may die"
OTHER = f"1.28 until={(NOW + timedelta(hours=4)).isoformat()}: why"
SETS_AND_RISES = asks(ali("1.26", override=GOOD), ali("1.24"))
RISES_UNDER_IT = asks(ali("1.26", override=GOOD), ali("1.24", override=GOOD))
SETS = asks(ali("1.24", override=GOOD), ali("1.24"))


def said(decision: Decision) -> UpgradeObjection:
    assert isinstance(decision.objection, UpgradeObjection)
    return decision.objection


@pytest.mark.parametrize("asked", [SETS_AND_RISES, RISES_UNDER_IT])
def test_who_may_override_goes_on(asked: Request) -> None:
    decision = guard().decide(asked, right=Right.GRANTED)
    assert decision.answer is Answer.OVERRIDDEN
    assert decision.allowed
    assert said(decision).reason is UpgradeReason.PODS_UNFIT
    assert said(decision).user == "anna"


@pytest.mark.parametrize("asked", [SETS_AND_RISES, RISES_UNDER_IT, SETS])
def test_the_right_is_asked_for_before_the_answer_stands(asked: Request) -> None:
    decision = guard().decide(asked)
    assert decision.answer is Answer.DENIED
    assert decision.hangs_on_right


@pytest.mark.parametrize(
    ("right", "why"), [(Right.REFUSED, "may not override"), (Right.NOT_KNOWN, "could not be asked")]
)
def test_without_the_right_there_is_no_override(right: Right, why: str) -> None:
    for asked in (SETS_AND_RISES, RISES_UNDER_IT, SETS):
        decision = guard().decide(asked, right=right)
        assert decision.answer is Answer.DENIED
        assert not decision.hangs_on_right
        assert why in said(decision).override_fails


def test_setting_an_override_needs_the_right_though_nothing_is_asked_for() -> None:
    """Or anybody could annotate, and a controller that may override would carry it through with the next version."""
    refused = guard().decide(SETS, right=Right.REFUSED)
    assert (refused.answer, said(refused).reason) == (Answer.DENIED, UpgradeReason.OVERRIDE_REFUSED)
    granted = guard().decide(SETS, right=Right.GRANTED)
    assert (granted.answer, said(granted).reason) == (Answer.WARNED, UpgradeReason.OVERRIDE_SET)
    assert said(granted).override_fails == ""


@pytest.mark.parametrize("before", [OTHER, "odd", ""])
def test_changing_an_override_needs_the_right_too(before: str) -> None:
    assert guard().decide(asks(ali("1.24", override=GOOD), ali("1.24", override=before))).hangs_on_right


def test_an_override_that_stays_or_goes_needs_no_right() -> None:
    assert guard().decide(asks(ali("1.24", override=GOOD), ali("1.24", override=GOOD))) is ALLOWED
    assert guard().decide(asks(ali("1.24"), ali("1.24", override=GOOD))) is ALLOWED


def test_an_object_of_another_cluster_cannot_be_annotated_without_the_right_either() -> None:
    """The policy may claim it tomorrow."""
    assert guard().decide(asks(ali("1.24", override=GOOD), ali("1.24"), name="staging")).hangs_on_right


def test_what_is_no_text_is_no_override() -> None:
    odd = ali("1.24") | {"metadata": {"annotations": {ANNOTATION: 5}}}
    assert guard().decide(asks(odd, ali("1.24"))) is ALLOWED


def test_what_is_never_denied_may_be_annotated_by_anybody() -> None:
    machine = {"metadata": {"annotations": {ANNOTATION: GOOD}}, "spec": {"version": "v1.24.1"}}
    assert guard().decide(asks(machine, group="cluster.x-k8s.io", resource="machines")) is ALLOWED


@pytest.mark.parametrize("mode", [Mode.WARN, Mode.AUDIT, Mode.OFF])
def test_setting_an_override_needs_the_right_while_nothing_is_denied_too(mode: Mode) -> None:
    """It would be there when the policy denies again."""
    engine = guard(upgrading(mode))
    assert engine.decide(SETS).hangs_on_right
    assert engine.decide(SETS, right=Right.REFUSED).answer is Answer.DENIED
    assert engine.decide(SETS, right=Right.GRANTED).answer is Answer.WARNED


def test_an_override_is_not_asked_about_where_nothing_is_denied() -> None:
    assert guard(None, *FIT).decide(RISES_UNDER_IT) is ALLOWED
    assert guard(upgrading(Mode.WARN)).decide(RISES_UNDER_IT).answer is Answer.WARNED


def test_an_override_holds_against_unknown_readiness_too() -> None:
    engine = guard(None, *FIT, doubt="the cluster was not read yet")
    assert engine.decide(RISES_UNDER_IT, right=Right.GRANTED).answer is Answer.OVERRIDDEN


HELPS_NOT = [
    (OTHER, "it is for 1.28 and not for 1.26"),
    (f"1.26 until={NOW.isoformat()}: why", "it ended at"),
    (f"1.26 until={(NOW + timedelta(hours=73)).isoformat()}: why", "more than 72 h"),
    ("true", "it is not written like"),
    ("", "it is not written like"),
]


@pytest.mark.parametrize(("override", "why"), HELPS_NOT)
def test_an_override_that_does_not_hold_helps_nobody_and_says_why(override: str, why: str) -> None:
    asked = asks(ali("1.26", override=override), ali("1.24", override=override))
    decision = guard().decide(asked, right=Right.GRANTED)
    assert decision.answer is Answer.DENIED
    assert not decision.hangs_on_right
    assert why in said(decision).override_fails


def test_a_version_that_cannot_be_told_cannot_be_overridden() -> None:
    asked = asks(ali("latest", override=GOOD), ali("1.24", override=GOOD))
    assert guard().decide(asked, right=Right.GRANTED).answer is Answer.DENIED


@pytest.mark.parametrize(("override", "why"), HELPS_NOT[1:])
def test_an_override_that_holds_for_nothing_cannot_be_set_and_it_is_said_why(override: str, why: str) -> None:
    """One that ends too far away would come near by itself."""
    for version in ("1.24", "1.26"):
        decision = guard().decide(asks(ali(version, override=override), ali("1.24")), right=Right.GRANTED)
        assert (decision.answer, said(decision).reason) == (Answer.DENIED, UpgradeReason.OVERRIDE_REFUSED)
        assert why in said(decision).override_fails


def test_beside_a_version_that_cannot_be_told_an_override_holds_only_where_no_version_would_do_harm() -> None:
    """One for 1.26 would let the other through with it, and nobody knows what that is."""
    of_rancher = {"group": "management.cattle.io", "resource": "clusters"}
    both = {"aliConfig": {"kubernetesVersion": "1.26"}, "eksConfig": {"kubernetesVersion": "latest"}}
    asked = asks(ali(None, override=GOOD) | {"spec": both}, ali(None, override=GOOD) | {"spec": {}}, **of_rancher)
    assert guard().decide(asked, right=Right.GRANTED).answer is Answer.DENIED
    windows = "windows: [{name: a, schedule: 0 2 * * *, duration: 1h, timeZone: Asia/Tokyo}]\nunknown: Warn"
    closed = spec(windows)
    assert guard(closed, *FIT).decide(asked, right=Right.GRANTED).answer is Answer.OVERRIDDEN
    rows = "[{platformVersion: 1.1.0, supports: [1.24, 1.25, 1.26], unsupportedFrom: 1.27}]"
    up_to_1_26 = spec(f"{windows}\nmatrix: {{source: us, platformVersions: {rows}}}")
    assert guard(up_to_1_26, *FIT).decide(asked, right=Right.GRANTED).answer is Answer.DENIED
    assert guard(None, *FIT, doubt="nothing was heard").decide(asked, right=Right.GRANTED).answer is Answer.DENIED


def test_an_upgrade_without_an_override_asks_nobody() -> None:
    assert not guard().decide(RISES).hangs_on_right
    assert guard(upgrading(unknown=UpgradeAnswer.WARN)).decide(RISES).answer is Answer.DENIED
