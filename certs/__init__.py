"""TLS for the webhook. Imports nothing but ``cryptography`` and the standard library."""
