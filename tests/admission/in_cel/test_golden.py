"""What is exported of two examples, as it stands beside this test. ``UPDATE_GOLDEN=1`` writes it anew.

That an API server reads it as the guard does is tested on real ones (tests/cluster/admission/in_cel).
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import NOW
from webhook.admission.in_cel.manifest import written
from webhook.admission.in_cel.rules import admission_policies
from webhook.admission.in_cel.timeless import timeless
from webhook.policy.document.reading import read_policy
from webhook.policy.exemptions import Exemption
from webhook.policy.modes import UnsetAtCreate

EXAMPLES = Path(__file__).parents[3] / "manifests/examples"
GOLDEN = Path(__file__).parent / "golden"
OF_A_GROUP = Exemption(reason="They know", groups=frozenset({"sre", "ops"}), pod_labels={})


@pytest.mark.parametrize("example", ["policy.yaml", "policies/serverless.yaml"])
def test_the_export_is_as_it_was(example: str) -> None:
    read = read_policy((EXAMPLES / example).read_bytes())
    policy = replace(read, unset_at_create=UnsetAtCreate.JUDGE, exemptions=(*read.exemptions, OF_A_GROUP))
    frozen = timeless(policy, NOW)
    exported = written(admission_policies(frozen), frozen, namespace="ours", at=NOW, made_by="a command")
    file = GOLDEN / Path(example).name
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(exported)
    assert exported == file.read_text()
