"""A policy document becomes a policy, or every one of its problems is named."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import version
from webhook.policy.document.problems import InvalidPolicy, Problem
from webhook.policy.document.reading import MAX_BYTES, read_policy
from webhook.policy.evidence import NAMESPACE_LABELS
from webhook.policy.exemptions import Exemption
from webhook.policy.matrix import VENDOR_MATRIX
from webhook.policy.modes import Mode, Modes, UnsetAtCreate, UpgradeAnswer
from webhook.policy.policy import Policy
from webhook.policy.reasons import Reason

EXAMPLE = Path(__file__).parents[3] / "manifests/examples/policy.yaml"
HEADER = "apiVersion: eci-upgrade-guard.io/v1alpha1\nkind: UpgradePolicy\nmetadata: {name: test}\n"


def read(spec: str) -> Policy:
    return read_policy((HEADER + "spec:\n" + "".join(f"  {line}\n" for line in spec.splitlines())).encode())


def problems(spec: str) -> list[str]:
    with pytest.raises(InvalidPolicy) as caught:
        read(spec)
    return [str(problem) for problem in caught.value.problems]


def test_the_example_is_read() -> None:
    policy = read_policy(EXAMPLE.read_bytes())
    assert policy.name == "example"
    assert policy.target == version("1.26")
    assert policy.modes == Modes(pods=Mode.DENY, workloads=Mode.WARN, upgrades=Mode.DENY)
    assert policy.evidence.node_names.matches("vk-lab-1")
    assert policy.exemptions[0].expires == datetime(2027, 6, 30, tzinfo=UTC)
    assert policy.exemptions[0].counts_as_ready
    assert policy.exemptions[1].users == {"system:serviceaccount:backup:restore"}


def test_a_document_that_names_a_target_alone_gets_the_defaults() -> None:
    policy = read('targetVersion: "1.26"')
    assert policy.modes == Modes(pods=Mode.WARN, workloads=Mode.WARN, upgrades=Mode.DENY)
    assert policy.unknown is UpgradeAnswer.DENY
    assert policy.unset_at_create is UnsetAtCreate.ALLOW
    assert policy.exemptions == ()
    assert policy.evidence.node_names.matches("virtual-kubelet-cn-hangzhou-j")


def test_a_version_that_yaml_takes_for_a_number_is_read_as_it_is_written() -> None:
    assert read("targetVersion: 1.30").target == version("1.30")


def test_off_is_a_mode_although_yaml_takes_it_for_a_boolean() -> None:
    assert read("targetVersion: 1.26\nmodes: {pods: Off}").modes.pods is Mode.OFF


def test_node_names_and_labels_are_added_to_the_built_in_ones_unless_these_are_switched_off() -> None:
    added = read("targetVersion: 1.26\nevidence: {nodeNamePatterns: ['^edge-'], podLabels: {pool: burst}}").evidence
    assert added.node_names.matches("edge-1")
    assert added.node_names.matches("virtual-kubelet")
    assert added.pod_labels == {"alibabacloud.com/eci": "true", "eci": "true", "pool": "burst"}
    alone = read("targetVersion: 1.26\nevidence: {nodeNamePatterns: ['^edge-'], builtIn: false}").evidence
    assert not alone.node_names.matches("virtual-kubelet")
    assert alone.pod_labels == {}
    assert (added.namespace_labels, alone.namespace_labels) == (NAMESPACE_LABELS, {})


def test_every_pod_may_be_eci() -> None:
    assert read("targetVersion: 1.26\nevidence: {everyPodIsECI: true}").evidence.every_pod
    assert not read("targetVersion: 1.26").evidence.every_pod


def test_an_exemption_has_every_dimension_that_it_gives() -> None:
    given = "namespaces: [a], users: [b], groups: [c], podLabels: {d: e}, expires: 2027-06-30T00:00:00Z"
    assert read(f"targetVersion: 1.26\nexemptions: [{{reason: f, {given}}}]").exemptions == (
        Exemption(
            reason="f",
            namespaces=frozenset("a"),
            users=frozenset("b"),
            groups=frozenset("c"),
            pod_labels={"d": "e"},
            expires=datetime(2027, 6, 30, tzinfo=UTC),
        ),
    )


MATRIX = """
targetVersion: 1.26
matrix:
  source: https://example.com, 2026-11-22
  replace: {replace}
  platformVersions:
    - platformVersion: 9.9.0
      supportsFrom: 1.28
    - platformVersion: ""
      supports: [1.18, 1.20]
      unsupportedFrom: 1.22
"""


def test_matrix_rows_are_added() -> None:
    matrix = read(MATRIX.replace("{replace}", "false")).matrix
    assert matrix.judge("9.9.0", version("1.30")) is Reason.SUPPORTED
    assert matrix.judge("9.9.0", version("1.26")) is Reason.KUBERNETES_VERSION_NOT_LISTED
    assert matrix.judge("", version("1.20")) is Reason.SUPPORTED
    assert matrix.judge("", version("1.22")) is Reason.PLATFORM_VERSION_UNSET
    assert matrix.judge("1.1.0", version("1.30")) is Reason.SUPPORTED


def test_matrix_rows_replace_the_whole_matrix_if_so_asked() -> None:
    matrix = read(MATRIX.replace("{replace}", "true")).matrix
    assert matrix.judge("1.1.0", version("1.30")) is Reason.PLATFORM_VERSION_UNKNOWN


KIND = "resource: clusters, kind: Wonder, scope: Cluster, upgrades: This, source: us, reads: [{path: spec.version}]"

MODES = "line 6: spec.modes.pods: must be Deny or Warn or Audit or Off"
WRONG = [
    ("", ["line 4: spec: is empty"]),
    ("modes: {}", ["line 4: spec.targetVersion: is required"]),
    (
        "targetVersion: latest",
        ["line 5: spec.targetVersion: not a Kubernetes version; write it like 1.26 or v1.26.3-aliyun.1"],
    ),
    ("targetVersion: 126", ['line 5: spec.targetVersion: a Kubernetes version is text; write it like "1.26"']),
    ("targetVersion: 1.26\ntargetVersion: 1.28", ["line 6: spec.targetVersion: stands twice in the same map"]),
    (
        "targetVersion: 1.26\ntargetversion: 1.28",
        ["line 6: spec.targetversion: unknown field; did you mean targetVersion?"],
    ),
    ("targetVersion: 1.26\nzzz: 1", ["line 6: spec.zzz: unknown field"]),
    (
        "targetVersion: 1.26\nunset: Judge",
        ["line 6: spec.unset: unknown field; did you mean unsetAtCreate?"],
    ),
    (
        "targetVersion: 1.26\nmodes:\n  pods: denny\n  upgrade: Warn",
        [
            "line 7: spec.modes.pods: must be Deny or Warn or Audit or Off; did you mean Deny?",
            "line 8: spec.modes.upgrade: unknown field; did you mean upgrades?",
        ],
    ),
    ("targetVersion: 1.26\n? [a, b]\n: 1", ["line 6: spec.?: unknown field"]),
    ("targetVersion: 1.26\nmodes: {pods: auditing now}", [f"{MODES}; did you mean Audit?"]),
    ("targetVersion: 1.26\nmodes: {pods: nonsense}", [MODES]),
    ("targetVersion: 1.26\nmodes: {pods: 5}", [MODES]),
    (
        "targetVersion: 1.26\nunsetAtCreate: judg",
        ["line 6: spec.unsetAtCreate: must be Allow or Judge; did you mean Judge?"],
    ),
    (f"targetVersion: 1.26\n{'u' * 64}: 1", [f"line 6: spec.{'u' * 62}…: unknown field"]),
    (f"targetVersion: 1.26\n{'u' * 63}: 1", [f"line 6: spec.{'u' * 63}: unknown field"]),
    (
        f"targetVersion: 1.26\nupgradeKinds: {{add: [{{group: {'a' * 252}.b, {KIND}}}]}}",
        ["line 6: spec.upgradeKinds.add[0].group: must have at most 253 characters"],
    ),
    ("targetVersion: 1.26\nmodes: [Deny]", ["line 6: spec.modes: must be a map"]),
    ("targetVersion: 1.26\nunknown: maybe", ["line 6: spec.unknown: must be Deny or Warn or Allow"]),
    (
        "targetVersion: 1.26\nevidence: {everyPodIsECI: yes}",
        ["line 6: spec.evidence.everyPodIsECI: must be true or false"],
    ),
    (
        "targetVersion: 1.26\nevidence:\n  nodeNamePatterns:\n    - ok\n    - '(?=a)'",
        ["line 9: spec.evidence.nodeNamePatterns[1]: invalid perl operator: (?="],
    ),
    (
        "targetVersion: 1.26\nevidence: {podLabels: {a: 1}}",
        ["line 6: spec.evidence.podLabels.a: must be text; put it in quotes"],
    ),
    (
        "targetVersion: 1.26\nmatrix: {source: me, platformVersions: []}",
        ["line 6: spec.matrix: platformVersions must not be empty"],
    ),
    (
        "targetVersion: 1.26\nmatrix: {source: me, platformVersions: [{platformVersion: 9.9.0}]}",
        ["line 6: spec.matrix.platformVersions[0]: supports or supportsFrom is needed"],
    ),
    (
        (
            "targetVersion: 1.26\nmatrix: {platformVersions: [{platformVersion: a, supportsFrom: 1.2, "
            "unsupportedFrom: 1.3}]}"
        ),
        [
            "line 6: spec.matrix.platformVersions[0]: supportsFrom and unsupportedFrom exclude each other",
            "line 6: spec.matrix.source: is required",
        ],
    ),
    (
        (
            "targetVersion: 1.26\nmatrix: {source: me, platformVersions: [{platformVersion: a, supportsFrom: 1.2}, "
            "{platformVersion: va, supportsFrom: 1.2}]}"
        ),
        ["line 6: spec.matrix: a platform version stands twice in platformVersions"],
    ),
    ("targetVersion: 1.26\nexemptions: [{namespaces: [a]}]", ["line 6: spec.exemptions[0].reason: is required"]),
    (
        "targetVersion: 1.26\nexemptions: [{reason: '', namespaces: [a]}]",
        ["line 6: spec.exemptions[0].reason: must not be empty"],
    ),
    (
        "targetVersion: 1.26\nexemptions: [{reason: a}]",
        ["line 6: spec.exemptions[0]: it would exempt everything; name namespaces, users or groups"],
    ),
    (
        "targetVersion: 1.26\nexemptions: [{reason: a, podLabels: {c: d}, until: 5}]",
        [
            "line 6: spec.exemptions[0]: podLabels needs namespaces beside it, because a tenant can set labels",
            "line 6: spec.exemptions[0].until: unknown field",
        ],
    ),
    (
        "targetVersion: 1.26\nexemptions: [{reason: a, users: [b], podLabels: {c: d}}]",
        ["line 6: spec.exemptions[0]: podLabels needs namespaces beside it, because a tenant can set labels"],
    ),
    (
        "targetVersion: 1.26\nexemptions: [{reason: a, namespaces: [b], users: [c], countsAsReady: true}]",
        [
            (
                "line 6: spec.exemptions[0]: countsAsReady goes with namespaces (and podLabels) alone: "
                "a running pod has no requester"
            ),
        ],
    ),
    (
        "targetVersion: 1.26\nexemptions: [{reason: a, namespaces: [b], expires: 2026-12-31}]",
        ["line 6: spec.exemptions[0].expires: an instant with a time zone is needed, like 2026-12-31T00:00:00Z"],
    ),
    (
        "targetVersion: 1.26\nexemptions: [{reason: a, namespaces: b}]",
        ["line 6: spec.exemptions[0].namespaces: must be a list"],
    ),
    (
        f"targetVersion: 1.26\nexemptions: [{', '.join(['{reason: a, namespaces: [b]}'] * 101)}]",
        ["line 6: spec.exemptions: must have at most 100 entries"],
    ),
    (
        "targetVersion: 1.26\nthisCluster: {objects: [{labels: {}}]}",
        [
            (
                "line 6: spec.thisCluster.objects[0]: it would claim every object; give group, resource, namespace, "
                "name or labels"
            ),
        ],
    ),
    (
        f"targetVersion: 1.26\nupgradeKinds: {{add: [{{group: apps, {KIND}}}]}}",
        [
            (
                "line 6: spec.upgradeKinds.add[0].group: must be written as in the API, like clusters, or a group "
                "like cluster.x-k8s.io"
            ),
        ],
    ),
    (
        (
            "targetVersion: 1.26\n"
            f"upgradeKinds: {{off: [clusters.cluster.x-k8s.io], add: [{{group: cluster.x-k8s.io, {KIND}}}]}}"
        ),
        ["line 6: spec.upgradeKinds: clusters.cluster.x-k8s.io stands in add and in off"],
    ),
]


@pytest.mark.parametrize(("spec", "expected"), WRONG)
def test_every_problem_is_named_by_field_and_line_with_the_nearest_right_word(spec: str, expected: list[str]) -> None:
    assert problems(spec) == expected


def test_a_number_in_quotes_is_text_where_text_is_wanted() -> None:
    (exemption,) = read('targetVersion: 1.26\nexemptions: [{reason: "5", namespaces: ["7"]}]').exemptions
    assert (exemption.reason, exemption.namespaces) == ("5", frozenset({"7"}))


def test_what_is_left_blank_is_nothing() -> None:
    assert problems("targetVersion:") == [
        'line 5: spec.targetVersion: a Kubernetes version is text; write it like "1.26"'
    ]
    assert read("targetVersion: 1.26\nmatrix: ~").matrix is VENDOR_MATRIX


def test_a_policy_may_be_as_large_as_the_bound() -> None:
    text = f"{HEADER}spec: {{targetVersion: 1.26}}\n".encode()
    assert read_policy(text.ljust(MAX_BYTES, b"#")).target == version("1.26")


NO_POLICY = [
    (b"", ["is empty"]),
    (b"- a", ["line 1: must be a map"]),
    (b"a: [", ["line 2: not YAML: did not find expected node content"]),
    (b"a: b\n---\nc: d", ["line 2: not YAML: but found another document"]),
    (b"a: \x00", ["not YAML: a character that YAML does not allow"]),
    (b"a: \xff", ["not UTF-8"]),
    (b"a" * (MAX_BYTES + 1), [f"larger than {MAX_BYTES:,} bytes"]),
    (b"a: " + b"[" * 200, ["nested more than 100 deep (line 1)"]),
    (b"[" * 100_000, ["nested more than 100 deep (line 1)"]),
    (b"a: &a [*a]", ["an alias that contains itself (line 1)"]),
    (b"k: *nowhere", ["line 1: not YAML: found undefined alias"]),
    (
        HEADER.replace("UpgradePolicy", "UpgradePolicies").encode() + b"spec: {targetVersion: 1.26}",
        ["line 2: kind: must be UpgradePolicy"],
    ),
]


@pytest.mark.parametrize(("data", "expected"), NO_POLICY)
def test_what_is_no_policy_at_all_is_said_in_a_line(data: bytes, expected: list[str]) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        read_policy(data)
    assert [str(problem) for problem in caught.value.problems] == expected


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    levels = "\n".join(f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 10))
    with pytest.raises(InvalidPolicy, match="more than 1,000,000 nodes"):
        read_policy(f"a0: &a0 x\n{levels}\n".encode())


def test_all_problems_come_at_once_sorted_by_line() -> None:
    found = problems("targetVersion: soon\nmodes: {pods: No}\nunknow: Deny\nexemptions: [{}]")
    assert [problem.partition(":")[0] for problem in found] == ["line 5", "line 6", "line 7", "line 8"]
    assert str(InvalidPolicy([Problem(2, "b", "b"), Problem(1, "a", "a")])) == "line 1: a: a\nline 2: b: b"


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_policy_or_a_list_of_problems(data: bytes) -> None:
    try:
        read_policy(data)
    except InvalidPolicy as error:
        assert error.problems
