"""The image, by ``make image``, but on the bases that are made here."""

import subprocess

from tests.cluster import ROOT
from tests.image.bases import BUILD, RUNTIME
from tests.image.engine import ALONE, Engine, Failed

MADE_AT = 1_700_000_000
"""What SOURCE_DATE_EPOCH says."""

REVISION = "4f0a"

_SURPRISES = ("MAKEFLAGS", "MAKEOVERRIDES", "MFLAGS")
"""What a make that runs the tests tells the makes below it."""


def build_image(engine: Engine, name: str) -> str:
    """Return the name. Raises Failed."""
    bases = [f"--build-arg=BUILD_IMAGE={BUILD}", f"--build-arg=RUNTIME_IMAGE={RUNTIME}"]
    build = engine.command("build", *ALONE, "--network=host", *bases)
    told = [f"IMAGE={name}", f"REVISION={REVISION}", f"SOURCE_DATE_EPOCH={MADE_AT}"]
    environment = {key: value for key, value in engine.environment.items() if key not in _SURPRISES}
    command = ["make", "image", f"BUILD={' '.join(build)}", *told]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed.of("make image", done)
    return name
