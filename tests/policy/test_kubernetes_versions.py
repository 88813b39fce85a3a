"""Kubernetes versions are read in every vendor's form and compared by major and minor."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import minors, spellings
from webhook.policy.kubernetes_version import InvalidVersion, KubernetesVersion

VENDOR_FORMS = [
    ("1.26", "1.26"),
    ("v1.26", "1.26"),
    (" 1.26\n", "1.26"),
    ("1.31+", "1.31"),
    ("1.32.7-aliyun.1", "1.32"),
    ("v1.22.3-aliyun.1", "1.22"),
    ("1.22.15-aliyunedge.1", "1.22"),
    ("v1.20.6", "1.20"),
    ("v1.30.4+rke2r1", "1.30"),
    ("v1.20.11+k3s1", "1.20"),
    ("v1.30.2+k0s.0", "1.30"),
    ("v1.34.3-k0s.0", "1.34"),
    ("v1.30.5-eks-1234567", "1.30"),
    ("1.31.2-gke.1000", "1.31"),
    ("v1.23.8---vmware.2-tkg.2-zshippable", "1.23"),
    ("2.0", "2.0"),
]
NO_VERSIONS = [
    "",
    "latest",
    "1",
    "v1",
    "26",
    "1.x",
    "1.26.",
    "1.26.x",
    "1.26 beta",
    "-1.26",
    "1.-26",
    "1,26",
    "１.２６",
    "1.26\x00",
]


@pytest.mark.parametrize(("text", "minor"), VENDOR_FORMS)
def test_every_vendor_form_is_read(text: str, minor: str) -> None:
    assert str(KubernetesVersion.parse(text)) == minor


@pytest.mark.parametrize("text", [*NO_VERSIONS, "1." + "9" * 5000])
def test_what_is_no_version_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InvalidVersion) as caught:
        KubernetesVersion.parse(text)
    assert str(caught.value) == "not a Kubernetes version; write it like 1.26 or v1.26.3-aliyun.1"


def test_minors_are_ordered_as_numbers_and_not_as_text() -> None:
    assert KubernetesVersion(1, 9) < KubernetesVersion(1, 10) < KubernetesVersion(2, 0)


@given(minors.flatmap(lambda minor: st.tuples(st.just(minor), spellings(minor))))
def test_the_spelling_does_not_matter(drawn: tuple[int, str]) -> None:
    minor, text = drawn
    assert KubernetesVersion.parse(text) == KubernetesVersion(1, minor)


@given(st.text())
def test_any_text_is_a_version_or_is_refused(text: str) -> None:
    with contextlib.suppress(InvalidVersion):
        KubernetesVersion.parse(text)
