"""Programs run in the image, as a cluster that restricts its pods would run them."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.cluster import ROOT
from tests.image.engine import Engine

_MOUNTED = (
    f"--volume={ROOT / 'manifests/examples'}:/examples:ro",
    f"--volume={ROOT / 'tests/image/inside'}:/inside:ro",
)
_PYTHON = "/opt/guard/bin/python"
_TICK = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """An image whose programs can be run."""

    engine: Engine
    image: str

    def run(self, *arguments: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """Run the program to its end."""
        return self.engine.ask("run", "--rm", *self.engine.contained(*_MOUNTED, *options), self.image, *arguments)

    def told_by(self, script: str) -> Any:
        """Run a script of the folder ``inside`` that prints JSON; return what it printed."""
        done = self.run(f"/inside/{script}", options=(f"--entrypoint={_PYTHON}",))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    @contextmanager
    def serving(self, *arguments: str) -> Iterator["Serving"]:
        """Run the program in the background."""
        name = self.engine("run", "--detach", *self.engine.contained(*_MOUNTED), self.image, *arguments)
        try:
            yield Serving(engine=self.engine, name=name)
        finally:
            self.engine.ask("rm", "--force", "--time", "0", name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A guard that runs in a container. Its network is its own: it is asked from inside."""

    engine: Engine
    name: str

    def told_by(self, script: str, seconds: float = 40) -> Any:
        """Run a script beside it, again until it ends well; return what it printed."""
        latest = time.monotonic() + seconds
        while (done := self.engine.ask("exec", self.name, _PYTHON, f"/inside/{script}")).returncode:
            assert time.monotonic() < latest, f"{done.stderr}\n{self.log()}"
            time.sleep(_TICK)
        return json.loads(done.stdout)

    def stop(self) -> int:
        """End it as a kubelet does; return its exit code."""
        self.engine("stop", "--time", "30", self.name)
        return int(self.engine("inspect", "--format", "{{.State.ExitCode}}", self.name))

    def log(self) -> str:
        """What it wrote until now."""
        done = self.engine.ask("logs", self.name)
        return done.stdout + done.stderr
