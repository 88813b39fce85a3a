"""What is written into the Secret next, for every situation that a replica can be in."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509

from certs.authority import make_authority, permits
from certs.bundle import bundle_of
from certs.chest import Chest
from certs.names import service_names
from certs.publication import Publication
from certs.reading import Loaded, read_authority
from certs.situation import Situation
from certs.steps import Step, next_step
from tests.certs.fakes import MINUTE, NAMES, NOW
from tests.certs.forging import forge

DAY = timedelta(days=1)
NOTHING_KNOWN = Publication()
NOBODY_CALLS = Publication(nobody_calls=True)


def authority(days_old: float, names: tuple[str, ...] = NAMES) -> Loaded:
    return read_authority(make_authority(names, NOW - days_old * DAY))


YOUNG, OTHER, DUE, ENDED, OF_TOMORROW = (authority(days) for days in (10, 20, 300, 400, -1))


def chest(current: Loaded | None, following: Loaded | None = None, *others: Loaded) -> Chest:
    trusted = [one.certificate for one in (current, following, *others) if one]
    return Chest(current=current, next=following, bundle=bundle_of(trusted, keep=trusted, ended_before=None))


def trusted(*authorities: Loaded, since: timedelta = MINUTE) -> Publication:
    return Publication(ages={one.certificate: since for one in authorities})


def step(
    read: Chest | None,
    held: Chest | None = None,
    publication: Publication = NOTHING_KNOWN,
    *,
    names: tuple[str, ...] = NAMES,
    asked: bool = False,
    settled: bool = False,
) -> Step | None:
    situation = Situation(
        now=NOW,
        read=read,
        held=held,
        publication=publication,
        names=names,
        asked=asked,
        settled=settled,
    )
    taken = next_step(situation)
    if publication != NOBODY_CALLS:
        assert comes_to_rest(situation)
    return taken


def comes_to_rest(situation: Situation) -> bool:
    """Whether little more is written, once this was, as long as nothing becomes trusted."""
    for _ in range(3):
        taken = next_step(situation)
        if taken is None:
            return True
        situation = replace(situation, read=taken.chest, held=taken.chest, publication=NOTHING_KNOWN, asked=False)
    return False


def written(
    read: Chest | None,
    held: Chest | None = None,
    publication: Publication = NOTHING_KNOWN,
    *,
    names: tuple[str, ...] = NAMES,
) -> Chest:
    taken = step(read, held, publication, names=names)
    assert taken is not None
    return taken.chest


def certificates(*authorities: Loaded) -> set[x509.Certificate]:
    return {one.certificate for one in authorities}


# At rest.


@pytest.mark.parametrize("held", [None, chest(YOUNG), chest(OTHER)])
@pytest.mark.parametrize("publication", [NOTHING_KNOWN, NOBODY_CALLS, trusted(YOUNG)])
def test_a_good_authority_is_left_alone(held: Chest | None, publication: Publication) -> None:
    read = chest(YOUNG, None, OTHER)
    assert step(read, held, publication) is None


def test_a_next_one_that_nobody_needs_yet_waits() -> None:
    assert step(chest(YOUNG, OTHER), None, trusted(YOUNG, OTHER, since=DAY)) is None


# At the start, and where the Secret is gone or spoilt.


@pytest.mark.parametrize("read", [None, Chest()])
def test_at_the_very_start_an_authority_is_made_and_signs_at_once(read: Chest | None) -> None:
    first = step(read)
    assert first is not None
    assert first.chest.current is not None
    assert first.chest.next is None
    assert first.chest.bundle == (first.chest.current.certificate,)
    assert permits(first.chest.current.certificate, NAMES)
    assert not first.overrules


@pytest.mark.parametrize("read", [None, Chest(problems=("tls.crt: ?",)), chest(None, None, OTHER)])
@pytest.mark.parametrize("mine", [YOUNG, DUE, OF_TOMORROW])
def test_a_secret_that_was_lost_is_written_back_as_it_is_held(read: Chest | None, mine: Loaded) -> None:
    back = written(read, chest(mine, None, ENDED, DUE))
    assert back.current == mine
    assert certificates(mine, DUE) <= set(back.bundle)
    assert back.next is None


def test_the_next_one_is_written_back_with_it() -> None:
    held = chest(DUE, YOUNG)
    assert written(None, held) == held
    assert written(Chest(next=OTHER, problems=("tls.key: it is missing",)), held).next == OTHER


def test_what_is_spoilt_and_not_held_is_made_anew_and_what_can_be_read_stays_trusted() -> None:
    new = written(Chest(bundle=(OTHER.certificate,), problems=("tls.crt: ?",)))
    assert new.current not in (OTHER, None)
    assert OTHER.certificate in new.bundle


def test_where_only_the_next_one_was_spared_it_signs() -> None:
    spared = Chest(next=YOUNG, bundle=(YOUNG.certificate, DUE.certificate), problems=("tls.crt: ?",))
    assert written(spared) == chest(YOUNG, None, DUE)


def test_where_the_next_one_that_was_spared_is_the_one_held_none_comes_next() -> None:
    assert written(Chest(next=YOUNG, problems=("tls.crt: ?",)), chest(YOUNG)) == chest(YOUNG)


@pytest.mark.parametrize("held", [None, chest(ENDED)])
def test_an_ended_one_is_not_written_back(held: Chest | None) -> None:
    assert written(None, held).current not in (ENDED, None)


def test_a_bundle_that_was_spoilt_is_put_right_from_what_is_held() -> None:
    spoilt = replace(chest(YOUNG), bundle=(), problems=("ca.crt: there is no certificate in it",))
    assert written(spoilt, chest(YOUNG, None, DUE)) == chest(YOUNG, None, DUE)
    assert written(spoilt) == chest(YOUNG)


def test_problems_alone_are_a_reason_to_write() -> None:
    read = replace(chest(YOUNG), problems=("next.key: it is missing",))
    taken = step(read)
    assert taken is not None
    assert (taken.chest, taken.problems) == (chest(YOUNG), read.problems)


def test_where_it_is_gone_the_guards_authorities_that_whoever_calls_trusts_stay_trusted_and_no_others() -> None:
    of_another_guard = authority(10, service_names("another", "elsewhere"))
    permits_all = read_authority(forge())
    new = written(None, None, trusted(OTHER, of_another_guard, permits_all))
    assert new.current is not None
    assert set(new.bundle) == certificates(new.current, OTHER)


# A change of authority.


def test_when_it_is_due_the_next_one_is_made_and_trusted_and_does_not_sign() -> None:
    change = step(chest(DUE), chest(DUE), trusted(DUE, since=DAY))
    assert change is not None
    assert change.chest.current == DUE
    assert change.chest.next is not None
    assert set(change.chest.bundle) == certificates(DUE, change.chest.next)
    assert change.overrules
    assert "two thirds of its life" in change.why


@pytest.mark.parametrize("asked", [True, False])
@pytest.mark.parametrize("known", [None, timedelta(0), timedelta(seconds=59.9)])
def test_the_next_one_does_not_sign_before_all_have_trusted_it_for_a_minute(
    known: timedelta | None,
    asked: bool,  # noqa: FBT001
) -> None:
    publication = trusted(DUE, YOUNG, since=known) if known is not None else trusted(DUE)
    assert step(chest(DUE, YOUNG), chest(DUE, YOUNG), publication, asked=asked) is None


@pytest.mark.parametrize("publication", [trusted(YOUNG, DUE), NOBODY_CALLS])
def test_then_it_signs_and_the_one_before_stays_trusted(publication: Publication) -> None:
    change = step(chest(DUE, YOUNG), chest(DUE, YOUNG), publication)
    assert change is not None
    assert change.chest == chest(YOUNG, None, DUE)
    assert not change.overrules


def test_whom_nobody_calls_it_need_not_wait() -> None:
    change = written(chest(DUE), chest(DUE), NOBODY_CALLS)
    assert change.current not in (DUE, None)
    assert DUE.certificate in change.bundle


def test_it_is_due_when_somebody_asks() -> None:
    change = step(chest(YOUNG), chest(YOUNG), trusted(YOUNG), asked=True)
    assert change is not None
    assert change.chest.next is not None
    assert change.why == "the authority is due, since somebody asked for it"
    assert not change.overrules


def test_where_it_has_ended_the_next_one_signs_at_once_trusted_or_not() -> None:
    assert written(chest(ENDED, YOUNG)).current == YOUNG


@pytest.mark.parametrize("following", [None, ENDED, OF_TOMORROW])
def test_where_it_has_ended_and_no_next_one_is_good_another_is_made_and_signs_at_once(following: Loaded | None) -> None:
    new = written(chest(ENDED, following))
    assert new.current not in (ENDED, following, None)
    assert new.next is None
    assert ENDED.certificate in new.bundle  # the clock may be wrong


def test_those_that_have_ended_are_trusted_no_longer_once_the_one_that_signs_has_for_long() -> None:
    just_ended = authority(365.5)
    read = chest(YOUNG, None, DUE, ENDED, just_ended)
    assert step(read, read) is None
    taken = step(read, read, settled=True)
    assert taken is not None
    assert taken.chest == chest(YOUNG, None, DUE, just_ended)
    assert not taken.overrules


def test_one_that_has_ended_is_still_trusted_when_another_takes_its_place() -> None:
    also_ended = authority(500)
    for read in (chest(ENDED, YOUNG, also_ended), chest(ENDED, None, also_ended)):
        taken = step(read, read, settled=True)
        assert taken is not None
        assert certificates(ENDED, also_ended) < set(taken.chest.bundle)


# Other names.


NEW_NAMES = service_names("renamed", "eci-system")


def test_when_the_service_was_renamed_another_comes_next_and_permits_the_names_of_before_for_those_who_have_them() -> (
    None
):
    change = written(chest(YOUNG), None, trusted(YOUNG), names=NEW_NAMES)
    assert change.current == YOUNG
    assert change.next is not None
    assert permits(change.next.certificate, (*NAMES, *NEW_NAMES))
    assert written(change, change, trusted(YOUNG, change.next), names=NEW_NAMES).current == change.next


def test_of_the_names_of_before_only_a_few_services_stay_permitted() -> None:
    many = tuple(f"guard-{number}.eci-system.svc" for number in range(20))
    change = written(chest(authority(10, ("example.com", *many))), None, trusted(YOUNG))
    assert change.next is not None
    assert permits(change.next.certificate, (*NAMES, *many[:8]))
    assert not permits(change.next.certificate, [many[8]])
    assert not permits(change.next.certificate, ["example.com"])


def test_a_next_one_for_other_names_does_not_come_next() -> None:
    changed = written(chest(DUE, authority(1, NEW_NAMES)), None, trusted(DUE))
    assert changed.next is not None
    assert permits(changed.next.certificate, NAMES)


# Clocks and Secrets of somebody else.


def test_one_that_begins_only_tomorrow_by_this_clock_is_replaced_by_one_that_is_good_by_both() -> None:
    change = written(chest(OF_TOMORROW), None, trusted(OF_TOMORROW))
    assert change.current == OF_TOMORROW
    assert change.next is not None
    assert change.next.certificate.not_valid_before_utc < NOW
    assert written(change, change, trusted(OF_TOMORROW, change.next)).current == change.next


def test_one_that_begins_only_tomorrow_does_not_come_next() -> None:
    change = step(chest(DUE, OF_TOMORROW), None, trusted(DUE, OF_TOMORROW))
    assert change is not None
    assert change.chest.next not in (OF_TOMORROW, None)
    assert OF_TOMORROW.certificate not in change.chest.bundle
    assert change.overrules


def test_one_that_begins_only_tomorrow_makes_way_for_the_one_held_together_with_one_that_is_good_by_both_clocks() -> (
    None
):
    change = step(chest(OF_TOMORROW, None, YOUNG), chest(YOUNG), trusted(YOUNG, OF_TOMORROW))
    assert change is not None
    assert change.chest.current == YOUNG
    assert change.chest.next not in (OF_TOMORROW, None)
    assert OF_TOMORROW.certificate in change.chest.bundle
    assert change.overrules


@pytest.mark.parametrize("current", [ENDED, OF_TOMORROW])
def test_one_that_is_not_good_makes_way_for_a_next_one_that_all_trust_even_where_another_is_held(
    current: Loaded,
) -> None:
    change = step(chest(current, OTHER), chest(YOUNG), trusted(YOUNG, OTHER))
    assert change is not None
    assert (change.chest.current, change.chest.next) == (OTHER, None)
    assert not change.overrules


def test_one_that_has_ended_as_from_a_backup_makes_way_for_the_one_held() -> None:
    back = step(chest(ENDED, OTHER), chest(YOUNG), trusted(YOUNG))
    assert back is not None
    assert (back.chest.current, back.chest.next) == (YOUNG, OTHER)
    assert back.overrules


def test_an_older_one_from_a_backup_signs_and_when_it_is_due_the_one_held_comes_next() -> None:
    assert step(chest(OTHER, None, YOUNG), chest(YOUNG), trusted(YOUNG, OTHER)) is None
    assert written(chest(OTHER), chest(YOUNG), trusted(YOUNG, OTHER)) == chest(OTHER, None, YOUNG)
    assert written(chest(DUE), chest(YOUNG), trusted(YOUNG, DUE)) == chest(YOUNG, None, DUE)
    assert written(chest(DUE), chest(YOUNG), trusted(DUE)) == chest(DUE, YOUNG)


def test_one_that_somebody_put_in_and_nobody_trusts_comes_next_and_the_one_held_goes_on_signing() -> None:
    for mine in (YOUNG, OF_TOMORROW):
        change = step(chest(OTHER), chest(mine), trusted(mine))
        assert change is not None
        assert change.chest == chest(mine, OTHER)
        assert change.overrules


@pytest.mark.parametrize("publication", [NOTHING_KNOWN, NOBODY_CALLS, trusted(YOUNG, OTHER, since=timedelta(0))])
def test_one_that_may_be_trusted_is_taken_as_it_is_and_the_one_held_stays_trusted(publication: Publication) -> None:
    assert written(chest(OTHER), chest(YOUNG), publication) == chest(OTHER, None, YOUNG)


def test_one_that_is_due_by_a_clock_most_of_a_year_ahead_is_not_replaced_by_one_that_would_be_due_too() -> None:
    assert step(chest(DUE, authority(260)), None, trusted(DUE, since=DAY)) is None
    also_due = authority(260)
    assert step(chest(DUE, also_due), None, trusted(DUE, also_due)) is None


# What is said of it in the log.

SPARED = Chest(next=YOUNG, bundle=(YOUNG.certificate,), problems=("tls.crt: ?",))
WHY: list[tuple[Chest | None, Chest | None, Publication, str]] = [
    (None, None, NOTHING_KNOWN, "there was no authority: made one"),
    (None, chest(YOUNG), NOTHING_KNOWN, "there was no authority: wrote back the one held"),
    (SPARED, None, NOTHING_KNOWN, "there was no authority but the next one: it signs"),
    (chest(ENDED), None, NOTHING_KNOWN, "the authority has ended, and no next one is good: made another"),
    (chest(ENDED, YOUNG), None, NOTHING_KNOWN, "the authority has ended: the next one signs"),
    (chest(ENDED), chest(YOUNG), NOTHING_KNOWN, "the authority in the Secret has ended, the one held has not"),
    (
        chest(ENDED, OTHER),
        chest(YOUNG),
        trusted(YOUNG, OTHER),
        "the authority is not good now, and the next one is: it signs",
    ),
    (
        chest(OF_TOMORROW),
        chest(YOUNG),
        trusted(YOUNG, OF_TOMORROW),
        "the authority in the Secret is not good yet, the one held is",
    ),
    (
        chest(OTHER),
        chest(YOUNG),
        trusted(YOUNG),
        "nobody trusts the authority in the Secret, but the one held: it comes next",
    ),
    (chest(DUE, OF_TOMORROW), None, trusted(DUE), "the next authority is not good yet: made another"),
    (
        chest(authority(10, NEW_NAMES)),
        None,
        NOTHING_KNOWN,
        "the authority is due, since it does not permit the guard's names",
    ),
    (chest(OTHER), chest(YOUNG), NOTHING_KNOWN, "other authorities are to be trusted"),
]


@pytest.mark.parametrize(("read", "held", "publication", "why"), WHY, ids=[one[3] for one in WHY])
def test_each_step_says_why(read: Chest | None, held: Chest | None, publication: Publication, why: str) -> None:
    taken = step(read, held, publication)
    assert taken is not None
    assert taken.why == why
