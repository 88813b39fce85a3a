"""Nothing that stands in a policy is anything but text in an expression, and in the YAML around it."""

from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.admission.in_cel.literals import texts_in, without_texts
from tests.builders import policy
from webhook.admission.in_cel.manifest import written
from webhook.admission.in_cel.rules import admission_policies
from webhook.admission.registration.cel import quoted
from webhook.policy.evidence import EvidenceRules
from webhook.policy.exemptions import Exemption
from webhook.policy.matrix import VENDOR_MATRIX, Support
from webhook.policy.modes import UnsetAtCreate
from webhook.policy.plain_text import plain
from webhook.policy.policy import Policy

ODD = st.sampled_from("'\"\\`{}\n\r\u2028\x85\ufeff#:")
texts = st.text(st.characters(exclude_categories=["Cs"]) | ODD, max_size=12)
"""YAML has no lone surrogates, so a policy has none."""


def of(text: str) -> Policy:
    """A policy that has the text wherever a text may be."""
    exemption = Exemption(
        reason=text,
        namespaces=frozenset({text}),
        users=frozenset({text}),
        groups=frozenset({text}),
        pod_labels={text: text},
    )
    return policy(
        name=text,
        evidence=EvidenceRules(pod_labels={text: text}, namespace_labels={text: text}),
        matrix=VENDOR_MATRIX.with_rows({f"of {text}.": Support(source=text)}),
        exemptions=(exemption,),
        unset_at_create=UnsetAtCreate.JUDGE,
    )


def expressions(chosen: Policy) -> Iterator[str]:
    for one in admission_policies(chosen):
        yield from one.conditions.values()
        yield from (variable.expression for variable in one.variables)
        for validation in one.validations:
            yield from (validation.expression, validation.message)


def shapes(chosen: Policy) -> list[str]:
    return [without_texts(one) for one in expressions(chosen)]


@given(texts)
def test_a_text_is_one_literal_that_means_it(text: str) -> None:
    assert texts_in(quoted(text)) == [text]
    assert without_texts(quoted(text)) == "''"


@given(texts)
def test_a_literal_is_one_line_that_can_be_printed(text: str) -> None:
    assert len(quoted(text).splitlines()) == 1
    assert quoted(text).isprintable()


@pytest.mark.parametrize("text", ["{kind}", "{exemption}", "'", "\\", "\n", "' + request.namespace + '"])
def test_what_means_something_to_us_means_nothing_in_a_policy(text: str) -> None:
    assert shapes(of(text)) == shapes(of("plain"))


@given(texts.filter(bool))
def test_no_text_of_a_policy_changes_anything_but_texts(text: str) -> None:
    assert shapes(of(text)) == shapes(of("plain"))


@given(texts)
def test_every_text_of_a_policy_arrives_as_it_is(text: str) -> None:
    arrived = {found for one in expressions(of(text)) for found in texts_in(one)}
    assert {text, f"of {text}."} <= arrived
    assert plain(text) in arrived or not text


@settings(max_examples=30)  # reading YAML is slow
@given(texts)
def test_yaml_says_what_was_worked_out_and_comments_end_where_they_should(text: str) -> None:
    chosen = of(text)
    found = written(admission_policies(chosen), chosen, namespace="ours", at=None, made_by=text)
    documents = [one for one in yaml.load_all(found, yaml.CSafeLoader) if one]
    specs = [one["spec"] for one in documents if one["kind"] == "ValidatingAdmissionPolicy"]
    for spec, one in zip(specs, admission_policies(chosen), strict=True):
        assert [variable["expression"] for variable in spec["variables"]] == [each.expression for each in one.variables]
        assert [(each["expression"], each["messageExpression"]) for each in spec["validations"]] == [
            (each.expression, each.message) for each in one.validations
        ]
