"""The configuration as it is written: YAML that says the same as the document, with a word on each choice."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.builders import policy, version
from webhook.admission.registration.configuration import Service, written
from webhook.admission.registration.entries import entries_for
from webhook.cli.main import main

ENTRIES = entries_for(policy(), version("1.37"))


def webhooks(*, service: Service | None = None, **options: Any) -> dict[str, Any]:
    """What is written, as the API server reads it, each webhook by the first part of its name."""
    entries = entries_for(policy(), version("1.37"), **options)
    found = yaml.safe_load(written(entries, service or Service(), made_by="hand"))
    assert len(found["webhooks"]) == len(entries)
    return {webhook["name"].partition(".")[0]: webhook for webhook in found["webhooks"]}


def test_what_is_written_is_what_the_entries_say() -> None:
    service = Service(namespace="ours", name="guard", port=8443)
    found = webhooks(service=service)
    for entry in ENTRIES:
        webhook = found[entry.name.partition(".")[0]]
        assert webhook["rules"] == list(entry.rules)
        assert webhook["timeoutSeconds"] == entry.timeout
        assert {one["name"]: one["expression"] for one in webhook.get("matchConditions", [])} == entry.conditions
        assert webhook["clientConfig"] == {
            "service": {"namespace": "ours", "name": "guard", "path": "/validate", "port": 8443}
        }


def test_a_comment_stands_above_each_choice_and_first_of_all_who_made_it() -> None:
    lines = written(ENTRIES, Service(), made_by="eci-upgrade-guard export").splitlines()
    assert lines[0] == "# Made by: eci-upgrade-guard export"
    for place, line in enumerate(lines):
        if line.strip().partition(":")[0] in {"- name", "matchPolicy", "failurePolicy", "timeoutSeconds"}:
            assert lines[place - 1].lstrip().startswith("#") or "expression" in lines[place + 1], line


def test_every_webhook_is_what_the_protocol_and_good_practice_ask_for() -> None:
    for webhook in webhooks().values():
        assert webhook["admissionReviewVersions"] == ["v1"]
        assert webhook["sideEffects"] == "None"
        assert webhook["failurePolicy"] == "Ignore"
        assert webhook["matchPolicy"] == "Equivalent"
        assert 1 <= webhook["timeoutSeconds"] <= 5
        assert "caBundle" not in webhook["clientConfig"]


def test_what_keeps_the_cluster_and_the_guard_alive_is_spared_and_no_upgrade_is() -> None:
    for name, webhook in webhooks(service=Service(namespace="ours")).items():
        if name.startswith("upgrade"):
            assert "namespaceSelector" not in webhook
        else:
            (spared,) = webhook["namespaceSelector"]["matchExpressions"]
            assert spared["values"] == ["kube-system", "ours"]


def test_at_wish_upgrades_fail_closed_and_nothing_else_ever_does() -> None:
    found = {name: webhook["failurePolicy"] for name, webhook in webhooks(fail_closed=True).items()}
    assert found.pop("upgrades") == "Fail"
    assert set(found.values()) == {"Ignore"}


def test_names_are_unique_and_whole() -> None:
    names = [webhook["name"] for webhook in webhooks().values()]
    assert len(set(names)) == len(names)
    assert all(name.endswith(".eci-upgrade-guard.io") for name in names)


MANIFESTS = Path(__file__).parents[3] / "manifests"
MADE = [MANIFESTS / folder / "webhook-configuration.yaml" for folder in ("base", "components/match-conditions")]


@pytest.mark.parametrize("file", MADE, ids=lambda file: file.parent.name)
def test_what_the_repository_holds_is_what_the_program_writes(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command, _, _ = (
        file.read_text().replace("\n# ", " ").removeprefix("# Made by: eci-upgrade-guard ").partition(" There is")
    )
    found: list[str] = []
    monkeypatch.chdir(MANIFESTS.parent)
    monkeypatch.setattr("webhook.cli.export.write_output", found.append)
    assert main(command.split()) == 0
    assert file.read_text() == found[0], "run: make manifests"
