"""The policy document: one YAML file in the shape of a Kubernetes kind, and how it becomes a Policy."""
