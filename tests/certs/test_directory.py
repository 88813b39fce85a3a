"""A pair in files: taken whole or not at all, however it is written, swapped, mixed up or taken away."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from certs.authority import make_authority
from certs.directory import MOST_BYTES, PairDirectory
from certs.leaf import make_leaf
from certs.pair import Pair
from certs.validity import CLOCK_SKEW
from tests.certs.fakes import NAMES, NOW
from tests.certs.forging import forge

AUTHORITY = make_authority(NAMES, NOW)
ONE, TWO = (make_leaf(AUTHORITY, NAMES, NOW) for _ in range(2))
WEEK = timedelta(days=7)


class Mount:
    """A mounted Secret, as the kubelet keeps one: files are links through ``..data``, which is swapped by renaming."""

    def __init__(self, home: Path, pair: Pair) -> None:
        self.home = home
        self.count = 0
        home.mkdir()
        self.swap(pair)
        for name in ("tls.crt", "tls.key"):
            (home / name).symlink_to(f"..data/{name}")

    def swap(self, pair: Pair, *, delete: bool = True) -> None:
        before = self.home / (self.home / "..data").readlink() if self.count else None
        self.count += 1
        folder = self.home / f"..2026_11_22_{self.count}"
        folder.mkdir()
        (folder / "tls.crt").write_bytes(pair.certificate)
        (folder / "tls.key").write_bytes(pair.key)
        (self.home / "..data_tmp").symlink_to(folder.name)
        (self.home / "..data_tmp").rename(self.home / "..data")
        if before is not None and delete:
            for file in before.iterdir():
                file.unlink()
            before.rmdir()

    def directory(self) -> PairDirectory:
        return PairDirectory(self.home / "tls.crt", self.home / "tls.key")


@pytest.fixture
def mount(tmp_path: Path) -> Mount:
    return Mount(tmp_path / "tls", ONE)


def files(folder: Path, pair: Pair) -> PairDirectory:
    folder.mkdir(exist_ok=True)
    (folder / "tls.crt").write_bytes(pair.certificate)
    (folder / "tls.key").write_bytes(pair.key)
    return PairDirectory(folder / "tls.crt", folder / "tls.key")


def test_a_pair_is_told_once_and_again_when_it_is_another(mount: Mount) -> None:
    directory = mount.directory()
    assert directory.problem == ""
    assert directory.look(NOW) == ONE
    assert directory.look(NOW) is None
    mount.swap(TWO)
    assert directory.look(NOW) == TWO
    assert directory.look(NOW) is None
    assert directory.problem == ""


@pytest.mark.parametrize("when", ["before the certificate is read", "before the key is read"])
def test_a_swap_in_the_midst_of_a_look_never_mixes_two_pairs(
    when: str,
    mount: Mount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    directory = mount.directory()
    opened = Path.open
    left = [TWO]

    def swap_and_open(path: Path, mode: str) -> object:
        if left and path.suffix == (".crt" if "certificate" in when else ".key"):
            mount.swap(left.pop())
        return opened(path, mode)

    monkeypatch.setattr(Path, "open", swap_and_open)
    assert directory.look(NOW) == TWO
    assert directory.problem == ""


@pytest.mark.parametrize("delete", [True, False])
def test_a_swap_right_after_the_link_was_followed_brings_the_new_pair_or_leaves_the_one_of_before(
    delete: bool,  # noqa: FBT001
    mount: Mount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    directory = mount.directory()
    follow, left = os.path.realpath, [TWO]

    def follow_and_swap(path: Path, *, strict: bool) -> str:
        found = follow(path, strict=strict)
        if path.name == "..data" and left:
            mount.swap(left.pop(), delete=delete)
        return found

    monkeypatch.setattr(os.path, "realpath", follow_and_swap)
    assert directory.look(NOW) == (TWO if delete else ONE)
    assert directory.problem == ""


def test_a_folder_that_is_gone_when_it_is_read_is_followed_anew_twice(
    mount: Mount, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = mount.directory()
    follow, left = os.path.realpath, [TWO, ONE, TWO]

    def follow_and_swap(path: Path, *, strict: bool) -> str:
        found = follow(path, strict=strict)
        if path.name == "..data" and len(left) > 1:
            mount.swap(left.pop())
        return found

    monkeypatch.setattr(os.path, "realpath", follow_and_swap)
    assert directory.look(NOW) == ONE


def test_the_folder_itself_may_be_a_link_and_a_volume_may_lie_above_it(tmp_path: Path) -> None:
    files(tmp_path / "one", ONE)
    files(tmp_path / "two", TWO)
    link = tmp_path / "current"
    link.symlink_to("one")
    directory = PairDirectory(link / "tls.crt", link / "tls.key")
    assert directory.look(NOW) == ONE
    link.unlink()
    link.symlink_to("two")
    assert directory.look(NOW) == TWO


def test_files_may_lie_in_two_folders(tmp_path: Path) -> None:
    files(tmp_path / "one", ONE)
    files(tmp_path / "two", ONE)
    directory = PairDirectory(tmp_path / "one" / "tls.crt", tmp_path / "two" / "tls.key")
    assert directory.look(NOW) == ONE
    files(tmp_path / "two", TWO)
    assert directory.look(NOW) is None
    assert "the key is another than the certificate's" in directory.problem
    files(tmp_path / "one", TWO)
    assert directory.look(NOW) == TWO


BAD = {
    "the key is another than the certificate's": Pair(ONE.certificate, TWO.key),
    "there is no private key in PEM": Pair(TWO.certificate, TWO.key[:60]),
    "there is no certificate in PEM": Pair(TWO.certificate[:60], TWO.key),
    "tls.crt is larger than 256 KiB": Pair(TWO.certificate + b"\n" * MOST_BYTES, TWO.key),
    "the certificate ended at 2026-11-21T09:00:00Z": make_leaf(
        make_authority(NAMES, NOW - 2 * WEEK), NAMES, NOW - WEEK - timedelta(days=1)
    ),
}


@pytest.mark.parametrize("why", BAD)
def test_a_bad_pair_is_not_taken_until_it_is_good(why: str, tmp_path: Path) -> None:
    directory = files(tmp_path, ONE)
    assert directory.look(NOW) == ONE
    files(tmp_path, BAD[why])
    for _ in range(2):
        assert directory.look(NOW) is None
        assert directory.problem.startswith(f"cannot use {tmp_path / 'tls.crt'} with {tmp_path / 'tls.key'}: {why}")
        assert "BEGIN" not in directory.problem
    files(tmp_path, TWO)
    assert directory.look(NOW) == TWO
    assert directory.problem == ""


def test_a_file_may_be_as_large_as_the_bound(tmp_path: Path) -> None:
    padded = Pair(TWO.certificate.ljust(MOST_BYTES, b"\n"), TWO.key)
    assert files(tmp_path, padded).look(NOW) == padded


def test_one_that_begins_later_waits_until_it_is_good_but_for_the_skew_of_clocks(tmp_path: Path) -> None:
    directory = files(tmp_path, ONE)
    assert directory.look(NOW) == ONE
    begins = NOW + timedelta(days=1)
    later = make_leaf(AUTHORITY, NAMES, begins + CLOCK_SKEW)  # it is made with as much skew behind it
    files(tmp_path, later)
    assert directory.look(begins - CLOCK_SKEW - timedelta(seconds=1)) is None
    assert directory.problem.endswith("the certificate begins at 2026-11-23T09:00:00Z only")
    assert directory.look(begins - CLOCK_SKEW) == later


def test_the_good_one_that_comes_back_is_no_news(tmp_path: Path) -> None:
    directory = files(tmp_path, ONE)
    directory.look(NOW)
    (tmp_path / "tls.key").unlink()
    assert directory.look(NOW) is None
    assert directory.problem.endswith("tls.key: No such file or directory")
    files(tmp_path, ONE)
    assert directory.look(NOW) is None
    assert directory.problem == ""


def test_one_that_nobody_renews_becomes_a_problem(mount: Mount) -> None:
    directory = mount.directory()
    assert directory.look(NOW) == ONE
    assert directory.look(NOW + WEEK * 2) is None
    assert directory.problem.endswith("the certificate ended at 2026-11-29T09:00:00Z")


def test_files_that_come_later_are_found_and_a_loop_of_links_is_a_problem_like_others(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    folder.symlink_to("tls")
    directory = PairDirectory(folder / "tls.crt", folder / "tls.key")
    assert directory.look(NOW) is None
    assert "symbolic links" in directory.problem
    folder.unlink()
    assert directory.look(NOW) is None
    assert directory.problem.endswith("tls: No such file or directory")
    files(folder, ONE)
    assert directory.look(NOW) == ONE


def test_a_chain_is_taken_and_one_in_the_wrong_order_is_not(tmp_path: Path) -> None:
    chain = Pair(ONE.certificate + AUTHORITY.certificate, ONE.key)
    assert files(tmp_path, chain).look(NOW) == chain
    directory = files(tmp_path, Pair(AUTHORITY.certificate + ONE.certificate, ONE.key))
    assert directory.look(NOW) is None
    assert "the server's own has to come first" in directory.problem


def test_nothing_is_ever_written(mount: Mount) -> None:
    def everything() -> list[tuple[str, int, int]]:
        found = sorted(path for path in mount.home.rglob("*"))
        return [(str(path), path.lstat().st_mtime_ns, path.lstat().st_mode) for path in found]

    before = everything()
    directory = mount.directory()
    for days in (0, 6, 400):
        directory.look(NOW + timedelta(days=days))
    assert everything() == before
    mount.swap(forge())
    before = everything()
    directory.look(NOW)
    assert everything() == before
