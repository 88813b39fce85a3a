"""The shell around it all: routes, TLS, health, logs, lifecycle. The only importer of ``fastapi`` and ``uvicorn``."""
