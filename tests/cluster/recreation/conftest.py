"""A cluster in which pods are made anew, as recreation reaches it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.cluster.access.accounts import Accounts, accounts_in
from tests.cluster.control_plane import ControlPlane
from webhook.cluster.credentials import Credentials
from webhook.cluster.recreating import RecreatingCluster, connect_for_recreation

LOOK = ["list", "watch"]
RIGHTS = (
    {"apiGroups": [""], "resources": ["pods", "replicationcontrollers"], "verbs": LOOK},
    {"apiGroups": ["apps"], "resources": ["deployments", "statefulsets", "replicasets"], "verbs": LOOK},
    {"apiGroups": [""], "resources": ["pods/eviction", "events"], "verbs": ["create"]},
    {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["patch"]},
    {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "create"]},
)
"""To look, to evict and to leave notes; for restarts to patch, and for bare pods to get and create."""


@pytest.fixture
def accounts(every_control_plane: ControlPlane, namespace: str) -> Iterator[Accounts]:
    with accounts_in(every_control_plane, namespace) as made:
        yield made


@pytest.fixture
async def cluster(
    every_control_plane: ControlPlane, namespace: str, accounts: Accounts
) -> AsyncIterator[RecreatingCluster]:
    """As somebody reaches it who may do just what is needed; of it one namespace is followed."""
    accounts.make("recreator")
    accounts.grant("recreator", *RIGHTS)
    accounts.wait_until_may("recreator", "create", "pods/eviction")
    async with connect_for_recreation(Credentials(str(accounts.kubeconfig("recreator"))), namespace) as reached:
        yield reached
