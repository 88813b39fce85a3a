"""Load by wrk: one thread posts one body again and again over kept connections."""

import shutil
import subprocess
from pathlib import Path

from msgspec import Struct, json

from . import CannotMeasure
from .machine import pinned_to

_SCRIPT = """
local file = assert(io.open("review.json", "rb"))
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Accept"] = "application/json, */*"
wrk.headers["User-Agent"] = "kube-apiserver-admission"
wrk.body = file:read("*a")
file:close()

done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format('{"answers":%d,"microseconds":%d,"p50":%d,"p99":%d,"errors":%d}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""
_PATIENCE = 10
"""Seconds that wrk may take longer than it was told."""


class Load(Struct, frozen=True):
    """What one run of wrk saw. Times in microseconds."""

    answers: int
    microseconds: int
    p50: int
    p99: int
    errors: int

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers * 1e6 / self.microseconds


class Wrk:
    """wrk with its script and the body in a directory of their own. Raises CannotMeasure where there is no wrk."""

    def __init__(self, directory: Path, body: bytes, core: int) -> None:
        found = shutil.which("wrk")
        if found is None:
            raise CannotMeasure("wrk is missing; on Debian: apt-get install wrk")
        self._program = found
        self._directory = directory
        self._core = core
        (directory / "review.lua").write_text(_SCRIPT, encoding="utf-8")
        (directory / "review.json").write_bytes(body)

    def load(self, url: str, *, connections: int, seconds: int) -> Load:
        """Load ``url``. Raises CannotMeasure if anything but answers with HTTP 200 came back."""
        options = ["--threads=1", f"--connections={connections}", f"--duration={seconds}s", "--script=review.lua"]
        with pinned_to(self._core):
            ran = subprocess.run(
                [self._program, *options, url],
                cwd=self._directory,
                capture_output=True,
                check=True,
                timeout=seconds + _PATIENCE,
            )
        load = json.decode(ran.stdout.splitlines()[-1], type=Load)
        if load.errors or not load.answers:
            raise CannotMeasure(f"{load.errors} of the requests met an error, {load.answers:,} were answered")
        return load
