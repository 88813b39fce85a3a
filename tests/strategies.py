"""What Hypothesis draws from, named for what it makes."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from tests.builders import NOW, ORDINARY_NODE, VIRTUAL_NODE, Json, pod
from webhook.policy.exemptions import Exemption

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)

platform_versions: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", "1.0.0", "1.1.0", "v1.1.0", "0.9.0", "9.9.0", 5, ["1.0.0"], {}]
)

pods: st.SearchStrategy[Json] = st.builds(
    pod,
    st.text("abc", min_size=1, max_size=3),
    namespace=st.sampled_from(["team-a", "team-b"]),
    platform_version=platform_versions,
    instance_id=st.sampled_from([None, "eci-1", "acs-1", "i-1", 7]),
    node=st.sampled_from([None, VIRTUAL_NODE, ORDINARY_NODE, 7]),
    phase=st.sampled_from([None, "Pending", "Running", "Succeeded", "Failed", "Unknown", 7]),
    labels=st.sampled_from([None, {}, {"eci": "true"}, {"alibabacloud.com/acs": "true"}, {"eci": True}, "eci"]),
)

exemptions = (
    Exemption(reason="batch", namespaces=frozenset({"team-b"}), pod_labels={}, counts_as_ready=True),
    Exemption(
        reason="labelled",
        namespaces=frozenset({"team-a"}),
        pod_labels={"eci": "true"},
        counts_as_ready=True,
        expires=NOW + timedelta(hours=1),
    ),
)
"""That take some of these pods out of readiness, one of them for an hour."""

minors = st.integers(0, 60)


@st.composite
def spellings(draw: st.DrawFn, minor: int) -> str:
    """A Kubernetes version of this minor, in any vendor's form."""
    patch = draw(st.sampled_from(["", ".0", ".7", ".15"]))
    suffix = draw(
        st.sampled_from(
            [
                "",
                "+",
                "-aliyun.1",
                "-aliyunedge.1",
                "+rke2r1",
                "+k3s1",
                "+k0s.0",
                "-k0s.0",
                "---vmware.2-tkg.2-zshippable",
            ],
        ),
    )
    return f"{draw(st.sampled_from(['', 'v', ' v']))}1.{minor}{patch}{suffix}"
