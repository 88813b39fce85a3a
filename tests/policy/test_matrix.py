"""The vendor's matrix: what is listed is supported, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import version
from tests.strategies import minors, spellings
from webhook.policy.kubernetes_version import KubernetesVersion
from webhook.policy.matrix import VENDOR_MATRIX, Matrix, Support
from webhook.policy.reasons import Reason

OLD_MINORS = ["1.12", "1.14", "1.16", "1.18", "1.20", "1.22", "1.24"]
NEVER_LISTED = ["1.11", "1.13", "1.15", "1.17", "1.19", "1.21", "1.23", "1.25"]
TOO_NEW = ["1.26", "1.27", "1.31", "1.34", "2.0"]


@pytest.mark.parametrize("platform_version", ["1.0.0", "", None, " ", "v1.0.0"])
@pytest.mark.parametrize("target", OLD_MINORS)
def test_old_platform_versions_support_the_even_minors_up_to_1_24(platform_version: str | None, target: str) -> None:
    assert VENDOR_MATRIX.judge(platform_version, version(target)) is Reason.SUPPORTED


@pytest.mark.parametrize("platform_version", ["1.0.0", ""])
@pytest.mark.parametrize("target", NEVER_LISTED)
def test_a_minor_that_was_never_listed_is_not_supported_and_the_reason_says_so(
    platform_version: str,
    target: str,
) -> None:
    assert VENDOR_MATRIX.judge(platform_version, version(target)) is Reason.KUBERNETES_VERSION_NOT_LISTED


@pytest.mark.parametrize("target", TOO_NEW)
def test_from_1_26_on_old_platform_versions_are_incompatible_by_the_vendors_words(target: str) -> None:
    assert VENDOR_MATRIX.judge("1.0.0", version(target)) is Reason.PLATFORM_VERSION_TOO_OLD
    assert VENDOR_MATRIX.judge("", version(target)) is Reason.PLATFORM_VERSION_UNSET


@given(st.integers(12, 99))
def test_1_1_0_supports_1_12_and_every_later_minor(minor: int) -> None:
    assert VENDOR_MATRIX.judge("1.1.0", KubernetesVersion(1, minor)) is Reason.SUPPORTED


def test_1_1_0_does_not_support_what_is_before_its_first_minor() -> None:
    assert VENDOR_MATRIX.judge("1.1.0", version("1.11")) is Reason.KUBERNETES_VERSION_NOT_LISTED


@pytest.mark.parametrize("platform_version", ["0.9.0", "9.9.0", "1.0", "1.1", "latest", "null", "1.0.0.0"])
def test_a_platform_version_that_is_not_in_the_matrix_is_unknown_for_every_target(platform_version: str) -> None:
    assert VENDOR_MATRIX.judge(platform_version, version("1.24")) is Reason.PLATFORM_VERSION_UNKNOWN
    assert VENDOR_MATRIX.judge(platform_version, version("1.26")) is Reason.PLATFORM_VERSION_UNKNOWN


@given(
    minors.flatmap(lambda minor: st.tuples(st.just(minor), spellings(minor))), st.sampled_from(["1.0.0", "1.1.0", ""])
)
def test_judging_is_the_same_for_every_spelling_of_the_target(drawn: tuple[int, str], platform_version: str) -> None:
    minor, text = drawn
    assert VENDOR_MATRIX.judge(platform_version, version(text)) is VENDOR_MATRIX.judge(
        platform_version,
        KubernetesVersion(1, minor),
    )


def test_a_row_that_is_added_replaces_the_one_of_its_platform_version_alone() -> None:
    grown = VENDOR_MATRIX.with_rows({"1.0.0": Support(source="a test", since=version("1.30"))})
    assert grown.judge("1.0.0", version("1.30")) is Reason.SUPPORTED
    assert grown.judge("1.0.0", version("1.24")) is Reason.KUBERNETES_VERSION_NOT_LISTED
    assert grown.judge("", version("1.24")) is Reason.SUPPORTED


def test_an_empty_matrix_knows_nothing() -> None:
    assert Matrix({}).judge("1.1.0", version("1.24")) is Reason.PLATFORM_VERSION_UNKNOWN
