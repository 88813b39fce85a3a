"""The readiness report: one model, many renderings."""
