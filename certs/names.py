"""The names by which a guard is called. A certificate is for these, and an authority may sign for no others."""

import ipaddress

from cryptography import x509

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""By which whoever is on the same machine or in the same pod calls it."""


def service_names(service: str, namespace: str, cluster_domain: str = "cluster.local") -> tuple[str, str]:
    """Return the name by which the API server calls a Service, and the one that pods look up."""
    return f"{service}.{namespace}.svc", f"{service}.{namespace}.svc.{cluster_domain}"


def is_service_name(name: str) -> bool:
    """Tell whether a name is a Service's: one of those above."""
    return ".svc." in f"{name}."


def general_name(name: str) -> x509.DNSName | x509.IPAddress:
    """Write a host name or an IP address as certificates do. Raises ValueError for what no certificate can hold."""
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
