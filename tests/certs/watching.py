"""Files that are watched for a newer certificate, who shows it, and what came of it."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

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


def shown_of(pair: Pair) -> Shown:
    return Shown.of(x509.load_pem_x509_certificate(pair.certificate))
