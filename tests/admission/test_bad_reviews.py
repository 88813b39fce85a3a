"""What is no review gets a clear error that does not repeat it; what is one gets an answer."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import Json, engine, pod, review
from tests.strategies import json_values
from webhook.admission.decision import Decision
from webhook.admission.review import BadReview, read_review


def judge(body: bytes) -> Decision:
    return engine().decide(read_review(body))


def changed(**request: Any) -> bytes:
    return json.dumps(review(pod(), **request)).encode()


def without(field: str) -> bytes:
    posted = review(pod())
    del posted["request"][field]
    return json.dumps(posted).encode()


NOT_REVIEWS = [
    (b"", "the body is not JSON: Input data was truncated"),
    (b"not json", "the body is not JSON: JSON is malformed: invalid character (byte 4)"),
    (b'{"a": ', "the body is not JSON: Input data was truncated"),
    (changed() + b"x", "the body is not JSON: JSON is malformed: trailing characters"),
    (b"[]", "the body has a wrong type: Expected `object`, got `array`"),
    (b"null", "the body has a wrong type: Expected `object`, got `null`"),
    (b"{}", "expected apiVersion admission.k8s.io/v1 and kind AdmissionReview"),
    (json.dumps(review(pod()) | {"apiVersion": "admission.k8s.io/v1beta1"}).encode(), "expected apiVersion"),
    (json.dumps(review(pod()) | {"kind": "Pod"}).encode(), "expected apiVersion"),
    (json.dumps(review(pod()) | {"request": None}).encode(), "the review has no request"),
    (
        json.dumps(review(pod()) | {"request": 5}).encode(),
        "the body has a wrong type: Expected `object | null`, got `int`",
    ),
    (without("uid"), "the body has a wrong type: Object missing required field `uid`"),
    (changed(uid=""), "the body has a wrong type: Expected `str` of length >= 1 - at `$.request.uid`"),
    (changed(uid="u" * 300), "the body has a wrong type: Expected `str` of length <= 253 - at `$.request.uid`"),
    (changed(uid=5), "the body has a wrong type: Expected `str`, got `int` - at `$.request.uid`"),
    (without("operation"), "the body has a wrong type: Object missing required field `operation`"),
    (without("resource"), "the body has a wrong type: Object missing required"),
    (changed(userInfo={"groups": "a"}), "the body has a wrong type: Expected `array | null`, got `str`"),
    (changed(namespace=5), "the body has a wrong type: Expected `str | null`, got `int` - at `$.request.namespace`"),
    (changed().replace(b"web-1", b"web-\xff"), "the body is not UTF-8"),
    (changed().replace(b'"team-a"', b'"\\ud800"'), "the body is not JSON"),
    (b'{"request":' + b"[" * 1000 + b"]" * 1000 + b"}", "the body has a wrong type"),
    (b'{"extra":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "the body is nested too deeply"),
]


@pytest.mark.parametrize(("body", "message"), NOT_REVIEWS)
def test_what_is_no_review_is_refused_with_a_clear_text(body: bytes, message: str) -> None:
    with pytest.raises(BadReview) as caught:
        judge(body)
    assert str(caught.value).startswith(message)


ODD_OBJECTS = [
    (None, "request.object has a wrong type: Expected `object`, got `null`"),
    ("a pod", "request.object has a wrong type: Expected `object`, got `str`"),
    ({}, "request.object has no metadata"),
    (
        pod() | {"metadata": []},
        "request.object has a wrong type: Expected `object | null`, got `array` - at `$.metadata`",
    ),
    (pod() | {"metadata": {"name": 5}}, "request.object has a wrong type: Expected `str | null`, got `int`"),
    (pod() | {"spec": 5}, "request.object has a wrong type: Expected `object | null`, got `int` - at `$.spec`"),
]


@pytest.mark.parametrize(("obj", "message"), ODD_OBJECTS)
def test_an_object_that_no_api_server_sends_is_a_bad_review(obj: Any, message: str) -> None:
    with pytest.raises(BadReview) as caught:
        judge(json.dumps(review(obj)).encode())
    assert str(caught.value).startswith(message)


def test_a_review_around_an_object_that_nests_too_deeply_is_proven_all_the_same() -> None:
    deep = changed(uid=5, object="OBJECT").replace(b'"OBJECT"', b"[" * 5_000 + b"]" * 5_000)
    with pytest.raises(BadReview, match=r"^the body has a wrong type"):
        judge(deep)


def test_an_error_repeats_nothing_of_what_was_posted() -> None:
    posted = review(pod())
    posted["request"]["object"]["metadata"]["name"] = {"secret": "hunter2"}
    with pytest.raises(BadReview) as caught:
        judge(json.dumps(posted).encode())
    assert "hunter2" not in str(caught.value)


def test_fields_that_are_not_known_do_not_matter() -> None:
    assert judge(changed(somethingNew={"a": [1]})).allowed


@given(st.binary(max_size=300) | json_values.map(json.dumps).map(str.encode))
def test_any_body_gets_an_answer_or_a_bad_review(body: bytes) -> None:
    try:
        judge(body)
    except BadReview as error:
        assert str(error)


@given(
    st.dictionaries(st.sampled_from(["kind", "metadata", "spec", "status", "target"]), json_values),
    st.sampled_from(["pods", "bindings", "deployments", "cronjobs"]),
)
def test_any_object_gets_an_answer_or_a_bad_review(obj: Json, resource: str) -> None:
    group = {"deployments": "apps", "cronjobs": "batch"}.get(resource, "")
    try:
        judge(json.dumps(review(obj, resource=resource, group=group)).encode())
    except BadReview as error:
        assert str(error)
