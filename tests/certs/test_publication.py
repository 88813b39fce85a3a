"""Since when whoever calls the guard trusts an authority: all entries, of just this object, without a break."""

from datetime import timedelta

from cryptography import x509

from certs.authority import make_authority
from certs.bundle import written_bundle
from certs.publication import Publication, PublicationRecord
from certs.stores import Registered
from tests.certs.fakes import NAMES, NOW

OLD, NEW = (x509.load_pem_x509_certificate(make_authority(NAMES, NOW).certificate) for _ in range(2))
ONE, BOTH = written_bundle([OLD]), written_bundle([NEW, OLD])


def registered(*bundles: bytes, uid: str = "uid", names: str = "abc") -> Registered:
    return Registered(uid, "1", dict(zip(names, bundles, strict=False)))


def ages(record: PublicationRecord, seen: Registered | None, at: float) -> list[float | None]:
    publication = record.see(seen, at)
    found = [publication.age_of(one) for one in (OLD, NEW)]
    return [None if age is None else age.total_seconds() for age in found]


def test_an_age_counts_from_the_first_time_that_every_entry_was_seen_with_it() -> None:
    record = PublicationRecord()
    assert ages(record, registered(ONE, ONE), 100) == [0, None]
    assert ages(record, registered(BOTH, ONE), 130) == [30, None]
    assert ages(record, registered(BOTH, BOTH), 160) == [60, 0]
    assert ages(record, registered(BOTH, BOTH), 200) == [100, 40]


def test_one_reset_entry_begins_it_anew() -> None:
    record = PublicationRecord()
    record.see(registered(BOTH, BOTH), 0)
    assert ages(record, registered(BOTH, b""), 100) == [None, None]
    assert ages(record, registered(BOTH, BOTH), 110) == [0, 0]


def test_another_object_and_an_entry_of_another_name_begin_it_anew() -> None:
    record = PublicationRecord()
    record.see(registered(BOTH), 0)
    assert ages(record, registered(BOTH, uid="other"), 100) == [0, 0]
    assert ages(record, registered(BOTH, uid="other", names="z"), 200) == [0, 0]
    assert ages(record, registered(BOTH, BOTH, uid="other", names="zy"), 300) == [0, 0]


def test_what_could_not_be_read_may_have_been_anything() -> None:
    record = PublicationRecord()
    record.see(registered(BOTH), 0)
    record.forget()
    assert ages(record, registered(BOTH), 100) == [0, 0]


def test_without_a_configuration_or_without_entries_nobody_calls_and_nobody_can_miss_it() -> None:
    record = PublicationRecord()
    for nothing in (None, registered()):
        assert record.see(nothing, 0).age_of(NEW) == timedelta.max
    assert ages(record, registered(BOTH), 100) == [0, 0]


def test_by_itself_nothing_is_known() -> None:
    assert Publication().age_of(OLD) is None
