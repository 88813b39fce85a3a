"""How fields write versions: what is read of each, and what cannot be told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import minors, spellings
from webhook.policy.upgrades.dialects import Dialect, version_in
from webhook.policy.upgrades.openshift import kubernetes_of

READ = [
    (Dialect.KUBERNETES, "v1.26.3-aliyun.1", "1.26"),
    (Dialect.KUBERNETES, "v1.21.2---vmware.1-tkg.1.ee25d55", "1.21"),
    (Dialect.KUBERNETES, "latest", None),
    (Dialect.KUBERNETES, "-", None),
    (Dialect.FREE_TEXT, "v1.26.3+k3s1", "1.26"),
    (Dialect.FREE_TEXT, "bionic", None),
    (Dialect.FREE_TEXT, "22.10", None),
    (Dialect.FREE_TEXT, "4.15.0.1060.61", None),
    (Dialect.OPENSHIFT, "4.14.3", "1.27"),
    (Dialect.OPENSHIFT, "openshift-v4.15.1", "1.28"),
    (Dialect.OPENSHIFT, "4.99.0", None),
    (Dialect.OPENSHIFT, "3.11", None),
    (Dialect.OPENSHIFT, "1.26", None),
    (Dialect.IMAGE, "registry.example:5000/k3s-upgrade:v1.26.3-k3s1", "1.26"),
    (Dialect.IMAGE, "kindest/node:v1.26.3@sha256:aa", "1.26"),
    (Dialect.IMAGE, "registry.example:5000/k3s-upgrade", None),
    (Dialect.IMAGE, "kindest/node@sha256:aa", None),
    (Dialect.IMAGE, "v1.26.3", None),
    (Dialect.OPENSHIFT_IMAGE, "quay.io/openshift-release-dev/ocp-release:4.14.1-x86_64", "1.27"),
    (Dialect.OPENSHIFT_IMAGE, "quay.io/openshift-release-dev/ocp-release:latest", None),
    (Dialect.CHANNEL, "https://update.k3s.io/v1-release/channels/v1.26", None),
    (Dialect.CHANNEL, "1.26", None),
]


@pytest.mark.parametrize(("dialect", "text", "version"), READ)
def test_a_version_is_read_or_cannot_be_told(dialect: Dialect, text: str, version: str | None) -> None:
    assert str(version_in(text, dialect) or "") == (version or "")


@pytest.mark.parametrize(
    ("openshift", "kubernetes"), [("4.1", "1.13"), ("4.2", "1.14"), ("4.3", "1.16"), ("4.12", "1.25")]
)
def test_openshift_minors_are_mapped_by_the_table(openshift: str, kubernetes: str) -> None:
    assert str(kubernetes_of(openshift)) == kubernetes


@given(minors, st.data())
def test_every_vendors_form_of_a_minor_is_that_minor(minor: int, data: st.DataObject) -> None:
    text = data.draw(spellings(minor))
    assert str(version_in(text, Dialect.KUBERNETES)) == f"1.{minor}"
    assert str(version_in(text, Dialect.FREE_TEXT)) == f"1.{minor}"


@given(st.text(max_size=40), st.sampled_from(Dialect))
def test_any_text_in_any_dialect_is_read_without_an_error(text: str, dialect: Dialect) -> None:
    version_in(text, dialect)
