"""The guard: a validating admission webhook and a readiness report for ECI platform versions."""

__version__ = "0.1.0"
