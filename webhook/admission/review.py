"""The AdmissionReview that comes in (admission.k8s.io/v1), as far as it is read.

Source: the Kubernetes API, staging/src/k8s.io/api/admission/v1/types.go. ``resource`` and not ``requestResource`` is
read: under ``matchPolicy: Equivalent`` the object is converted to the version that the rule names.
"""

from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct

from webhook.policy.utf8 import is_utf8

API_VERSION = "admission.k8s.io/v1"
KIND = "AdmissionReview"

TOO_DEEP = b'"nested too deeply"'
"""Stands for an object that is. What is no object is refused by every rule, but for one that can say more."""

_T = TypeVar("_T")


class BadReview(ValueError):
    """Raised when what was posted is no review that can be judged: the caller is to blame, not the object.

    Its message never repeats what was posted, which may hold a Secret.
    """


class TooDeep(BadReview):
    """Raised for JSON that nests deeper than we follow. The API server follows ten times as deep."""


class Resource(Struct, frozen=True):
    """A GroupVersionResource; which version does not matter here."""

    group: str = ""
    resource: str = ""


class UserInfo(Struct, frozen=True):
    """Who asks."""

    username: str = ""
    uid: str = ""
    groups: tuple[str, ...] | None = None
    extra: dict[str, tuple[str, ...]] | None = None


class Request(Struct, frozen=True, rename="camel"):
    """``request``: what somebody asks the API server to do."""

    uid: Annotated[str, Meta(min_length=1, max_length=253)]
    operation: str
    resource: Resource
    sub_resource: str | None = None
    name: str | None = None
    """Empty at CREATE with generateName."""
    namespace: str | None = None
    user_info: UserInfo | None = None
    object: Raw = Raw(b"null")
    """Not decoded until a rule wants it."""
    old_object: Raw = Raw(b"null")
    """Of an UPDATE, what it was before."""


class _Review(Struct, frozen=True, rename="camel"):
    api_version: Any = None
    kind: Any = None
    request: Request | None = None


_decoder = msgspec.json.Decoder(_Review)


def read_review(body: bytes) -> Request:
    """Read a review. Raises BadReview."""
    if not is_utf8(body):
        raise BadReview("the body is not UTF-8")
    try:
        review = decode(_decoder, body, "the body")
    except TooDeep:
        review = decode(_decoder, _without_objects(body), "the body")
    if review.api_version != API_VERSION or review.kind != KIND:
        raise BadReview(f"expected apiVersion {API_VERSION} and kind {KIND}")
    if review.request is None:
        raise BadReview("the review has no request")
    return review.request


def _without_objects(body: bytes) -> bytes:
    """Return the review up to its object, which the API server writes behind all that tells what is asked of whom.

    Within a text the quotes of such a key would be escaped. Raises TooDeep where there is none.
    """
    head, key, _ = body.partition(b'"object":')
    if not key:
        raise TooDeep("the body is nested too deeply")
    return head + key + TOO_DEEP + b"}}"


def decode(decoder: msgspec.json.Decoder[_T], data: bytes | Raw, what: str) -> _T:
    """Decode JSON that was posted. Raises BadReview, which names the field and never its value."""
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        raise BadReview(f"{what} has a wrong type: {error}") from None
    except msgspec.DecodeError as error:
        raise BadReview(f"{what} is not JSON: {error}") from None
    except RecursionError:
        raise TooDeep(f"{what} is nested too deeply") from None
