"""A pair that somebody else keeps in files: cert-manager in a mounted Secret, or a person. Nothing is ever written.

The kubelet swaps a mounted Secret by one link, ``..data``: it is followed once, and both files are read from where it
led, so that a certificate never meets the key of another time.
"""

import contextlib
import os
from datetime import datetime
from pathlib import Path

from certs.pair import Pair
from certs.reading import BadPair, read_pair
from certs.validity import CLOCK_SKEW, written

MOST_BYTES = 256 * 1024
"""Of one file. A long chain has a tenth of that."""
_ATTEMPTS = 3
"""A folder that was resolved may be gone when it is read: the kubelet deletes it right after the swap."""


class PairDirectory:
    """Follows a certificate file and a key file. It reads files: ask it from a thread that may wait."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self.problem = ""
        """Why what is there now cannot be used; "" where it is what was taken last."""
        self._certificate = certificate
        self._key = key
        self._taken: Pair | None = None

    def look(self, now: datetime) -> Pair | None:
        """Return the pair if there is another good one than last time; at ``now`` (aware) it must not have ended.

        One that begins later has to wait for that, but for the first, instead of which there is none.

        Otherwise None: nothing changed, or what is there is no good, which is then the problem.
        """
        try:
            pair = self._read()
            self._prove_usable(pair, now)
        except (BadPair, OSError) as error:
            self.problem = f"cannot use {self._certificate} with {self._key}: {_said(error)}"
            return None
        self.problem = ""
        if pair == self._taken:
            return None
        self._taken = pair
        return pair

    def put_back(self) -> None:
        """Have the pair that was returned last returned again: it could not be used."""
        self._taken = None

    def _prove_usable(self, pair: Pair, now: datetime) -> None:
        begins = read_pair(pair, now).certificate.not_valid_before_utc
        if self._taken is not None and begins > now + CLOCK_SKEW:
            raise BadPair(f"the certificate begins at {written(begins)} only")

    def _read(self) -> Pair:
        for _ in range(_ATTEMPTS - 1):
            with contextlib.suppress(FileNotFoundError):
                return self._read_once()
        return self._read_once()

    def _read_once(self) -> Pair:
        home = _resolved(self._certificate.parent)
        key_home = home if self._key.parent == self._certificate.parent else _resolved(self._key.parent)
        return Pair(_content(home / self._certificate.name), _content(key_home / self._key.name))


def _resolved(folder: Path) -> Path:
    """Follow every link to a folder, and the one inside of it by which a mounted volume is swapped."""
    home = os.path.realpath(folder, strict=True)  # Path.resolve tells of a loop by a RuntimeError
    swapped = Path(home, "..data")
    return Path(os.path.realpath(swapped, strict=True)) if swapped.is_symlink() else Path(home)


def _said(error: Exception) -> str:
    return f"{Path(error.filename or '').name}: {error.strerror}" if isinstance(error, OSError) else str(error)


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        data = opened.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise BadPair(f"{file.name} is larger than {MOST_BYTES // 1024} KiB")
    return data
