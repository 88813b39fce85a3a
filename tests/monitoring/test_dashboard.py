"""The dashboard is one that Grafana shows whole: no panel hides another, and all take the chosen data source."""

import itertools
import json
from typing import Any

import pytest

from tests.monitoring.published import DASHBOARD, FOLDER, PANELS

WIDTH = 24
"""Columns of Grafana's grid."""
KINDS = {"stat", "timeseries", "state-timeline", "heatmap"}
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
each_panel = pytest.mark.parametrize("panel", DASHBOARD["panels"], ids=lambda panel: f"{panel['id']} {panel['title']}")


def test_it_is_a_dashboard_that_can_be_imported_as_it_is() -> None:
    assert DASHBOARD["uid"] == "eci-upgrade-guard"
    assert DASHBOARD["schemaVersion"] >= 39
    assert "id" not in DASHBOARD, "Grafana would overwrite another one"
    names = [variable["name"] for variable in DASHBOARD["templating"]["list"]]
    assert names == ["datasource", "namespace"]
    assert DASHBOARD["templating"]["list"][0]["query"] == "prometheus"
    assert (FOLDER / "grafana-dashboard.json").read_text() == json.dumps(DASHBOARD, indent=2, ensure_ascii=False) + "\n"


@each_panel
def test_a_panel_has_what_grafana_needs(panel: dict[str, Any]) -> None:
    place = panel["gridPos"]
    assert place.keys() == {"x", "y", "w", "h"}
    assert place["x"] + place["w"] <= WIDTH
    if panel["type"] == "row":
        return
    assert panel["type"] in KINDS
    assert panel["description"].endswith(".")
    assert panel["datasource"] == SOURCE
    assert panel["targets"]
    assert all(target["datasource"] == SOURCE for target in panel["targets"])
    refs = [target["refId"] for target in panel["targets"]]
    assert len(set(refs)) == len(refs)
    assert {"defaults", "overrides"} == panel["fieldConfig"].keys()


def test_no_panel_lies_on_another_and_no_id_comes_twice() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x, y in itertools.product(
            range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
        )
    ]
    assert len(set(taken)) == len(taken)


READINESS = {"-1": "Unknown", "0": "Not ready", "1": "Ready"}
OPEN = {"0": "Closed", "1": "Open"}


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Ready for the policy's target", READINESS),
        ("Outlook: readiness for each Kubernetes version", READINESS),
        ("Upgrade window", OPEN),
        ("Open and closed", OPEN),
        ("Policy document", {"0": "In force", "1": "Refused"}),
    ],
)
def test_states_are_shown_in_words(title: str, shown: dict[str, str]) -> None:
    words = PANELS[title]["fieldConfig"]["defaults"]["mappings"][0]["options"]
    assert {value: word["text"] for value, word in words.items()} == shown
