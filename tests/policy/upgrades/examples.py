"""Example objects of every kind in the catalogue: ``objects/GROUP.yaml``, a document for each kind and served version.

A document has an ``object`` and what is to be read of it: ``expect``, by path, with "unknown" for a version that cannot
be told and "openshift 4.14" for one of OpenShift.
"""

from pathlib import Path
from typing import Any, NamedTuple

import yaml

from webhook.policy.upgrades.catalogue import catalogue
from webhook.policy.upgrades.kind import UpgradeKind

Json = dict[str, Any]


class Example(NamedTuple):
    """One object, and the paths and versions that it asks for."""

    name: str
    kind: UpgradeKind
    object: Json
    expected: list[tuple[str, str]]

    @property
    def version(self) -> str:
        """The served version that it is written in."""
        return str(self.object["apiVersion"]).rpartition("/")[2]


def examples() -> list[Example]:
    """All of them, in a stable order."""
    found = []
    for file in sorted(Path(__file__).with_name("objects").glob("*.yaml")):
        for place, document in enumerate(yaml.safe_load_all(file.read_text(encoding="utf-8"))):
            example = document["object"]
            group = example["apiVersion"].rpartition("/")[0]
            kind = next(one for one in catalogue().values() if (one.group, one.kind) == (group, example["kind"]))
            expected = [(one["path"], one["is"]) for one in document["expect"]]
            found.append(Example(f"{file.stem}-{place}-{example['kind']}", kind, example, expected))
    return found
