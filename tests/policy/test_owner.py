"""Who a pod belongs to, by its owner references."""

from typing import Any

import pytest

from webhook.policy.owner import Owner, controller_of, group_of_controller

BY_REPLICA_SET = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-1", "uid": "u", "controller": True}
OWNER = Owner(kind="ReplicaSet", name="web-1", uid="u")


@pytest.mark.parametrize(
    ("references", "owner", "group"),
    [
        ([BY_REPLICA_SET], OWNER, "apps"),
        ([BY_REPLICA_SET | {"apiVersion": "v1"}], OWNER, ""),
        ([BY_REPLICA_SET | {"apiVersion": 1}], OWNER, None),
        ([{"kind": "Node", "name": "n", "uid": "v"}, BY_REPLICA_SET], OWNER, "apps"),
        (["odd", BY_REPLICA_SET | {"uid": ""}, BY_REPLICA_SET], OWNER, "apps"),
        ([BY_REPLICA_SET | {"controller": False}], None, None),
        ([BY_REPLICA_SET | {"controller": "true"}], None, None),
        ([BY_REPLICA_SET | {"name": 5}], None, None),
        ([], None, None),
        ({}, None, None),
        (None, None, None),
    ],
)
def test_the_one_that_controls_it_owns_it_if_it_can_be_read(references: Any, owner: Owner | None, group: Any) -> None:
    assert controller_of(references) == owner
    assert group_of_controller(references) == group
