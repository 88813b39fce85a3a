"""The definitions of others' kinds that the manifests have objects of, from where those publish them."""

from pathlib import Path

from tests.cluster.building import source_of

_MODULE = Path(__file__).with_name("go_modules") / "definitions"
_FILES = {
    "github.com/cert-manager/cert-manager": (
        "deploy/crds/cert-manager.io_certificates.yaml",
        "deploy/crds/cert-manager.io_issuers.yaml",
    ),
    "github.com/prometheus-operator/prometheus-operator": (
        "example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml",
        "example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml",
    ),
}


def definitions() -> list[Path]:
    """Return the files of cert-manager and of the Prometheus Operator. Raises Missing."""
    return [source_of(_MODULE, name) / file for name, files in _FILES.items() for file in files]
