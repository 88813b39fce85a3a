"""Requests for upgrades: which are any, and what the pods and the mode make of them."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from tests.admission.upgrades.asking import FIT, RISES, UNFIT, ali, asks, guard, spec, upgrading
from tests.builders import NOW, Json, known_inventory, review, running
from webhook.admission.decision import ALLOWED, Answer, Decision
from webhook.admission.engine import Engine
from webhook.admission.review import BadReview, Request, read_review
from webhook.admission.upgrade_objection import UpgradeObjection
from webhook.policy.exemptions import Exemption
from webhook.policy.modes import Mode, UpgradeAnswer
from webhook.policy.policy import Policy
from webhook.policy.upgrades.reasons import UpgradeReason


def reason(decision: Decision) -> UpgradeReason:
    assert isinstance(decision.objection, UpgradeObjection)
    return decision.objection.reason


ANSWERS = {Mode.DENY: Answer.DENIED, Mode.WARN: Answer.WARNED, Mode.AUDIT: Answer.AUDITED}


@pytest.mark.parametrize("mode", ANSWERS)
def test_the_mode_decides_while_pods_are_unfit(mode: Mode) -> None:
    decision = guard(upgrading(mode)).decide(RISES)
    assert decision.answer is ANSWERS[mode]
    assert reason(decision) is UpgradeReason.PODS_UNFIT


def test_nothing_is_judged_where_the_mode_is_off() -> None:
    assert guard(upgrading(Mode.OFF)).decide(RISES) is ALLOWED


def test_an_upgrade_is_allowed_without_a_word_once_the_pods_are_recreated() -> None:
    assert guard(None, *FIT).decide(RISES) is ALLOWED


NO_UPGRADES = [
    ("a patch", ali("1.24.7-aliyun.1"), ali("1.24.6-aliyun.1")),
    ("a downgrade", ali("1.22.3-aliyun.1"), ali("1.26.3-aliyun.1")),
    ("no change", ali("1.26.3-aliyun.1"), ali("1.26.3-aliyun.1")),
    ("a first value at what runs", ali("1.24.6-aliyun.1"), None),
    ("a late default", ali("1.24.6-aliyun.1"), ali(None)),
    ("a field that goes", ali(None), ali("1.24.6-aliyun.1")),
    ("a status", ali("1.24.6-aliyun.1") | {"status": {"kubernetesVersion": "1.30"}}, ali("1.24.6-aliyun.1")),
]


@pytest.mark.parametrize(("new", "old"), [pair[1:] for pair in NO_UPGRADES], ids=[pair[0] for pair in NO_UPGRADES])
def test_what_asks_for_no_upgrade_passes_whatever_the_pods_are(new: Json, old: Json | None) -> None:
    assert guard().decide(asks(new, old)) is ALLOWED


def test_a_create_that_asks_for_more_than_runs_is_an_upgrade() -> None:
    assert guard().decide(asks(ali("1.26.3-aliyun.1"))).answer is Answer.DENIED


@pytest.mark.parametrize("changes", [{"operation": "DELETE"}, {"operation": "CONNECT"}, {"sub_resource": "status"}])
def test_deletes_and_subresources_are_never_held_up(changes: dict[str, Any]) -> None:
    assert guard().decide(asks(ali("1.26"), ali("1.24"), **changes)) is ALLOWED


def test_the_version_that_is_asked_for_decides_and_not_the_policys_target() -> None:
    """The policy is for 1.26, which these pods would not survive; 1.22 they would."""
    to_the_old = asks(ali("1.22"), ali("1.20"))
    assert guard(None, *UNFIT, kubernetes_version="v1.20.11-aliyun.1").decide(to_the_old) is ALLOWED


def test_what_runs_is_what_the_policy_says_before_what_the_cluster_says() -> None:
    assert guard(spec("")).decide(RISES).answer is Answer.DENIED
    assert guard(spec("thisCluster: {version: 1.26}")).decide(RISES) is ALLOWED


@pytest.mark.parametrize("version", ["", "unreadable"])
def test_where_nobody_knows_what_runs_every_rise_is_an_upgrade(version: str) -> None:
    engine = guard(None, *UNFIT, kubernetes_version=version)
    assert engine.decide(RISES).answer is Answer.DENIED
    assert engine.decide(asks(ali("1.26"))).answer is Answer.DENIED
    assert engine.decide(asks(ali("1.24"), ali("1.26"))) is ALLOWED


# What is not known is never taken for ready.

DOUBTS: dict[str, Any] = {"doubt": "the cluster was not read yet"}


@pytest.mark.parametrize(
    ("mode", "unknown", "answer"),
    [
        (Mode.DENY, UpgradeAnswer.DENY, Answer.DENIED),
        (Mode.DENY, UpgradeAnswer.WARN, Answer.WARNED),
        (Mode.DENY, UpgradeAnswer.ALLOW, Answer.ALLOWED),
        (Mode.WARN, UpgradeAnswer.DENY, Answer.WARNED),
        (Mode.AUDIT, UpgradeAnswer.DENY, Answer.AUDITED),
        (Mode.AUDIT, UpgradeAnswer.WARN, Answer.AUDITED),
    ],
)
def test_unknown_readiness_does_what_the_policy_says_and_never_more_than_the_mode(
    mode: Mode, unknown: UpgradeAnswer, answer: Answer
) -> None:
    decision = guard(upgrading(mode, unknown=unknown), *FIT, **DOUBTS).decide(RISES)
    assert decision.answer is answer
    if answer is not Answer.ALLOWED:
        assert reason(decision) is UpgradeReason.READINESS_UNKNOWN


def test_a_pod_that_is_known_to_be_unfit_outweighs_what_is_not_known() -> None:
    assert reason(guard(None, *UNFIT, **DOUBTS).decide(RISES)) is UpgradeReason.PODS_UNFIT


def test_a_pod_that_could_not_be_judged_makes_readiness_unknown() -> None:
    assert reason(guard(None, running("odd", "9.9.9")).decide(RISES)) is UpgradeReason.READINESS_UNKNOWN


# A version that cannot be told is judged by every version that it may be.

UNTOLD = asks(ali("latest"), ali("1.24.6-aliyun.1"))


def test_a_version_that_cannot_be_told_is_unknown_while_any_version_above_would_not_do() -> None:
    decision = guard().decide(UNTOLD)
    assert (decision.answer, reason(decision)) == (Answer.DENIED, UpgradeReason.VERSION_UNKNOWN)
    assert guard(upgrading(unknown=UpgradeAnswer.WARN)).decide(UNTOLD).answer is Answer.WARNED


def test_a_version_that_cannot_be_told_is_fine_where_every_version_would_do() -> None:
    assert guard(None, *FIT).decide(UNTOLD) is ALLOWED
    assert guard(None, *FIT, kubernetes_version="v1.40.0").decide(UNTOLD) is ALLOWED
    assert guard(None, *FIT, kubernetes_version="").decide(UNTOLD) is ALLOWED


MATRIX = "matrix: {source: us, replace: true, platformVersions: [{platformVersion: 1.1.0, %s}, {%s}]}"
OTHER = "platformVersion: 1.9.0, supports: [1.24]"


@pytest.mark.parametrize(
    ("supports", "running", "answer"),
    [
        ("supports: [1.24, 1.25], unsupportedFrom: 1.26", "v1.24", Answer.DENIED),  # fine for the next, not for all
        ("supportsFrom: 1.25", "v1.24", Answer.ALLOWED),  # what runs already is not asked for
        ("supports: [1.20], supportsFrom: 1.22", "", Answer.DENIED),  # 1.21 would not do
    ],
)
def test_it_has_to_do_for_each_minor_above_what_runs(supports: str, running: str, answer: Answer) -> None:
    chosen = spec(MATRIX % (supports, OTHER))
    assert guard(chosen, *FIT, kubernetes_version=running).decide(UNTOLD).answer is answer


def test_what_cannot_be_told_is_objected_to_where_what_can_would_do() -> None:
    up_to_1_26 = spec(MATRIX % ("supports: [1.24, 1.25, 1.26], unsupportedFrom: 1.27", OTHER))
    both = {"aliConfig": {"kubernetesVersion": "1.26"}, "eksConfig": {"kubernetesVersion": "latest"}}
    asked = asks({"spec": both}, {"spec": {}}, group="management.cattle.io", resource="clusters")
    objection = guard(up_to_1_26, *FIT).decide(asked).objection
    assert isinstance(objection, UpgradeObjection)
    assert (objection.reason, objection.asked and objection.asked.text) == (UpgradeReason.VERSION_UNKNOWN, "latest")


def test_a_version_that_cannot_be_told_is_not_fine_without_data() -> None:
    assert guard(None, *FIT, **DOUBTS).decide(UNTOLD).answer is Answer.DENIED


def test_the_version_that_rises_highest_decides() -> None:
    shoot = {
        "metadata": {"name": "prod"},
        "spec": {
            "kubernetes": {"version": "1.24.9"},
            "provider": {"workers": [{"kubernetes": {"version": "1.24.9"}}, {"kubernetes": {"version": "1.26.1"}}]},
        },
    }
    asked = asks(shoot, group="core.gardener.cloud", resource="shoots")
    decision = guard().decide(asked)
    assert isinstance(decision.objection, UpgradeObjection)
    assert decision.objection.asked is not None
    assert decision.objection.asked.path == "spec.provider.workers[*].kubernetes.version"


# Which cluster.


def test_a_hub_object_that_nobody_claims_is_allowed_with_a_warning_that_it_was_not_judged() -> None:
    decision = guard().decide(asks(ali("1.26", name="staging"), ali("1.24", name="staging"), name="staging"))
    assert (decision.answer, reason(decision)) == (Answer.WARNED, UpgradeReason.NOT_CLAIMED)


def test_a_hub_object_that_nobody_claims_and_that_asks_for_nothing_passes_without_a_word() -> None:
    assert guard().decide(asks(ali("1.24.7"), ali("1.24.6"), name="staging")) is ALLOWED


def test_a_claim_by_label_holds_for_the_change_that_takes_the_label_away() -> None:
    by_label = spec("thisCluster: {objects: [{labels: {env: prod}}]}")
    asked = asks(ali("1.26"), ali("1.24", labels={"env": "prod"}))
    assert reason(guard(by_label).decide(asked)) is UpgradeReason.PODS_UNFIT
    brings_it = asks(ali("1.26", labels={"env": "prod"}), ali("1.24"))
    assert reason(guard(by_label).decide(brings_it)) is UpgradeReason.PODS_UNFIT
    assert reason(guard(by_label).decide(asks(ali("1.26"), ali("1.24")))) is UpgradeReason.NOT_CLAIMED


def test_a_plan_of_the_cluster_itself_needs_no_claim() -> None:
    plan = {
        "metadata": {"name": "k3s"},
        "spec": {"version": "v1.26.3+k3s1", "upgrade": {"image": "rancher/k3s-upgrade"}},
    }
    asked = asks(plan, group="upgrade.cattle.io", resource="plans")
    assert guard().decide(asked).answer is Answer.DENIED
    bionic = plan | {"spec": {"version": "bionic", "upgrade": {"image": "ubuntu"}}}
    assert guard().decide(asks(bionic, group="upgrade.cattle.io", resource="plans")) is ALLOWED


def test_where_the_pods_are_of_another_cluster_a_plan_has_to_be_claimed_too() -> None:
    """A guard of a hub judges the pods of a spoke: what upgrades the hub itself says nothing of them."""
    plan = {"metadata": {"name": "k3s"}, "spec": {"version": "v1.26.3", "upgrade": {"image": "rancher/k3s-upgrade"}}}
    asked = asks(plan, group="upgrade.cattle.io", resource="plans")
    chosen = spec("thisCluster: {objects: [{name: other}]}")
    hub = Engine(chosen, known_inventory(chosen, *UNFIT), lambda: NOW, elsewhere=True)
    assert reason(hub.decide(asked)) is UpgradeReason.NOT_CLAIMED
    assert reason(guard(chosen).decide(asked)) is UpgradeReason.PODS_UNFIT


# Which cannot be read.


def deep(**changes: Any) -> Request:
    """A request as the API server writes it, with an object that nests deeper than we follow."""
    body = json.dumps(review("OBJECT", **{"group": "ali.cattle.io", "resource": "aliclusterconfigs"} | changes))
    nested = '{"a":' * 5_000 + "1" + "}" * 5_000
    return read_review(body.replace('"OBJECT"', f'{{"spec":{nested},"object":null,"oldObject":null}}').encode())


@pytest.mark.parametrize(
    ("chosen", "answer"),
    [(upgrading(), Answer.DENIED), (upgrading(Mode.WARN), Answer.WARNED), (upgrading(Mode.OFF), Answer.ALLOWED)],
)
def test_an_object_that_nests_too_deeply_hides_no_upgrade(chosen: Policy, answer: Answer) -> None:
    """The API server follows ten times as deep as we do, and while nobody answers it goes on without the guard."""
    decision = guard(chosen, *FIT).decide(deep(namespace="fleet", name="prod"))
    assert decision.answer is answer
    assert answer is Answer.ALLOWED or reason(decision) is UpgradeReason.OBJECT_UNREADABLE


def test_one_of_another_cluster_is_none_of_ours_unless_its_labels_could_say_so() -> None:
    other = deep(namespace="fleet", name="staging")
    assert guard().decide(other) is ALLOWED
    by_label = spec("thisCluster: {objects: [{labels: {env: prod}}]}")
    assert reason(guard(by_label).decide(other)) is UpgradeReason.OBJECT_UNREADABLE


def test_any_other_object_that_nests_too_deeply_is_refused_as_ever() -> None:
    with pytest.raises(BadReview, match=r"request\.object"):
        guard().decide(deep(group="", resource="pods", namespace="team-a", name="a"))


# Who writes it.

MACHINE = {"metadata": {"name": "prod-x"}, "spec": {"version": "v1.26.3"}}
OF_MACHINES = {"group": "cluster.x-k8s.io", "resource": "machines"}


def test_what_a_controller_writes_is_warned_about_at_most() -> None:
    decision = guard().decide(asks(MACHINE, **OF_MACHINES))
    assert (decision.answer, reason(decision)) == (Answer.WARNED, UpgradeReason.PODS_UNFIT)
    assert guard(upgrading(Mode.AUDIT)).decide(asks(MACHINE, **OF_MACHINES)).answer is Answer.AUDITED


KUBEADM = {"metadata": {"name": "kubeadm-config"}, "data": {"ClusterConfiguration": "kubernetesVersion: v1.26.1\n"}}


def test_the_configuration_of_kubeadm_is_warned_about_though_it_is_in_kube_system() -> None:
    asked = asks(KUBEADM, group="", resource="configmaps", namespace="kube-system", name="kubeadm-config")
    assert guard().decide(asked).answer is Answer.WARNED


@pytest.mark.parametrize(("namespace", "name"), [("kube-system", "coredns"), ("team-a", "kubeadm-config")])
def test_another_config_map_is_none_of_ours(namespace: str, name: str) -> None:
    other = KUBEADM | {"metadata": {"name": name}}
    assert guard().decide(asks(other, group="", resource="configmaps", namespace=namespace, name=name)) is ALLOWED


# What else is said.


def test_a_minor_that_is_skipped_is_mentioned_beside_a_denial_and_where_there_is_none() -> None:
    far = asks(ali("1.30"), ali("1.24"))
    denied = guard().decide(far)
    assert isinstance(denied.objection, UpgradeObjection)
    assert list(map(str, denied.objection.skipped)) == ["1.26", "1.28"]
    allowed = guard(None, *FIT).decide(far)
    assert (allowed.answer, reason(allowed)) == (Answer.WARNED, UpgradeReason.MINOR_SKIPPED)
    assert guard(upgrading(Mode.AUDIT), *FIT).decide(far).answer is Answer.AUDITED


def test_an_exemption_of_pods_from_readiness_holds_and_one_of_users_lets_no_upgrade_pass() -> None:
    of_pods = Exemption(reason="a", namespaces=frozenset({"team-a"}), pod_labels={}, counts_as_ready=True)
    of_user = Exemption(reason="b", users=frozenset({"anna"}), pod_labels={})
    assert guard(upgrading(exemptions=(of_pods,))).decide(RISES) is ALLOWED
    assert guard(upgrading(exemptions=(of_user,))).decide(RISES).answer is Answer.DENIED
    over = Exemption(reason="c", namespaces=frozenset({"team-a"}), pod_labels={}, counts_as_ready=True, expires=NOW)
    assert guard(upgrading(exemptions=(over,))).decide(RISES).answer is Answer.DENIED
    still = guard(upgrading(exemptions=(over,)), now=NOW - timedelta(seconds=1))
    assert still.decide(RISES) is ALLOWED


@pytest.mark.parametrize("obj", [None, [], "text", 7])
def test_what_is_no_object_is_the_callers_fault(obj: Any) -> None:
    with pytest.raises(BadReview, match=r"^request\.object is no object$"):
        guard().decide(asks(obj, ali("1.24")))


@pytest.mark.parametrize(("field", "name"), [("object", "request.object"), ("old_object", "request.oldObject")])
def test_nor_is_what_is_no_json(field: str, name: str) -> None:
    with pytest.raises(BadReview, match=f"^{name} is not JSON"):
        guard().decide(msgspec.structs.replace(RISES, **{field: msgspec.Raw(b"{")}))


@pytest.mark.parametrize(
    ("metadata", "name", "called"),
    [
        ({"name": "of-the-object"}, "of-the-request", "of-the-request"),
        ({"name": "of-the-object"}, "", "of-the-object"),
        ({"generateName": "prod-"}, "", "prod-*"),
        ({}, None, "*"),
        (None, None, "*"),
    ],
)
def test_an_object_is_named_as_far_as_it_has_a_name_yet(metadata: Json | None, name: str | None, called: str) -> None:
    everything = spec("thisCluster: {objects: [{group: ali.cattle.io}]}")
    decision = guard(everything).decide(asks(ali("1.26") | {"metadata": metadata}, name=name, namespace=None))
    assert isinstance(decision.objection, UpgradeObjection)
    assert (decision.objection.namespace, decision.objection.name) == ("", called)


@pytest.mark.parametrize("info", [None, {"username": ""}])
def test_who_asks_may_be_unknown(info: Json | None) -> None:
    decision = guard().decide(asks(ali("1.26"), ali("1.24"), userInfo=info))
    assert isinstance(decision.objection, UpgradeObjection)
    assert decision.objection.user == ""


@pytest.mark.parametrize(
    "new",
    [
        {},
        {"metadata": None},
        {"metadata": [], "spec": "text"},
        {"spec": None},
        {"metadata": {"annotations": 7, "labels": 7}},
    ],
)
def test_an_odd_object_asks_for_nothing(new: Any) -> None:
    assert guard().decide(asks(new, ali("1.24"))) is ALLOWED


@pytest.mark.parametrize("version", [1.26, 126, ["1.26"], {"a": 1}, True])
def test_a_version_that_is_no_text_cannot_be_told(version: Any) -> None:
    odd = ali("") | {"spec": {"kubernetesVersion": version}}
    assert reason(guard().decide(asks(odd, ali("1.24")))) is UpgradeReason.VERSION_UNKNOWN
    assert guard().decide(asks(odd, odd)) is ALLOWED
    other = ali("") | {"spec": {"kubernetesVersion": [version]}}
    assert reason(guard().decide(asks(other, odd))) is UpgradeReason.VERSION_UNKNOWN
