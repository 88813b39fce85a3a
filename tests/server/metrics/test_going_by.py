"""What the guard goes by, as a Prometheus sees it; and no sample of what cannot be told."""

from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry

from tests.access.fakes import FakeReviewer
from tests.builders import NOW, in_force, policy
from tests.policy.windows.test_calendar import at, calendar, freeze, window
from tests.server.metrics.scraping import NIGHTS, Scraped, rules_as_found, scrape
from webhook.access.reviewer import CannotAsk
from webhook.admission.review import UserInfo
from webhook.policy.policy import Policy
from webhook.server.metrics.going_by import GoingByMetrics
from webhook.server.override_rights import OverrideRights
from webhook.server.policy_in_force import PolicyInForce
from webhook.server.registered_rules import RegisteredRules
from webhook.server.window_now import WindowNow


class Clock:
    now = NOW


def scraped(
    going_by: PolicyInForce | None = None,
    *,
    registered: RegisteredRules | None = None,
    overrides: OverrideRights | None = None,
) -> Scraped:
    """What a guard tells that no cluster calls, but for what is given."""
    going_by = going_by or in_force()
    registered = registered or RegisteredRules(None, "guard", going_by)
    registry = CollectorRegistry()
    registry.register(
        GoingByMetrics(going_by, registered, overrides or OverrideRights(None), WindowNow(going_by, lambda: NOW))
    )
    return scrape(registry)


def hours(found: Scraped) -> dict[str, float | None]:
    return {name: found.value(name) for name in ("window_open", *INSTANTS)}


INSTANTS = ("window_change_timestamp_seconds", "window_opening_timestamp_seconds")


def test_the_policy_in_force_is_named_with_its_target_and_when_it_was_read() -> None:
    found = scraped(in_force(policy("1.31", name="production")))
    assert found.value("policy_info", policy="production", target="1.31") == 1
    assert found.value("policy_taken_timestamp_seconds") == NOW.timestamp()
    assert found.value("policy_refused") == 0


def test_a_refused_policy_shows_while_the_last_good_one_is_in_force() -> None:
    going_by = in_force(policy("1.26", name="good"))
    going_by.refuse(("line 6: spec.colour: unknown field",))
    found = scraped(going_by)
    assert found.value("policy_refused") == 1
    assert found.value("policy_info", policy="good", target="1.26") == 1
    assert found.value("policy_taken_timestamp_seconds") == NOW.timestamp()
    later = NOW + timedelta(hours=1)
    going_by.take(policy("1.28", name="better"), later)
    found = scraped(going_by)
    assert found.value("policy_refused") == 0
    assert found.by("policy", "policy_info") == {"better": 1}
    assert found.value("policy_taken_timestamp_seconds") == later.timestamp()


def test_a_name_of_a_policy_cannot_be_long_or_odd() -> None:
    (name,) = scraped(in_force(policy(name="n\n" + "x" * 1000))).by("policy", "policy_info")
    assert len(name) <= 63
    assert name.isprintable()


def test_without_windows_it_is_open_and_nothing_changes_or_opens() -> None:
    assert hours(scraped()) == {"window_open": 1, **dict.fromkeys(INSTANTS)}


@pytest.mark.parametrize(
    ("chosen", "is_open", "changes", "opens"),
    [
        (policy(calendar=calendar(NIGHTS)), 0, "22 22:00", "22 22:00"),
        (policy(calendar=calendar(window("0 20 * * *", 4))), 1, "23 00:00", "23 20:00"),
        (policy(calendar=calendar(NIGHTS, freeze("22", "25"))), 0, "25", "25"),
        (policy(calendar=calendar(NIGHTS, freeze("22", "25 12:00"))), 0, "25 22:00", "25 22:00"),
        (policy(calendar=calendar(freeze("22", "25"))), 0, "25", None),
        (policy(calendar=calendar(freeze("24", "25"))), 1, "24", None),
        (policy(calendar=calendar(window("0 * * * *", 1))), 1, None, None),
    ],
    ids=["closed", "open", "freeze ends in a window", "freeze ends outside", "freeze", "freeze to come", "always open"],
)
def test_the_hours_are_told_with_the_next_change_and_the_next_opening(
    chosen: Policy, is_open: float, changes: str | None, opens: str | None
) -> None:
    found = hours(scraped(in_force(chosen)))
    assert found["window_open"] == is_open
    assert [found[name] for name in INSTANTS] == [one and at(one).timestamp() for one in (changes, opens)]


def test_the_hours_move_on_with_the_clock_and_with_the_policy() -> None:
    clock, going_by = Clock(), in_force(policy(calendar=calendar(NIGHTS)))
    kept = WindowNow(going_by, lambda: clock.now)
    assert not kept.state().open
    clock.now = at("22 22:00")
    assert kept.state().open
    assert kept.state().until == at("23 02:00")
    clock.now = NOW  # it was set back
    assert not kept.state().open
    going_by.take(policy(), NOW)
    assert kept.state().open


def test_hours_are_not_worked_out_anew_before_they_change() -> None:
    clock, going_by = Clock(), in_force(policy(calendar=calendar(NIGHTS)))
    kept = WindowNow(going_by, lambda: clock.now)
    first = kept.state()
    clock.now = at("22 22:00") - timedelta.resolution
    assert kept.state() is first


@pytest.mark.parametrize(
    ("registered", "known", "missing"),
    [
        (None, None, None),
        (rules_as_found(known=False), 0, None),
        (rules_as_found(), 1, 0),
        (rules_as_found(missing=("cronjobs.batch", "pods")), 1, 2),
        (rules_as_found(missing=("pods",), problem="there is no such configuration"), 1, 1),
        (rules_as_found(known=False, problem="forbidden"), 0, None),
    ],
    ids=["no cluster", "before the first look", "all sent", "two missing", "no configuration", "not readable"],
)
def test_how_the_guard_is_registered_is_told_as_far_as_it_is_known(
    registered: RegisteredRules | None, known: float | None, missing: float | None
) -> None:
    found = scraped(registered=registered)
    assert (found.value("registered_rules_known"), found.value("kinds_not_sent")) == (known, missing)


def test_questions_about_overriding_stand_at_zero_from_the_start() -> None:
    assert scraped().by("right", "override_reviews_total") == {"granted": 0, "refused": 0, "not_known": 0}


@pytest.mark.anyio
async def test_questions_about_overriding_are_counted_by_their_answers() -> None:
    cluster = FakeReviewer(overriders={"anna"})
    overrides = OverrideRights(cluster)
    for user in ("anna", "bert", "anna", ""):
        await overrides.right_of(UserInfo(user), within=1)
    cluster.failure = CannotAsk("the API server is away")
    await overrides.right_of(UserInfo("anna"), within=1)
    found = scraped(overrides=overrides)
    assert found.by("right", "override_reviews_total") == {"granted": 2, "refused": 1, "not_known": 2}
