"""Files that somebody else renews badly: it is said, the last good pair goes on, and it heals by itself."""

from datetime import timedelta
from pathlib import Path

import pytest

from certs.pair import Pair
from certs.reading import BadPair
from certs.self_signed import LIFETIME
from tests.certs.fakes import NOW
from tests.certs.watching import ENDED, ONE, THREE, TWO, Watching, shown_of

BAD: dict[str, tuple[bytes | None, bytes | None]] = {
    "tls.crt: No such file or directory": (None, TWO.key),
    "tls.key: No such file or directory": (TWO.certificate, None),
    "the key is another than the certificate's": (TWO.certificate, ONE.key),
    "there is no certificate in PEM, or one that cannot be read": (TWO.certificate[:200], TWO.key),
    "there is no private key in PEM, or one that cannot be read": (TWO.certificate, TWO.key[:60]),
    "the certificate ended at 2026-11-21T09:00:00Z": (ENDED.certificate, ENDED.key),
}
"""What may be in the files, None where there is none, and what is said of it."""


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
