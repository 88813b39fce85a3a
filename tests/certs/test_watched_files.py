"""Files that somebody else renews: each newer good pair is served, and no other ever takes its place."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.directory import PairDirectory
from certs.pair import Pair
from tests.certs.fakes import NOW
from tests.certs.watching import DAY, LATER, ONE, THREE, TWO, Watching, shown_of


def test_one_that_begins_later_waits_for_that_and_is_a_problem_until_then(watching: Watching) -> None:
    """An issuer's clock may be ahead, and the one before is good."""
    watching.write(LATER)
    watching.look()
    assert watching.shown == [ONE]
    assert watching.problem.endswith(" begins at 2026-11-23T08:55:00Z only")
    watching.now = NOW + DAY
    watching.look()
    assert (watching.shown, watching.problem) == ([ONE, LATER], "")


def test_a_fault_of_ours_ends_nothing(watching: Watching) -> None:
    class Faulty(PairDirectory):
        def look(self, now: datetime) -> Pair | None:
            raise RuntimeError(f"secret at {now}")

    class EnoughError(Exception):
        pass

    def enough() -> None:
        if len(watching.slept) > 2:
            raise EnoughError

    watching.on_sleep = enough
    watching.files._directory = Faulty(watching.folder, watching.folder)
    with pytest.raises(EnoughError):
        asyncio.run(watching.files.run())
    assert watching.problem == "internal error: RuntimeError"


def test_before_it_begins_nothing_is_known(tmp_path: Path) -> None:
    state = Watching(tmp_path).files.state
    assert (state.leaf, state.leaf_changed_at, state.problem) == (None, None, "")


def test_the_first_pair_is_served_by_beginning(watching: Watching) -> None:
    state = watching.files.state
    assert watching.shown == [ONE]
    assert (state.leaf, state.leaf_changed_at, state.problem) == (shown_of(ONE), NOW, "")
    assert (state.authority, state.next, state.bundle) == (None, None, b"")


def test_files_that_nobody_changes_are_served_once(watching: Watching) -> None:
    for _ in range(3):
        watching.look()
    watching.write(ONE)  # as it was, but of another time
    watching.look()
    assert watching.shown == [ONE]
    assert watching.told == []


def test_each_newer_pair_is_served_and_told_with_its_end(watching: Watching) -> None:
    for pair in (TWO, THREE):
        watching.now += DAY
        watching.write(pair)
        watching.look()
        watching.look()
        assert watching.shown[-1] == pair
        assert watching.files.state.leaf == shown_of(pair)
        assert watching.files.state.leaf_changed_at == watching.now
    assert watching.shown == [ONE, TWO, THREE]
    assert watching.told == [
        (logging.INFO, "certificate taken", {"until": "2026-11-29T09:01:00Z"}),
        (logging.INFO, "certificate taken", {"until": "2026-11-29T09:02:00Z"}),
    ]


def test_an_older_pair_is_taken_too_where_somebody_puts_it_back(watching: Watching) -> None:
    for pair in (TWO, ONE):
        watching.write(pair)
        watching.look()
    assert watching.shown == [ONE, TWO, ONE]


def test_one_key_may_have_a_newer_certificate(watching: Watching) -> None:
    """As with cert-manager, where the key is not rotated: here with what follows the certificate."""
    longer = Pair(ONE.certificate + TWO.certificate, ONE.key)
    watching.write(longer)
    watching.look()
    assert watching.shown == [ONE, longer]


def swap(home: Path, number: int, certificate: bytes, key: bytes) -> None:
    """Change a mounted Secret as the kubelet does: by renaming one link, ``..data``; what it led to is deleted."""
    folder = home / f"..2026_11_22_{number}"
    folder.mkdir()
    (folder / "tls.crt").write_bytes(certificate)
    (folder / "tls.key").write_bytes(key)
    (home / "..data_tmp").symlink_to(folder.name)
    before = home / (home / "..data").readlink() if number else None
    (home / "..data_tmp").rename(home / "..data")
    if before is None:
        for name in ("tls.crt", "tls.key"):
            (home / name).symlink_to(f"..data/{name}")
        return
    for file in before.iterdir():
        file.unlink()
    before.rmdir()


def test_a_mounted_secret_is_followed_through_its_swaps(tmp_path: Path) -> None:
    watching = Watching(tmp_path)
    swap(tmp_path, 0, ONE.certificate, ONE.key)
    watching.files.begin()
    swap(tmp_path, 1, TWO.certificate, TWO.key)
    watching.look()
    swap(tmp_path, 2, THREE.certificate, TWO.key)  # somebody wrote a Secret that does not fit together
    watching.look()
    assert watching.problem.endswith("the key is another than the certificate's")
    swap(tmp_path, 3, THREE.certificate, THREE.key)
    watching.look()
    assert watching.shown == [ONE, TWO, THREE]
    assert watching.problem == ""


def test_it_looks_every_ten_seconds_until_cancelled(watching: Watching) -> None:
    class EnoughError(Exception):
        pass

    changes: list[Callable[[], None]] = [
        lambda: watching.write(TWO),
        lambda: watching.write_parts(None, None),
        lambda: watching.write(THREE),
    ]

    def change() -> None:
        if not changes:
            raise EnoughError
        changes.pop(0)()

    watching.on_sleep = change
    with pytest.raises(EnoughError):
        asyncio.run(watching.files.run())
    assert watching.shown == [ONE, TWO, THREE]
    assert watching.slept == [10] * 4


PIECES = st.sampled_from([None, b"", b"junk", *(x for one in (ONE, TWO, THREE) for x in (one.certificate, one.key))])


@given(
    contents=st.lists(
        st.one_of(
            st.tuples(PIECES, PIECES), st.sampled_from([ONE, TWO, THREE]).map(lambda one: (one.certificate, one.key))
        ),
        max_size=6,
    )
)
def test_whatever_comes_into_the_files_only_whole_pairs_are_served(
    contents: list[tuple[bytes | None, bytes | None]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    good = [(one.certificate, one.key) for one in (ONE, TWO, THREE)]
    watching = Watching(tmp_path_factory.mktemp("tls"))
    watching.write(ONE)
    watching.files.begin()
    expected = [ONE]
    for certificate, key in contents:
        watching.write_parts(certificate, key)
        watching.look()
        if (certificate, key) in good and (certificate, key) != (expected[-1].certificate, expected[-1].key):
            expected.append(Pair(certificate or b"", key or b""))
        assert (watching.problem == "") == ((certificate, key) in good)
    assert watching.shown == expected
