"""Which ECI pods exist: what is kept of them, and the pod list file that can tell."""
