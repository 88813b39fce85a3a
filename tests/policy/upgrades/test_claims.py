"""Which hub objects stand for the cluster whose pods are judged."""

from typing import Any

import pytest

from webhook.policy.upgrades.catalogue import catalogue
from webhook.policy.upgrades.this_cluster import Claim, ObjectIdentity, ThisCluster

CLUSTER = catalogue()["cluster.x-k8s.io", "clusters"]
PLAN = catalogue()["upgrade.cattle.io", "plans"]
PROD = ObjectIdentity(namespace="fleet", name="prod", labels={"env": "prod", "region": "hz"})
STAGING = ObjectIdentity(namespace="fleet", name="staging", labels={})

CLAIMS = [
    ({"group": "cluster.x-k8s.io"}, True),
    ({"group": "cluster.x-k8s.io", "resource": "clusters", "namespace": "fleet", "name": "prod"}, True),
    ({"labels": {"env": "prod"}}, True),
    ({"labels": {"env": "prod", "region": "hz"}, "name": "prod"}, True),
    ({"labels": {"env": "prod", "region": "bj"}}, False),
    ({"labels": {"absent": ""}}, False),
    ({"name": "pro"}, False),
    ({"namespace": "fleet", "name": "staging"}, False),
    ({"group": "", "name": "prod"}, False),
    ({"resource": "Clusters"}, False),
]


@pytest.mark.parametrize(("claim", "holds"), CLAIMS)
def test_all_that_a_claim_gives_must_match_whole(claim: dict[str, Any], holds: object) -> None:
    assert ThisCluster(objects=(Claim(**claim),)).is_meant_by(CLUSTER, PROD) is holds


def test_one_claim_of_several_is_enough() -> None:
    this = ThisCluster(objects=(Claim(name="staging"), Claim(name="prod")))
    assert this.is_meant_by(CLUSTER, PROD)
    assert this.is_meant_by(CLUSTER, STAGING)


def test_nobody_claims_an_object_by_saying_nothing() -> None:
    assert not ThisCluster().is_meant_by(CLUSTER, PROD)


def test_what_upgrades_the_cluster_that_it_is_in_needs_no_claim() -> None:
    assert ThisCluster().is_meant_by(PLAN, STAGING)


def test_an_object_that_was_claimed_before_a_change_is_claimed_still() -> None:
    """Otherwise a label that is taken away together with the version would be a way around."""
    this = ThisCluster(objects=(Claim(labels={"env": "prod"}),))
    unlabelled = ObjectIdentity(namespace="fleet", name="prod", labels={})
    assert this.is_meant_by(CLUSTER, unlabelled, PROD)
    assert not this.is_meant_by(CLUSTER, unlabelled, unlabelled)
