"""The kinds of workloads that make a new pod for each that goes: these are read, and followed."""

BARE = "Pod"
"""A pod without a controller is its own workload."""
RESOURCES = {
    ("apps", "Deployment"): "deployments",
    ("apps", "StatefulSet"): "statefulsets",
    ("apps", "ReplicaSet"): "replicasets",
    ("", "ReplicationController"): "replicationcontrollers",
}
"""By group and kind. Of any other kind nobody here can say that it lives."""
