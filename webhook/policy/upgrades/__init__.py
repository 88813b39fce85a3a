"""Objects that ask for an upgrade of a cluster: which kinds there are, what they ask for, and who may say otherwise."""
