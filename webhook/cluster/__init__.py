"""The cluster, reached through the official client: its configuration, credentials and transport; above it raw JSON."""
