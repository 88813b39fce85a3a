"""What stands in for the published base, which needs a registry: the packages of Debian 13 that it is made of.

``debian:13-slim`` is a minimal Debian, and so is this, of the same archive.
"""

import re
import ssl
import subprocess
from pathlib import Path

from tests.image.engine import Engine, Failed, Missing

BUILD = "localhost/debian"

_FORBIDDEN = "not permitted|permission denied|not supported"
"""What a machine says that is a container itself, and may have none within."""


def add_base(engine: Engine) -> None:
    """Make the image. Raises Missing, also where containers may not be run."""
    tree = engine.folder / "build.tar"
    _unpack(tree, "--variant=minbase", *(f"--customize-hook={hook}" for hook in _trusting_hooks()))
    try:
        engine.add(BUILD, tree)
        engine("run", "--rm", *engine.contained(), BUILD, "true")
    except Failed as failed:
        if not re.search(_FORBIDDEN, str(failed), re.IGNORECASE):
            raise
        raise Missing(f"podman may not run a container here: {str(failed).splitlines()[-1]}") from None


def _unpack(to: Path, *options: str) -> None:
    command = ["mmdebstrap", "--quiet", *options, "trixie", str(to)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise Missing(f"the packages of Debian 13 cannot be had here: {said[0]}")


def _trusting_hooks() -> tuple[str, ...]:
    """Return what makes pip trust what this machine trusts: the registry may be behind an authority of its own."""
    paths = ssl.get_default_verify_paths()
    file = Path(paths.cafile or paths.openssl_cafile)
    if not file.exists():
        return ()
    return f"upload {file} /etc/trusted.crt", """printf '[global]\\ncert = /etc/trusted.crt\\n' >"$1/etc/pip.conf\""""
