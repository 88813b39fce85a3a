"""Where a cluster is and who we are there: from a kubeconfig, or from the pod that we run in."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from kubernetes.aio.client.configuration import Configuration
from kubernetes.aio.config import ConfigException, load_incluster_config, load_kube_config

from webhook.cluster.credentials import Credentials
from webhook.inventory.source import SourceFailed
from webhook.policy.plain_text import plain

_CLIENT_LOG = logging.getLogger("kubernetes.aio.config")


async def load(credentials: Credentials) -> Configuration:
    """Read the configuration anew, with all it names: token files, certificates, exec plugins. Raises SourceFailed."""
    configuration = Configuration()
    # Authorities that older clusters were made with lack extensions which strict verification asks for since
    # Python 3.13. kubectl trusts them too; the chain and the name are verified all the same.
    configuration.disable_strict_ssl_verification = True
    try:
        if credentials.in_cluster:
            load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]  # the client's
        else:
            await _load_kubeconfig(credentials, configuration)
    except ConfigException as error:
        raise SourceFailed(plain(str(error))) from None
    except yaml.YAMLError:
        raise SourceFailed("the kubeconfig is not YAML") from None
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise SourceFailed(f"the kubeconfig cannot be used: {plain(str(error))}") from None
    return configuration


async def _load_kubeconfig(credentials: Credentials, configuration: Configuration) -> None:
    path = _existing(credentials.kubeconfig or os.environ.get("KUBECONFIG") or str(Path.home() / ".kube/config"))
    with _complaints() as complaints:
        loader = await load_kube_config(  # type: ignore[no-untyped-call]  # as above
            config_file=path,
            context=credentials.context,
            client_configuration=configuration,
            persist_config=False,  # the user's file is the user's
        )
    # The client logs why an exec plugin failed, and goes on without credentials.
    if complaints and not configuration.api_key and not configuration.cert_file:
        raise SourceFailed(complaints[-1])
    configuration.description = loader.current_context["name"]


def _existing(path: str) -> str:
    """Return a search path as it is, if it leads to any file."""
    if not any(Path(part).expanduser().is_file() for part in path.split(os.pathsep) if part):
        raise SourceFailed(f"there is no kubeconfig {plain(path)}")
    return path


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """Collect what the client's loader logs as errors, and keep it out of the log: a plugin may print anything."""
    collected: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            collected.append(plain(record.getMessage()))

    collector = Collector(logging.ERROR)
    propagated = _CLIENT_LOG.propagate
    _CLIENT_LOG.addHandler(collector)
    _CLIENT_LOG.propagate = False
    try:
        yield collected
    finally:
        _CLIENT_LOG.removeHandler(collector)
        _CLIENT_LOG.propagate = propagated
