"""What is said of requests for upgrades: all that is needed, within what the API server and a terminal can bear."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.admission.upgrades.asking import FIT, RISES, UNFIT, ali, asks, guard, spec, upgrading
from tests.admission.upgrades.test_requests import deep
from tests.builders import NOW, known_inventory, running
from webhook.admission import limits, messages
from webhook.admission.decision import Answer
from webhook.admission.engine import Engine
from webhook.admission.override_right import Right
from webhook.admission.review import Request
from webhook.policy.modes import Mode
from webhook.policy.upgrades.reasons import UpgradeReason

OVERRIDE = f"1.26 until={(NOW + timedelta(hours=4)).isoformat()}: the batch pods may die"
OVERRIDDEN = asks(ali("1.26", override=OVERRIDE), ali("1.24", override=OVERRIDE))


def said(engine: Engine, asked: Request, right: Right | None = None) -> str:
    return messages.explain(engine.decide(asked, right=right), engine.policy)


def warned(engine: Engine, asked: Request, right: Right | None = None) -> list[str]:
    return messages.warnings(engine.decide(asked, right=right), engine.policy)


def test_a_denial_is_written_for_somebody_who_has_a_window_to_keep() -> None:
    assert said(guard(), RISES).splitlines() == [
        (
            "AliClusterConfig fleet/prod asks for Kubernetes 1.26 (spec.kubernetesVersion, 1.24 runs): 2 ECI pods in "
            "2 workloads cannot run there (PodsUnfit)."
        ),
        (
            "  team-a/old-1: PlatformVersionTooOld, annotation 1.0.0, instance eci-old-1 running on "
            "virtual-kubelet-cn-hangzhou-j"
        ),
        (
            "  team-a/old-2: PlatformVersionUnset, annotation absent, instance eci-old-2 running on "
            "virtual-kubelet-cn-hangzhou-j"
        ),
        "That is what the cluster said 0 s ago.",
        "Next: eci-upgrade-guard recreate --target 1.26 makes these pods anew; then ask again.",
        (
            'To go on all the same: annotate it with eci-upgrade-guard.io/override: "1.26 until=2026-11-23T01:00:00Z: '
            'REASON", which needs the right to override upgrades.eci-upgrade-guard.io.'
        ),
        "(Policy default)",
    ]


def test_a_denial_by_a_list_from_a_file_does_not_say_that_it_was_the_cluster() -> None:
    assert "\nThat is what the list said 0 s ago.\n" in said(guard(resource_version=""), RISES)


WINDOWS = "windows: [{name: a, schedule: 0 2 * * *, duration: 1h, timeZone: UTC}]"
CLOSED = spec(WINDOWS)
SAYS: list[tuple[str, Engine, Request, Right | None, list[str]]] = [
    (
        "unknown readiness",
        guard(None, *FIT, doubt="the API server was last heard at 2026-11-22T20:00:00Z"),
        RISES,
        None,
        [
            "whether the ECI pods can run there is not known, because the API server was last heard at",
            "Next: eci-upgrade-guard report --target 1.26 asks the cluster itself.",
        ],
    ),
    (
        "a pod that could not be judged beside one that is unfit",
        guard(None, running("old", "1.0.0"), running("odd", "9.9.9")),
        RISES,
        None,
        ["2 ECI pods in 2 workloads cannot run there, or could not be judged (PodsUnfit)"],
    ),
    (
        "a version that cannot be told",
        guard(),
        asks(ali("latest"), ali("1.24")),
        None,
        [
            'cannot be told from "latest": under 1.25 2 ECI pods in 2 workloads could not run',
            "Next: name a version, or recreate the pods of eci-upgrade-guard report --target 1.25.",
        ],
    ),
    (
        "a skipped minor",
        guard(),
        asks(ali("1.30"), ali("1.24")),
        None,
        ["ask again; it skips 1.26, 1.28, and ACK offers one step at a time."],
    ),
    (
        "closed windows beside unfit pods",
        guard(CLOSED, *UNFIT),
        RISES,
        None,
        [
            "(PodsUnfit)",
            "It is also outside the upgrade windows, until 2026-11-23 02:00 UTC at least (OutsideWindows).",
        ],
    ),
    (
        "closed windows beside a minor that is skipped",
        guard(CLOSED, *FIT),
        asks(ali("1.30"), ali("1.24")),
        None,
        ["(OutsideWindows)", "It skips 1.26, 1.28, and ACK offers one step at a time (MinorSkipped)."],
    ),
    (
        "closed windows beside readiness that is not known, which alone would be let pass with a warning",
        guard(spec(f"{WINDOWS}\nunknown: Warn"), *FIT, doubt="nothing was heard"),
        RISES,
        None,
        [
            "(OutsideWindows)",
            "And whether the ECI pods can run there is not known, because nothing was heard (ReadinessUnknown).",
        ],
    ),
    (
        "nobody knows what runs",
        guard(None, *UNFIT, kubernetes_version=""),
        RISES,
        None,
        ["asks for Kubernetes 1.26 (spec.kubernetesVersion): 2 ECI pods"],
    ),
    (
        "closed windows",
        guard(CLOSED, *FIT),
        RISES,
        None,
        [
            "outside the upgrade windows, until 2026-11-23 02:00 UTC at least (OutsideWindows)",
            "Next: eci-upgrade-guard windows --policy FILE tells when the next one opens.",
        ],
    ),
    (
        "a freeze",
        guard(spec('freezes: [{from: "2026-11-01T00:00:00Z", to: "2026-12-01T00:00:00Z", reason: audit}]'), *FIT),
        RISES,
        None,
        ["in a freeze until 2026-12-01 00:00 UTC: audit (Freeze)"],
    ),
    (
        "a missing right",
        guard(),
        OVERRIDDEN,
        Right.REFUSED,
        ["The override that is set does not help: who asks may not override upgrades.eci-upgrade-guard.io."],
    ),
    (
        "a right that could not be asked",
        guard(),
        OVERRIDDEN,
        Right.NOT_KNOWN,
        ["whether who asks may override upgrades.eci-upgrade-guard.io could not be asked."],
    ),
    (
        "an override of who may not",
        guard(),
        asks(ali("1.24", override=OVERRIDE), ali("1.24")),
        Right.REFUSED,
        [
            "sets the annotation eci-upgrade-guard.io/override, but who asks may not override",
            "Next: mend it, ask who has the right to override upgrades.eci-upgrade-guard.io, or take the annotation",
        ],
    ),
]


@pytest.mark.parametrize(("engine", "asked", "right", "words"), [one[1:] for one in SAYS], ids=[one[0] for one in SAYS])
def test_a_denial_says_what_is_so_and_what_to_do(
    engine: Engine, asked: Request, right: Right | None, words: list[str]
) -> None:
    assert engine.decide(asked, right=right).answer is Answer.DENIED
    text = said(engine, asked, right)
    assert not [one for one in words if one not in text], text


@pytest.mark.parametrize("reason", UpgradeReason)
def test_what_to_do_stands_for_nothing_that_nobody_fills_in(reason: UpgradeReason) -> None:
    words = reason.todo.format(target="") + reason.next_step.format(target="", skips="", right="")
    assert words
    assert "{" not in words


def test_nothing_is_said_that_there_is_nothing_to_say_of() -> None:
    assert said(guard(), deep(namespace="fleet", name="prod")).splitlines() == [
        "AliClusterConfig fleet/prod cannot be judged, because it is nested too deeply to be read (ObjectUnreadable).",
        "Next: take out what nests so deeply; nothing that upgrades a cluster needs it.",
        "(Policy default)",
    ]
    plan = {"metadata": {"name": "k3s"}, "spec": {"version": "v1.26.3", "upgrade": {"image": "rancher/k3s-upgrade"}}}
    chosen = spec("thisCluster: {objects: [{name: other}]}")
    hub = Engine(chosen, known_inventory(chosen, *UNFIT), lambda: NOW, elsewhere=True)
    asked = asks(plan, group="upgrade.cattle.io", resource="plans", namespace=None, name="k3s")
    first, *rest = said(hub, asked).splitlines()
    assert first.startswith("Plan k3s asks for Kubernetes 1.26 (spec.version, 1.24 runs) and was not judged: ")
    assert not [line for line in rest if line.startswith("Next")]


def test_warnings_say_it_in_lines_that_fit() -> None:
    assert warned(guard(upgrading(Mode.WARN), *UNFIT, kubernetes_version=""), RISES)[0] == (
        "asks for Kubernetes 1.26: 2 ECI pods in 2 workloads cannot run there (PodsUnfit)"
    )
    assert warned(guard(upgrading(Mode.WARN)), deep(namespace="fleet", name="prod")) == [
        "cannot be judged, because it is nested too deeply to be read (ObjectUnreadable)",
        "AliClusterConfig fleet/prod: take out what nests so deeply",
    ]
    assert warned(guard(upgrading(Mode.WARN)), RISES) == [
        "asks for Kubernetes 1.26 (1.24 runs): 2 ECI pods in 2 workloads cannot run there (PodsUnfit)",
        "first: team-a/old-1, team-a/old-2",
        "AliClusterConfig fleet/prod: eci-upgrade-guard report --target 1.26",
    ]
    assert warned(guard(), OVERRIDDEN, Right.GRANTED) == [
        "asks for Kubernetes 1.26 (1.24 runs): 2 ECI pods in 2 workloads cannot run there (PodsUnfit)",
        "first: team-a/old-1, team-a/old-2",
        "overridden by anna until 2026-11-23T01:00:00+0000",
        "because: the batch pods may die",
        "AliClusterConfig fleet/prod: eci-upgrade-guard report --target 1.26",
    ]
    assert warned(guard(), asks(ali("1.26", name="b"), ali("1.24", name="b"), name="b")) == [
        "asks for Kubernetes 1.26 (1.24 runs) and was not judged: thisCluster.objects does not claim it (NotClaimed)",
        "AliClusterConfig fleet/b: claim it there if it stands for this cluster",
    ]
    assert warned(guard(None, *FIT), asks(ali("1.30"), ali("1.24"))) == [
        "asks for Kubernetes 1.30 (1.24 runs): it skips 1.26, 1.28, and ACK offers one step at a time (MinorSkipped)",
        "AliClusterConfig fleet/prod: ask for one minor after the other",
    ]


def test_a_note_for_the_audit_log_has_what_was_asked_and_who_let_it_pass() -> None:
    engine = guard()
    assert messages.audit_annotations(engine.decide(OVERRIDDEN, right=Right.GRANTED), engine.policy) == {
        "decision": "overridden",
        "reason": "PodsUnfit",
        "requested": "1.26",
        "running": "1.24",
        "unfit-pods": "2",
        "override": "1.26 until=2026-11-23T01:00:00+00:00: the batch pods may die",
    }


ODD = st.text(max_size=400)


@pytest.mark.parametrize(
    ("engine", "asked", "notes"),
    [
        (
            guard(CLOSED),
            RISES,
            {"reason": "PodsUnfit", "also": "OutsideWindows", "requested": "1.26", "unfit-pods": "2"},
        ),
        (
            guard(),
            asks(ali("latest"), ali("1.24")),
            {"reason": "VersionUnknown", "requested": "latest", "unfit-pods": "2"},
        ),
        (
            guard(CLOSED, *FIT),
            asks(ali("1.30"), ali("1.24")),
            {"reason": "OutsideWindows", "also": "MinorSkipped", "requested": "1.30"},
        ),
    ],
)
def test_the_audit_log_has_what_was_asked_and_found(engine: Engine, asked: Request, notes: dict[str, str]) -> None:
    annotations = messages.audit_annotations(engine.decide(asked), engine.policy)
    assert annotations == {"decision": "denied", "running": "1.24"} | notes


def test_an_override_that_is_set_while_nothing_is_asked_for_is_repeated_to_who_sets_it() -> None:
    assert warned(guard(), asks(ali("1.24", override=OVERRIDE), ali("1.24")), Right.GRANTED) == [
        "sets an override for 1.26 until 2026-11-23T01:00:00+00:00 (OverrideSet)",
        "AliClusterConfig fleet/prod: nothing was asked for yet",
    ]


@given(name=ODD, namespace=ODD, version=ODD, reason=ODD, pods=st.lists(ODD, max_size=15), user=ODD)
def test_whatever_is_written_in_the_cluster_the_answer_stays_within_its_bounds(
    name: str, namespace: str, version: str, reason: str, pods: list[str], user: str
) -> None:
    listed = [running(f"{place}{pod}", namespace=namespace) for place, pod in enumerate(pods)] or UNFIT
    text = f"1.26 until={(NOW + timedelta(hours=4)).isoformat()}: {reason}"
    for new in (ali("1.26", name=name, override=text), ali(version, name=name, override=version)):
        asked = asks(new, ali("1.24", name=name), name=name, namespace=namespace, userInfo={"username": user})
        chosen = spec("thisCluster: {objects: [{group: ali.cattle.io}]}")
        for right in Right:
            engine = guard(chosen, *listed)
            decision = engine.decide(asked, right=right)
            denial = messages.explain(decision, chosen)
            assert len(denial.encode()) <= limits.MAX_MESSAGE
            assert all(line.isprintable() for line in denial.splitlines())
            lines = messages.warnings(decision, chosen)
            assert len(lines) <= 10
            assert all(len(line) <= limits.MAX_WARNING and line.isprintable() for line in lines)
            notes: dict[str, Any] = messages.audit_annotations(decision, chosen)
            assert all("/" not in key and len(value) <= limits.MAX_ANNOTATION for key, value in notes.items())
