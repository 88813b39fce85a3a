"""Each situation of the runbook, put there on purpose: its commands, typed as they stand there, lead to the answer.

In the order of the runbook. Each is over in the end as it says there, so the next begins with nothing wrong.
"""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from certs.authority import make_authority
from certs.chest import Chest, data_of
from certs.names import service_names
from certs.reading import read_authority
from certs.validity import written
from tests.cluster.admission.objects import deployment
from tests.cluster.filling import age_pods
from tests.cluster.manifests.installing import NAME
from tests.cluster.nodes import ORDINARY_NODES
from tests.cluster.recreation.objects import make_workload
from tests.cluster.runbook.night import Night
from tests.cluster.staging import PLATFORM
from tests.documents.reading import console_lines
from tests.monitoring.published import RUNBOOK, sections
from tests.server.running_guard import RunningGuard
from webhook.policy.pod_document import PLATFORM_VERSION

SECTIONS = sections(RUNBOOK)
WORKLOAD = "deployment/web-0"
DENYING = {"modes": {"pods": "Deny", "workloads": "Warn"}}


def recreate(night: Night, *options: str) -> str:
    """As a denial, and the runbook, say."""
    return night.type(" ".join(["eci-upgrade-guard recreate --target 1.26 -n NAMESPACE --yes", *options]))


def test_an_upgrade_was_denied(night: Night) -> None:
    age_pods(night.control_plane, night.namespace, "1.0.0")
    night.await_told("[i]readiness NotReady")
    denied = night.upgrade()
    assert "(PodsUnfit)" in denied
    assert "Next: eci-upgrade-guard recreate --target 1.26" in denied

    report, told, log = night.follow("an-upgrade-was-denied")
    assert report.startswith("Not ready: 2 of ")
    assert f"{night.namespace}   web-0-" in report
    assert re.search(r"\[i\]readiness NotReady for 1.26, ECI pods: .*2 Incompatible", told)
    assert '"reason":"PodsUnfit","user":"admin"' in log

    assert "2 made anew" in recreate(night)
    assert night.type("eci-upgrade-guard report --target 1.26 --policy policy.yaml").startswith("Ready")
    night.await_told("[i]readiness Ready")
    assert "denied" not in night.upgrade()


def test_pods_do_not_come_back(night: Night) -> None:
    """Of one workload because of a quota, of another because the guard denies what its template declares."""
    kubectl, within = night.control_plane.kubectl, f"--namespace={night.namespace}"
    age_pods(night.control_plane, night.namespace, "1.0.0")
    kubectl("create", "quota", "tight", within, "--hard=requests.memory=1Gi")
    kubectl("create", within, "-f", "-", input=json.dumps(deployment("pinned", "1.0.0", replicas=1)))
    seen = recreate(night, "--workload Deployment/web-0 --timeout 3s")
    assert "waited in vain for a new pod" in seen
    assert f"Next: kubectl get events -n {night.namespace} --field-selector type=Warning" in seen

    events, plan, journal = night.follow("pods-do-not-come-back")
    assert "FailedCreate" in events
    assert "failed quota: tight: must specify requests.memory" in events
    assert f"remove annotation {PLATFORM_VERSION} (of its template" in events
    assert "OwnerUnhealthy" in plan
    assert "1 of 2 pods are ready" in plan
    assert "waited in vain for a new pod" in journal

    kubectl("delete", "quota", "tight", within)
    kubectl("rollout", "restart", WORKLOAD, within)  # the controller would try again by itself, minutes later perhaps
    mended = json.dumps({"spec": {"template": {"metadata": {"annotations": {PLATFORM_VERSION: None}}}}})
    kubectl("patch", "deployment", "pinned", within, "--type=merge", f"--patch={mended}")
    for name in (WORKLOAD, "deployment/pinned"):
        kubectl("rollout", "status", name, within, "--timeout=30s")
    assert "OwnerUnhealthy" not in night.follow("pods-do-not-come-back")[1]
    night.await_told("[i]readiness Ready")


def test_readiness_is_unknown_because_pods_cannot_be_judged(night: Night) -> None:
    make_workload(night.control_plane, night.namespace, replicas=1, name="odd", labels={PLATFORM: "9.9.9"})
    night.await_told("[i]readiness Unknown for 1.26, ECI pods: ")
    assert "(ReadinessUnknown)" in night.upgrade()

    report, told, lost = night.follow("readiness-is-unknown")
    assert report.startswith("Unknown: 1 pod could not be judged")
    assert "PlatformVersionUnknown" in report
    assert "spec.matrix of the policy" in report
    assert "[+]inventory" in told
    assert lost == ""

    row = {"platformVersion": "9.9.9", "supports": ["1.26"]}
    night.apply_policy(**DENYING, matrix={"source": "the vendor's table", "platformVersions": [row]})
    night.await_told("[i]readiness Ready")
    night.control_plane.kubectl("delete", "deployment", "odd", f"--namespace={night.namespace}")


def test_readiness_is_unknown_because_the_guard_may_not_read_the_pods(night: Night) -> None:
    kubectl = night.control_plane.kubectl
    binding = kubectl("get", "clusterrolebinding", NAME, "--output=yaml").stdout
    kubectl("delete", "clusterrolebinding", NAME)
    night.start(until=_unready)
    assert "(ReadinessUnknown)" in night.upgrade()

    report, told, lost = night.follow("readiness-is-unknown")
    assert report.startswith("Ready")
    assert "[-]inventory: the cluster was not read yet, and the log says why" in told
    assert "[i]readiness Unknown" in told
    assert (
        f'"what":"pods","why":"the API server answered 403 pods is forbidden: User \\"system:serviceaccount:{NAME}'
        in lost
    )

    kubectl("apply", "-f", "-", input=binding)
    night.await_told("[i]readiness Ready")


def _unready(guard: RunningGuard) -> None:
    """It is what is wanted: it listens, and that is all."""


def test_a_certificate_is_about_to_expire(night: Night) -> None:
    """Its authority should have been replaced months ago, and may not be."""
    with _old_authority(night) as ends:
        status, log, told = night.follow("a-certificate-is-about-to-expire")
        assert "Not in order: the authority was to be renewed at " in status
        assert f"the guard may not patch secrets {NAME}/{NAME}-authority: no role grants it" in log
        assert "[-]certificates: not everything is in order, and the log says why" in told
        assert f"[+]certificate until {ends}" in told

    # A change of its registration has it look now, and not within a minute.
    night.control_plane.kubectl("annotate", "validatingwebhookconfiguration", NAME, "changed=1")
    night.control_plane.wait_until(
        "all to be in order", lambda: night.type("eci-upgrade-guard certs status").startswith("All is in order")
    )


@contextmanager
def _old_authority(night: Night) -> Iterator[str]:
    """Yield when it ends, and with it all that it signs."""

    def may(*verbs: str) -> None:
        patch = json.dumps([{"op": "replace", "path": "/rules/0/verbs", "value": verbs}])
        night.control_plane.kubectl("patch", "role", NAME, f"--namespace={NAME}", "--type=json", f"--patch={patch}")

    authority = make_authority(service_names(NAME, NAME), datetime.now(UTC) - timedelta(days=364))
    read = read_authority(authority)
    data = data_of(Chest(current=read, next=None, bundle=(read.certificate,)))
    patch = json.dumps({"data": {key: base64.b64encode(value).decode() for key, value in data.items()}})
    may("get")
    secret = ["patch", "secret", f"{NAME}-authority", f"--namespace={NAME}", "--type=merge", f"--patch={patch}"]
    night.control_plane.kubectl(*secret)
    night.start()
    yield written(read.certificate.not_valid_after_utc)
    may("get", "patch")


def test_the_guard_is_down(night: Night) -> None:
    """Its nodes are drained. What is to fail open and what is to fail closed stand beside each other."""
    with _drained(night):
        night.control_plane.wait_until("nobody to answer", lambda: "failed calling webhook" in night.upgrade())
        assert "connection refused" in night.upgrade()

        state, log, unfit = night.follow("the-guard-is-down")
        assert f"deployment.apps/{NAME}   0/2" in state
        assert "FailedScheduling" in state
        assert "were unschedulable" in state
        assert log == "", "nothing was started"
        assert unfit == "pod/unfit created (server dry run)\n"

    night.control_plane.kubectl("rollout", "status", f"deployment/{NAME}", f"--namespace={NAME}", "--timeout=30s")
    night.start()
    assert 'admission webhook "pods.eci-upgrade-guard.io" denied the request' in night.follow("the-guard-is-down")[2]
    assert "denied" not in night.upgrade()


@contextmanager
def _drained(night: Night) -> Iterator[None]:
    kubectl = night.control_plane.kubectl
    kubectl("cordon", *ORDINARY_NODES)
    try:
        kubectl("delete", "pods", "--all", f"--namespace={NAME}")
        night.stop()
        yield
    finally:
        kubectl("uncordon", *ORDINARY_NODES)


def test_the_policy_was_refused(night: Night) -> None:
    night.apply_policy(modes={"pod": "Deny"}, unknown="Perhaps")
    night.await_told("refused")
    night.start_in_vain()

    check, told, log = night.follow("the-policy-was-refused")
    for shown in (check, told, log):
        assert "spec.modes.pod: unknown field; did you mean pods?" in shown
        assert "spec.unknown: must be Deny or Warn or Allow" in shown
    assert "policy.yaml is refused" in check
    assert '"event":"policy refused"' in log
    assert "eci-upgrade-guard: the policy " in log

    night.apply_policy(**DENYING)
    assert "is good" in night.follow("the-policy-was-refused")[0]
    night.control_plane.wait_until("it to be taken", lambda: "refused" not in night.follow("the-policy-was-refused")[1])


def test_a_window_does_not_open_when_expected(night: Night) -> None:
    """First because it is of another hour, and then, while it should be open, because of a freeze."""
    now = datetime.now(UTC)
    later = now + timedelta(hours=6)
    night.apply_policy(**DENYING, windows=[daily(later.hour)])
    night.await_told("[i]window closed: no window is open; nights opens next at ")
    denied = night.upgrade()
    assert f"outside the upgrade windows, until {later:%Y-%m-%d %H}:00 UTC at least (OutsideWindows)" in denied
    assert "Next: eci-upgrade-guard windows --policy FILE tells when the next one opens" in denied
    hours, told, goes_by = night.follow("a-window-does-not-open-when-expected")
    assert hours.startswith("Closed: no window is open.")
    assert f"{later:%a %Y-%m-%d %H}:00+00:00" in hours
    assert f"nights opens next at {later:%Y-%m-%d %H}:00 UTC" in told
    assert daily(later.hour)["schedule"] in goes_by

    ends = now + timedelta(days=9)
    freeze = {"from": f"{now - timedelta(days=1):%FT%TZ}", "to": f"{ends:%FT%TZ}", "reason": "a fair"}
    night.apply_policy(**DENYING, windows=[daily(now.hour)], freezes=[freeze])
    night.await_told("[i]window closed: freeze until ")
    assert f"in a freeze until {ends:%Y-%m-%d %H:%M} UTC: a fair (Freeze)" in night.upgrade()
    hours, told, goes_by = night.follow("a-window-does-not-open-when-expected")
    assert hours.startswith(f"Closed: freeze until {ends:%FT%TZ} (a fair).")
    assert f"freeze until {ends:%FT%TZ} (a fair); nights opens next at " in told
    assert "reason: a fair" in goes_by

    night.apply_policy(**DENYING, windows=[daily(now.hour)])
    night.await_told("[i]window open: window nights, until ")
    assert "denied" not in night.upgrade()


def daily(hour: int) -> dict[str, str]:
    return {"name": "nights", "schedule": f"0 {hour} * * *", "duration": "2h", "timeZone": "UTC"}


def test_the_guard_must_be_switched_off_now(night: Night) -> None:
    age_pods(night.control_plane, night.namespace, "1.0.0")
    night.control_plane.wait_until("the upgrade to be held up", lambda: "denied" in night.upgrade())
    save, switch_off, put_back = console_lines(SECTIONS["the-guard-must-be-switched-off-now"])
    unfit = console_lines(SECTIONS["the-guard-is-down"])[2]

    assert night.type(save) == ""
    assert "deleted" in night.type(switch_off)
    night.control_plane.wait_until("nobody to be asked", lambda: "denied" not in night.upgrade())
    assert night.type(unfit) == "pod/unfit created (server dry run)\n"

    assert "created" in night.type(put_back)
    night.control_plane.wait_until("the guard to be asked", lambda: "denied the request" in night.type(unfit))
    assert "(PodsUnfit)" in night.upgrade(), "the caBundle came back with it"
