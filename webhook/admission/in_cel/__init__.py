"""The rules for new pods and workloads as expressions in CEL, which an API server evaluates itself."""
