"""What is exported of the example policy, as it stands beside this test. ``UPDATE_GOLDEN=1`` writes it anew.

That an API server reads it as the guard does is tested on real ones (tests/cluster/admission/in_cel).
"""

import os
from dataclasses import replace
from pathlib import Path

from tests.builders import NOW
from webhook.admission.in_cel.manifest import written
from webhook.admission.in_cel.rules import admission_policies
from webhook.admission.in_cel.timeless import timeless
from webhook.policy.document.reading import read_policy
from webhook.policy.modes import UnsetAtCreate

EXAMPLE = Path(__file__).parents[3] / "manifests/examples/policy.yaml"
GOLDEN = Path(__file__).with_name("golden.yaml")


def test_the_export_is_as_it_was() -> None:
    policy = replace(read_policy(EXAMPLE.read_bytes()), unset_at_create=UnsetAtCreate.JUDGE)
    frozen = timeless(policy, NOW)
    exported = written(admission_policies(frozen), frozen, namespace="ours", at=NOW, made_by="a command")
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(exported)
    assert exported == GOLDEN.read_text()
