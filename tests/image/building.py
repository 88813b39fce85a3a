"""The image, by ``make image``, but on the base that is made here."""

import subprocess

from tests.cluster import ROOT
from tests.image.base import BUILD
from tests.image.engine import ALONE, Engine, Failed

MADE_AT = 1_700_000_000
"""What SOURCE_DATE_EPOCH says."""

REVISION = "4f0a"

_SURPRISES = ("MAKEFLAGS", "MAKEOVERRIDES", "MFLAGS")
"""What a make that runs the tests tells the makes below it."""


def build_image(engine: Engine, name: str) -> str:
    """Return the name. Raises Failed."""
    build = engine.command("build", *ALONE, "--network=host", f"--build-arg=BUILD_IMAGE={BUILD}")
    told = [f"IMAGE={name}", f"REVISION={REVISION}", f"SOURCE_DATE_EPOCH={MADE_AT}"]
    environment = {key: value for key, value in engine.environment.items() if key not in _SURPRISES}
    command = ["make", "image", f"BUILD={' '.join(build)}", *told]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed.of("make image", done)
    return name
