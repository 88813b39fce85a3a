"""What people and programs see of a report."""

import csv
import io
import json
import re
from dataclasses import replace

import pytest
import yaml

from tests.builders import NOW, VIRTUAL_NODE, Json, inventory, policy, running, version
from tests.readiness.reports import AGAIN, around, owned, report_on, written
from webhook.inventory.surroundings import NOT_EXAMINED, Surroundings, Template
from webhook.policy.owner import Owner
from webhook.readiness.making import Show, make_report
from webhook.readiness.rendering import Format


def table(*items: object, changes: Json | None = None, chosen: Format = Format.TABLE, headers: bool = True) -> str:
    return written(report_on(*items, **(changes or {})), chosen, age=200, headers=headers)


def test_the_table_begins_with_the_verdict_and_ends_with_the_next_command() -> None:
    assert table(running("old", "1.0.0"), running("unset"), running("fit", "1.1.0"), 5) == (
        "Not ready: 2 of 3 ECI pods cannot run under Kubernetes 1.26; 1 object could not be read\n"
        "Examined 4 objects: 3 ECI (1 compatible, 2 incompatible). "
        "Source: pods.json, 3 min 20 s old (2026-11-22 21:00:00Z).\n"
        "Could not read items[3]: Expected `object`, got `int`\n"
        "\n"
        "NAMESPACE   POD     VERDICT        PLATFORM VERSION   REASON\n"
        "team-a      old     Incompatible   1.0.0              PlatformVersionTooOld\n"
        "team-a      unset   Incompatible   unset              PlatformVersionUnset\n"
        "\n"
        "NAMESPACE   WORKLOAD    UNFIT    RECREATION   TO KNOW\n"
        "team-a      Pod/old     1 of 1   BarePod      no controller makes it anew: it will not come back\n"
        "team-a      Pod/unset   1 of 1   BarePod      no controller makes it anew: it will not come back\n"
        "\n"
        "PlatformVersionUnset (1): the platform version is unset, and an unset one does not support the target. "
        "Recreate the pod: evicted, it is made anew by its controller, on the current platform version "
        "unless its template pins one. A pod without a controller does not come back by itself.\n"
        "PlatformVersionTooOld (1): the platform version is too old for the target. "
        "Recreate the pod: evicted, it is made anew by its controller, on the current platform version "
        "unless its template pins one. A pod without a controller does not come back by itself.\n"
        "\n"
        "Next: Nothing makes these anew. Save their manifests, delete them and create them again. Then ask again:\n"
        f"  {AGAIN}\n"
    )


def test_nothing_found_still_says_what_was_examined() -> None:
    assert table().splitlines()[:2] == [
        "Ready: no ECI pods, so nothing stands in the way of Kubernetes 1.26",
        "Examined 0 objects: none of them ECI. Source: pods.json, 3 min 20 s old (2026-11-22 21:00:00Z).",
    ]


PEOPLE = [Format.TABLE, Format.MARKDOWN, Format.HTML]


@pytest.mark.parametrize("chosen", PEOPLE)
def test_a_list_that_may_not_be_the_whole_cluster_is_told(chosen: Format) -> None:
    assert "An empty list is seldom that of a whole cluster" in written(report_on(), chosen)
    alone = written(report_on(running("web", "1.1.0"), running("api", "1.1.0")), chosen)
    assert re.search(r"2 objects\s+of 1 namespace.+team-a", alone)
    assert "of 1 namespace" not in written(report_on(running("web"), running("api", namespace="b")), chosen)


@pytest.mark.parametrize("chosen", PEOPLE)
@pytest.mark.parametrize(("runs", "is_said"), [("v1.37.0", True), ("v1.26.9", False), ("v1.24.6-aliyun.1", False)])
def test_a_target_that_the_cluster_has_passed_is_told(chosen: Format, runs: str, *, is_said: bool) -> None:
    found = replace(inventory(running("web", "1.1.0")), kubernetes_version=runs)
    report = make_report(found, policy(), target=version("1.26"), now=NOW)
    said = "The cluster runs Kubernetes 1.37 already, which is above the target 1.26" in written(report, chosen)
    assert said is is_said


def test_objects_that_are_unreadable_alike_share_a_line() -> None:
    deployments = [running(f"web-{number}") | {"kind": "Deployment"} for number in range(10)]
    said = [line for line in table(*deployments, 5).splitlines() if line.startswith("Could not read")]
    assert said == [
        "Could not read items[0] and 9 others: is of another kind than Pod: Deployment",
        "Could not read items[10]: Expected `object`, got `int`",
    ]


BY_CONTROLLER, BARE, JOB = owned("web"), running("bare", "1.0.0"), owned("night-1", Owner("Job", "night", "u"))
PINNED = around(template=Template(replicas=3, platform_version="1.0.0"))


@pytest.mark.parametrize("chosen", PEOPLE)
@pytest.mark.parametrize(
    ("items", "surroundings", "is_named"),
    [
        ([BY_CONTROLLER], around(), True),
        ([BY_CONTROLLER], NOT_EXAMINED, True),
        ([BARE, JOB, BY_CONTROLLER], around(), True),
        ([owned("web", version="1.1.0")], around(), False),
        ([BY_CONTROLLER], PINNED, False),
        ([BARE], around(), False),
        ([JOB], around(), False),
    ],
    ids=["by controller", "not examined", "some", "fit", "pinned", "bare", "job"],
)
def test_recreate_is_named_where_it_makes_a_pod_anew(
    chosen: Format, items: list[Json], surroundings: Surroundings, *, is_named: bool
) -> None:
    recreate = "eci-upgrade-guard recreate -n it"
    said = written(report_on(*items, surroundings=surroundings), chosen, recreate=recreate)
    assert (recreate in said) is is_named


def test_what_recreate_leaves_out_is_done_by_hand_the_gravest_first() -> None:
    said = written(report_on(BY_CONTROLLER, JOB, surroundings=PINNED), Format.TABLE)
    words = "Take the annotation out of these templates; the rollout recreates the pods. Then ask again"
    assert said.endswith(f"\nNext: {words}:\n  {AGAIN}\n")


def test_the_next_command_fits_what_is_unknown() -> None:
    odd = running("web;reboot", "9")
    assert table(odd).endswith("kubectl get pod -n team-a 'web;reboot' -o yaml\n")
    assert "Next: look at items[0] in pods.json, then ask again:\n" in table(5)
    assert "Next: ask again with the whole list:\n" in table(changes={"metadata": {"continue": "x"}})
    assert "kubectl get pod odd -o yaml" in table(running("odd", "9", namespace=""))


def test_wide_adds_instance_node_and_evidence() -> None:
    row = table(running("old", "1.0.0"), chosen=Format.WIDE).splitlines()[4]
    assert row.endswith(f"eci-old    {VIRTUAL_NODE}   annotation 1.0.0, instance eci-old running on {VIRTUAL_NODE}")


def test_without_headers_there_are_the_rows_alone() -> None:
    rows = table(running("old", "1.0.0"), headers=False)
    assert rows == "team-a   old   Incompatible   1.0.0   PlatformVersionTooOld\n"
    assert table(running("fit", "1.1.0"), headers=False) == ""


def test_the_platform_version_of_a_malformed_pod_is_not_called_unset() -> None:
    assert "   ?   " in table(running("odd", 5), headers=False)


def csv_of(*items: object, headers: bool = True) -> str:
    return written(report_on(*items), Format.CSV, headers=headers)


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_csv_begins_with_the_vendors_four_columns_and_never_says_null() -> None:
    rows = rows_of(csv_of(running("a"), running("b", "1.0.0", instance_id=None)))
    assert rows[0][:4] == ["namespace", "pod", "platform version", "instance id"]
    assert [row[:4] for row in rows[1:]] == [["team-a", "a", "", "eci-a"], ["team-a", "b", "1.0.0", ""]]
    assert "null" not in csv_of(running("a"))


def test_csv_of_nothing_is_its_headers_and_without_them_nothing() -> None:
    assert len(rows_of(csv_of())) == 1
    assert csv_of(headers=False) == ""


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("x")', "\uff1d1", "\uff0b1"])
def test_no_cell_is_a_formula_for_a_spreadsheet(formula: str) -> None:
    rows = rows_of(csv_of(running("a", formula), headers=False))
    assert rows[0][2] == f"'{formula}"


def test_no_cell_is_a_formula_where_cells_end_with_a_semicolon() -> None:
    rows = rows_of(csv_of(running("a", "1; =1+1;@x;y"), headers=False))
    assert rows[0][2] == "1;' =1+1;'@x;y"


def hostile(text: str) -> Json:
    """A pod that says it wherever a tenant, or a controller of a tenant's, can say something."""
    owner = {"apiVersion": "apps/v1", "kind": f"StatefulSet{text}", "name": f"db{text}", "uid": "1", "controller": True}
    pod = running(f"a{text}", f"1.0{text}", node=f"virtual-kubelet{text}", instance_id=f"eci-{text}")
    pod["metadata"] |= {"namespace": f"team{text}", "ownerReferences": [owner], "labels": {text: text}}
    return pod


@pytest.mark.parametrize("chosen", Format)
def test_no_rendering_passes_on_what_drives_a_terminal_or_forges_a_line(chosen: Format) -> None:
    text = written(report_on(hostile("\x1b[2J\nREADY\r\x9b1m\u202e\x07"), show=Show.ALL), chosen)
    assert all(char.isprintable() or char == "\n" for char in text)
    assert not any(line.startswith("READY") for line in text.splitlines())


def test_yaml_and_json_say_the_same() -> None:
    report = report_on(running("old", "1.0.0"), running("odd", 5), 5)
    from_yaml = yaml.load(written(report, Format.YAML), Loader=yaml.CSafeLoader)
    assert from_yaml == json.loads(written(report, Format.JSON))
