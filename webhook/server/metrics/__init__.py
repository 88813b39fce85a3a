"""What a Prometheus reads of the guard. Labels are bounded: never a namespace, a user or a name of an object."""
