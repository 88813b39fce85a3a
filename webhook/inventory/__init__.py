"""Which ECI pods exist: the store, the list and watch that keep it current, and the pod list file that can tell."""
