"""Files that are watched for a newer certificate, who shows it, and what came of it."""

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

from cryptography import x509

from certs.directory import PairDirectory
from certs.pair import Pair
from certs.reading import BadPair
from certs.self_signed import LIFETIME, make_self_signed
from certs.state import Shown
from certs.watched_files import WatchedFiles
from tests.certs.around import Around
from tests.certs.fakes import NOW

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
ONE, TWO, THREE = (make_self_signed(["guard.example"], NOW + number * MINUTE) for number in range(3))
LATER = make_self_signed(["guard.example"], NOW + DAY)
ENDED = make_self_signed(["guard.example"], NOW - LIFETIME - DAY)


class Refuser:
    """Whoever shows the certificate. It refuses pairs for as long as a test says so."""

    def __init__(self) -> None:
        self.shown: list[Pair] = []
        self.refusal = ""

    def __call__(self, pair: Pair) -> None:
        if self.refusal:
            raise BadPair(self.refusal)
        self.shown.append(pair)


class Watching(Around):
    """Files, who follows them, and what came of it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.server = Refuser()
        directory = PairDirectory(folder / "tls.crt", folder / "tls.key")
        self.files = WatchedFiles(directory, self.server, self.tell, self.time)

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


def shown_of(pair: Pair) -> Shown:
    return Shown.of(x509.load_pem_x509_certificate(pair.certificate))
