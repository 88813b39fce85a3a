"""Files that somebody else renews: each newer good pair is served, and no other ever takes its place."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from certs.directory import PairDirectory
from certs.keeping import Time
from certs.pair import Pair
from certs.reading import BadPair
from certs.self_signed import LIFETIME, make_self_signed
from certs.state import Shown
from certs.watched_files import WatchedFiles
from tests.certs.fakes import NOW

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ONE, TWO, THREE = (make_self_signed(["guard.example"], NOW + number * MINUTE) for number in range(3))
LATER = make_self_signed(["guard.example"], NOW + DAY)
ENDED = make_self_signed(["guard.example"], NOW - LIFETIME - DAY)

BAD: dict[str, tuple[bytes | None, bytes | None]] = {
    "tls.crt: No such file or directory": (None, TWO.key),
    "tls.key: No such file or directory": (TWO.certificate, None),
    "the key is another than the certificate's": (TWO.certificate, ONE.key),
    "there is no certificate in PEM, or one that cannot be read": (TWO.certificate[:200], TWO.key),
    "there is no private key in PEM, or one that cannot be read": (TWO.certificate, TWO.key[:60]),
    "the certificate ended at 2026-11-21T09:00:00Z": (ENDED.certificate, ENDED.key),
}
"""What may be in the files, None where there is none, and what is said of it."""


class Refuser:
    """Whoever shows the certificate. It refuses pairs for as long as a test says so."""

    def __init__(self) -> None:
        self.shown: list[Pair] = []
        self.refusal = ""

    def __call__(self, pair: Pair) -> None:
        if self.refusal:
            raise BadPair(self.refusal)
        self.shown.append(pair)


@dataclass
class Watching:
    """Files, who follows them, and what came of it."""

    folder: Path
    server: Refuser = field(default_factory=Refuser)
    told: list[tuple[int, str, dict[str, object]]] = field(default_factory=list)
    now: datetime = NOW
    slept: list[float] = field(default_factory=list)
    on_sleep: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        directory = PairDirectory(self.folder / "tls.crt", self.folder / "tls.key")
        passing = Time(clock=lambda: self.now, sleep=self._sleep)
        self.files = WatchedFiles(directory, self.server, self._tell, passing)

    def write(self, pair: Pair) -> None:
        self.write_parts(pair.certificate, pair.key)

    def write_parts(self, certificate: bytes | None, key: bytes | None) -> None:
        for name, content in (("tls.crt", certificate), ("tls.key", key)):
            (self.folder / name).unlink(missing_ok=True)
            if content is not None:
                (self.folder / name).write_bytes(content)

    def look(self) -> None:
        asyncio.run(self.files.look())

    @property
    def shown(self) -> list[Pair]:
        return self.server.shown

    @property
    def problem(self) -> str:
        return self.files.state.problem

    @property
    def warnings(self) -> list[object]:
        return [fields["why"] for level, _, fields in self.told if level == logging.WARNING]

    @property
    def events(self) -> list[str]:
        return [event for _, event, _ in self.told]

    def _tell(self, level: int, event: str, /, **fields: object) -> None:
        assert "BEGIN" not in str(fields)
        self.told.append((level, event, fields))

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.on_sleep()
        await asyncio.sleep(0)


@pytest.fixture
def watching(tmp_path: Path) -> Watching:
    """Files with the first pair, which is served."""
    watching = Watching(tmp_path)
    watching.write(ONE)
    watching.files.begin()
    return watching


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


def shown_of(pair: Pair) -> Shown:
    return Shown.of(x509.load_pem_x509_certificate(pair.certificate))


def test_before_it_begins_nothing_is_known(tmp_path: Path) -> None:
    state = Watching(tmp_path).files.state
    assert (state.leaf, state.leaf_changed_at, state.problem) == (None, None, "")


def test_the_first_pair_is_served_by_beginning(watching: Watching) -> None:
    state = watching.files.state
    assert watching.shown == [ONE]
    assert (state.leaf, state.leaf_changed_at, state.problem) == (shown_of(ONE), NOW, "")
    assert (state.authority, state.next, state.bundle) == (None, None, b"")


@pytest.mark.parametrize("why", BAD)
def test_without_a_first_good_pair_nothing_begins(why: str, tmp_path: Path) -> None:
    watching = Watching(tmp_path)
    watching.write_parts(*BAD[why])
    with pytest.raises(BadPair) as raised:
        watching.files.begin()
    assert str(raised.value) == f"cannot use {tmp_path / 'tls.crt'} with {tmp_path / 'tls.key'}: {why}"
    assert watching.shown == []
    assert watching.files.state.leaf is None


def test_a_first_pair_that_nobody_can_show_begins_nothing_either(tmp_path: Path) -> None:
    watching = Watching(tmp_path)
    watching.write(ONE)
    watching.server.refusal = "EE_KEY_TOO_SMALL"
    with pytest.raises(BadPair, match=r"^EE_KEY_TOO_SMALL$"):
        watching.files.begin()
    assert watching.files.state.leaf is None


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


@pytest.mark.parametrize("why", BAD)
def test_a_bad_pair_is_a_problem_told_once_while_the_last_good_one_goes_on(why: str, watching: Watching) -> None:
    watching.write_parts(*BAD[why])
    for _ in range(3):
        watching.now += timedelta(seconds=10)
        watching.look()
        assert watching.problem.endswith(f": {why}")
    assert watching.warnings == [watching.problem]
    assert watching.shown == [ONE]
    assert watching.files.state.leaf == shown_of(ONE)
    assert watching.files.state.leaf_changed_at == NOW


@pytest.mark.parametrize("healed", [ONE, TWO], ids=["by the one before", "by a newer one"])
@pytest.mark.parametrize("why", BAD)
def test_it_heals_and_says_so_once(why: str, healed: Pair, watching: Watching) -> None:
    watching.write_parts(*BAD[why])
    watching.look()
    watching.write(healed)
    for _ in range(2):
        watching.look()
    assert watching.problem == ""
    assert watching.files.state.leaf == shown_of(healed)
    assert watching.events.count("certificates are in order again") == 1
    assert watching.shown == ([ONE] if healed == ONE else [ONE, TWO])


def test_another_problem_is_told_as_it_comes(watching: Watching) -> None:
    problems = list(BAD.values())
    for parts in (*problems, problems[0]):
        watching.write_parts(*parts)
        watching.look()
    assert len(watching.warnings) == len(BAD) + 1
    assert "certificates are in order again" not in watching.events


def test_one_that_nobody_renews_is_a_problem_from_its_end_on_and_goes_on(watching: Watching) -> None:
    """Served for want of a better one: who calls is told by TLS why it is no good."""
    watching.now = NOW + LIFETIME
    watching.look()
    assert watching.problem == ""
    watching.now += timedelta(seconds=1)
    watching.look()
    assert watching.problem.endswith("the certificate ended at 2026-11-29T09:00:00Z")
    assert watching.files.state.leaf == shown_of(ONE)


def test_a_pair_that_nobody_can_show_stays_a_problem_while_it_is_in_the_files(watching: Watching) -> None:
    watching.write(TWO)
    watching.server.refusal = "EE_KEY_TOO_SMALL"
    for _ in range(3):
        watching.look()
        assert watching.problem == "EE_KEY_TOO_SMALL"
    assert watching.warnings == ["EE_KEY_TOO_SMALL"]
    assert watching.files.state.leaf == shown_of(ONE)


def test_a_pair_that_could_not_be_shown_is_tried_again(watching: Watching) -> None:
    """A disk that was full for a moment must not leave the old certificate until it ends."""
    watching.write(TWO)
    watching.server.refusal = "certificate and key cannot be loaded: No space left on device"
    watching.look()
    watching.server.refusal = ""
    watching.look()
    assert watching.shown == [ONE, TWO]
    assert watching.files.state.leaf == shown_of(TWO)
    assert watching.problem == ""


def test_what_cannot_be_shown_is_followed_by_what_can(watching: Watching) -> None:
    watching.write(TWO)
    watching.server.refusal = "EE_KEY_TOO_SMALL"
    watching.look()
    watching.server.refusal = ""
    watching.write(THREE)
    watching.look()
    assert watching.shown == [ONE, THREE]
    assert watching.problem == ""
    assert watching.events[-1] == "certificates are in order again"


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
