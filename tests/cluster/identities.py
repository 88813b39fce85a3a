"""The guard's own identity in a cluster: a ServiceAccount that may do what the guard does, and no more."""

from pathlib import Path

from tests.cluster.control_plane import ControlPlane

NAME = "guard-of-tests"
"""Not that of the manifests, which tests install and take away."""
NAMESPACE = "kube-system"
RULES = [
    {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list", "watch"]},
    {"apiGroups": [""], "resources": ["namespaces"], "verbs": ["list", "watch"]},
    {
        "apiGroups": ["admissionregistration.k8s.io"],
        "resources": ["validatingwebhookconfigurations"],
        "verbs": ["get"],
    },
    {"apiGroups": ["authentication.k8s.io"], "resources": ["tokenreviews"], "verbs": ["create"]},
    {"apiGroups": ["authorization.k8s.io"], "resources": ["subjectaccessreviews"], "verbs": ["create"]},
]


def guard_kubeconfig(control_plane: ControlPlane) -> Path:
    """Make the account, unless it is there, and return a kubeconfig with a new token of it."""
    with control_plane.client() as client:
        for path, body in (
            (f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts", {}),
            ("/apis/rbac.authorization.k8s.io/v1/clusterroles", {"rules": RULES}),
            ("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", _binding()),
        ):
            answer = client.post(path, json={"metadata": {"name": NAME}} | body)
            assert answer.status_code in {201, 409}, answer.text
        path = f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts/{NAME}/token"
        token = (
            client.post(path, json={"spec": {"expirationSeconds": 3600}}).raise_for_status().json()["status"]["token"]
        )
    return control_plane.kubeconfig_for(token)


def _binding() -> dict[str, object]:
    return {
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": NAME},
        "subjects": [{"kind": "ServiceAccount", "name": NAME, "namespace": NAMESPACE}],
    }
