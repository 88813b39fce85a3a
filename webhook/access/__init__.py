"""Who may see the report: what is asked of the cluster about a caller, and how little of it is asked twice.

Knows neither the web nor the Kubernetes client: ``webhook.server`` asks through it, ``webhook.cluster`` answers.
"""
