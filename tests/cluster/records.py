"""What a control plane writes down about itself, for a later command to find it by."""

from pathlib import Path

import msgspec
from msgspec import Struct

from tests.cluster.processes import Process

_NAME = "control-plane.json"


class Record(Struct, frozen=True):
    """All that its folder does not say by itself."""

    version: str
    programs: dict[str, Path]
    ports: dict[str, int]
    processes: dict[str, Process]
    """In the order in which they were started."""


def write_record(state: Path, record: Record) -> None:
    """Write it whole: a reader sees the one before or this one."""
    new = state / f"{_NAME}.new"
    new.write_bytes(msgspec.json.format(msgspec.json.encode(record, enc_hook=str)))
    new.replace(state / _NAME)


def read_record(state: Path) -> Record:
    """Read it. Raises FileNotFoundError where no control plane was started."""
    return msgspec.json.decode((state / _NAME).read_bytes(), type=Record, dec_hook=lambda kind, value: kind(value))


def end_all(record: Record) -> None:
    """Kill what still runs of it, the last started first: nothing of it is wanted any more.

    Asked politely, the scheduler of 1.24 would not end once it has lost the API server.
    """
    for process in reversed(record.processes.values()):
        process.kill()
