"""The configuration as it is written: YAML that says the same as the document, with a word on each choice."""

from pathlib import Path

import pytest
import yaml

from tests.builders import policy, version
from webhook.admission.registration.configuration import Service, document, written
from webhook.admission.registration.entries import entries_for
from webhook.cli.main import main

ENTRIES = entries_for(policy(), version("1.37"))


def test_what_is_written_is_the_document() -> None:
    for entries in (ENTRIES, entries_for(policy(), None)):
        service = Service(namespace="ours", name="guard", port=8443)
        assert yaml.safe_load(written(entries, service, made_by="hand")) == document(entries, service)


def test_a_comment_stands_above_each_choice_and_first_of_all_who_made_it() -> None:
    lines = written(ENTRIES, Service(), made_by="eci-upgrade-guard export").splitlines()
    assert lines[0] == "# Made by: eci-upgrade-guard export"
    for place, line in enumerate(lines):
        if line.strip().partition(":")[0] in {"- name", "matchPolicy", "failurePolicy", "timeoutSeconds"}:
            assert lines[place - 1].lstrip().startswith("#") or "expression" in lines[place + 1], line


def test_every_webhook_is_what_the_protocol_and_good_practice_ask_for() -> None:
    for webhook in document(ENTRIES, Service())["webhooks"]:
        assert webhook["admissionReviewVersions"] == ["v1"]
        assert webhook["sideEffects"] == "None"
        assert webhook["failurePolicy"] == "Ignore"
        assert webhook["matchPolicy"] == "Equivalent"
        assert 1 <= webhook["timeoutSeconds"] <= 5
        assert "caBundle" not in webhook["clientConfig"]
        (spared,) = webhook["namespaceSelector"]["matchExpressions"]
        assert "eci-upgrade-guard" in spared["values"]


def test_names_are_unique_and_whole() -> None:
    names = [webhook["name"] for webhook in document(ENTRIES, Service())["webhooks"]]
    assert len(set(names)) == len(names)
    assert all(name.endswith(".eci-upgrade-guard.io") for name in names)


MANIFESTS = Path(__file__).parents[3] / "manifests"


@pytest.mark.parametrize(
    "file", sorted(MANIFESTS.glob("**/webhook-configuration.yaml")), ids=lambda file: file.parent.name
)
def test_what_the_repository_holds_is_what_the_program_writes(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command, _, _ = (
        file.read_text().replace("\n# ", " ").removeprefix("# Made by: eci-upgrade-guard ").partition(" There is")
    )
    found: list[str] = []
    monkeypatch.chdir(MANIFESTS.parent)
    monkeypatch.setattr("webhook.cli.export.write_output", found.append)
    assert main(command.split()) == 0
    assert file.read_text() == found[0], "run: make manifests"
