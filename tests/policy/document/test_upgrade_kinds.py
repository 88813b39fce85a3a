"""Kinds of a policy document are kinds as those of the catalogue, and which cluster is meant is read with them."""

from tests.builders import version
from tests.policy.document.test_reading import problems, read
from webhook.policy.patterns import Patterns
from webhook.policy.upgrades.dialects import Dialect
from webhook.policy.upgrades.field_path import FieldPath
from webhook.policy.upgrades.kind import Condition, Part, Read, Scope, UpgradeKind, Upgrader, Upgrades, Writer
from webhook.policy.upgrades.this_cluster import Claim, ThisCluster

DOCUMENT = """
targetVersion: 1.26
thisCluster:
  version: 1.24
  objects:
    - {group: example.com, resource: wonders, namespace: fleet, name: prod}
    - {labels: {stands-for: prod}}
upgradeKinds:
  off: [clusters.cluster.x-k8s.io]
  add:
    - group: example.com
      resource: wonders
      kind: Wonder
      scope: Cluster
      upgrades: Another
      writer: Controller
      reads:
        - {path: spec.image, of: Workers, dialect: Image, insteadOf: spec.version, only: ["a:1.26"]}
        - {path: spec.version}
      when: {path: spec.state, in: [go, run]}
      unless: {path: spec.paused, in: ["true"]}
      upgrader: {path: spec.by, pattern: ^kube}
      source: us
"""


def test_a_kind_has_everything_that_one_of_the_catalogue_may_have() -> None:
    kinds = read(DOCUMENT).upgrade_kinds
    assert kinds.off == {"clusters.cluster.x-k8s.io"}
    assert kinds.added == (
        UpgradeKind(
            group="example.com",
            resource="wonders",
            kind="Wonder",
            scope=Scope.CLUSTER,
            upgrades=Upgrades.ANOTHER,
            writer=Writer.CONTROLLER,
            reads=(
                Read(
                    path=FieldPath.parse("spec.image"),
                    of=Part.WORKERS,
                    dialect=Dialect.IMAGE,
                    instead_of=FieldPath.parse("spec.version"),
                    only=frozenset(["a:1.26"]),
                ),
                Read(path=FieldPath.parse("spec.version")),
            ),
            when=Condition(path=FieldPath.parse("spec.state"), texts=frozenset(["go", "run"])),
            unless=Condition(path=FieldPath.parse("spec.paused"), texts=frozenset(["true"])),
            upgrader=Upgrader(path=FieldPath.parse("spec.by"), pattern=Patterns(["^kube"])),
            source="us",
        ),
    )


def test_the_cluster_is_told_by_its_version_and_by_the_objects_that_stand_for_it() -> None:
    assert read(DOCUMENT).this_cluster == ThisCluster(
        version=version("1.24"),
        objects=(
            Claim(group="example.com", resource="wonders", namespace="fleet", name="prod"),
            Claim(labels={"stands-for": "prod"}),
        ),
    )


def test_a_kind_that_is_to_be_off_and_is_none_gets_the_nearest_name() -> None:
    (problem,) = problems("targetVersion: 1.26\nupgradeKinds: {off: [cluster.cluster.x-k8s.io]}")
    assert problem == (
        "line 6: spec.upgradeKinds.off[0]: there is no such kind; did you mean clusters.cluster.x-k8s.io?; "
        "write RESOURCE.GROUP"
    )
