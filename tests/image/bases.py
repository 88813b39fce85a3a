"""What stands in for the two published bases, which need a registry: the packages of Debian 13 that they are made of.

``debian:13-slim`` is a minimal Debian. ``distroless/python3-debian13`` is packages unpacked, with none of their scripts
run, and a user. These have the same packages from the same archive, so the same Python and the same libraries; what
differs is little (here are debconf's scripts; not here are the authorities of the web, and ensurepip).
"""

import re
import ssl
import subprocess
from pathlib import Path

from tests.image.engine import Engine, Failed, Missing

BUILD = "localhost/debian"
RUNTIME = "localhost/distroless"

_RUNTIME_PACKAGES = """
    base-files netbase tzdata media-types libc6 libc-bin libssl3t64 libzstd1 zlib1g libgcc-s1 libgomp1 libstdc++6
    libbz2-1.0 libcom-err2 libcrypt1 libdb5.3t64 libexpat1 libffi8 libgssapi-krb5-2 liblzma5 libncursesw6 libnsl2
    libreadline8t64 libsqlite3-0 libtinfo6 libtirpc3t64 libuuid1
    libpython3.13-minimal libpython3.13-stdlib python3.13-minimal
"""
_RUNTIME_SETTINGS = (
    'ENTRYPOINT=["/usr/bin/python3.13"]',
    "ENV=LANG=C.UTF-8",
    "ENV=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "ENV=SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
    "USER=65532",
    "WORKDIR=/home/nonroot",
)
_FORBIDDEN = "not permitted|permission denied|not supported"
"""What a machine says that is a container itself, and may have none within."""
_USERS = r"root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n"
# mmdebstrap runs these outside of the tree, which is their $1.
_RUNTIME_HOOKS = (
    f"""printf '{_USERS}' >"$1/etc/passwd\"""",
    """install -d -m 700 -o 65532 -g 65532 "$1/home/nonroot\"""",
    """: >"$1/etc/hosts\"""",  # or podman would leave one behind when it builds
)


def add_bases(engine: Engine) -> None:
    """Make both images. Raises Missing, also where containers may not be run."""
    build, runtime = engine.folder / "build.tar", engine.folder / "runtime.tar"
    _unpack(build, "--variant=minbase", *(f"--customize-hook={hook}" for hook in _trusting_hooks()))
    hooks = [f"--extract-hook={hook}" for hook in _RUNTIME_HOOKS]
    packages = ",".join(_RUNTIME_PACKAGES.split())
    _unpack(runtime, "--variant=extract", f"--include={packages}", *hooks)
    try:
        engine.add(BUILD, build)
        engine.add(RUNTIME, runtime, *_RUNTIME_SETTINGS)
        engine("run", "--rm", *engine.contained(), RUNTIME, "-c", "pass")
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
