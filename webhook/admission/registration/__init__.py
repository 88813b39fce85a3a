"""The webhook as the API server is told of it: made from the policy, and compared with what is registered."""
