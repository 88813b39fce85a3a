"""What can be told of the Dockerfile by reading it. (`make check` has a linter read it, too.)"""

import re

from tests.cluster import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_the_base_has_a_tag_and_another_can_be_named() -> None:
    (base,) = re.findall(r"^ARG BUILD_IMAGE=(\S+)$", DOCKERFILE, re.MULTILINE)
    assert re.search(r":(?!latest$)[\w.-]+$", base)
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["${BUILD_IMAGE}", "scratch"]


def test_no_architecture_is_named() -> None:
    assert not re.search("amd64|x86|arm64|aarch64|--platform", DOCKERFILE)
