"""Where a cluster is and who we are there: from a kubeconfig, or from the pod that we run in."""

import asyncio
import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import yaml
from kubernetes.aio.client.configuration import Configuration
from kubernetes.aio.config import ConfigException, load_incluster_config, load_kube_config

from webhook.cluster.credentials import Credentials
from webhook.inventory.source import SourceFailed
from webhook.policy.plain_text import plain

_WITHIN = 30.0
"""Seconds. A plugin may ask somebody far away, or a person who is not there."""
_CLIENT_LOG = logging.getLogger("kubernetes.aio.config")


class Loaded(NamedTuple):
    """A configuration that can be used, and what a person calls the cluster."""

    configuration: Configuration
    context: str
    """"" where we run inside of it."""


async def load(credentials: Credentials) -> Loaded:
    """Read the configuration anew, with all it names: token files, certificates, exec plugins. Raises SourceFailed."""
    configuration = Configuration()
    context = ""
    # Authorities that older clusters were made with lack extensions which strict verification asks for since
    # Python 3.13. kubectl trusts them too; the chain and the name are verified all the same.
    configuration.disable_strict_ssl_verification = True
    try:
        if credentials.in_cluster:
            load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]  # the client's
        else:
            async with asyncio.timeout(_WITHIN):
                context = await _load_kubeconfig(credentials, configuration)
    except TimeoutError:
        raise SourceFailed(f"the credentials did not come within {_WITHIN:.0f} s (an exec plugin?)") from None
    except ConfigException as error:
        raise SourceFailed(_without_values(str(error))) from None
    except yaml.YAMLError:
        raise SourceFailed("the kubeconfig is not YAML") from None
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise SourceFailed(f"the kubeconfig cannot be used: {plain(str(error))}") from None
    for name, token in configuration.api_key.items():
        if not (token := token.strip()).isprintable():
            raise SourceFailed("the token cannot be sent: it holds control characters")
        configuration.api_key[name] = token  # as client-go does: a file may end with a newline
    return Loaded(configuration, context)


def _without_values(message: str) -> str:
    """Leave out what a plugin printed, and the items that the client quotes whole, with all they hold."""
    return plain(re.sub(r"\{.*\}", "…", message.partition(". b")[0], flags=re.DOTALL))


async def _load_kubeconfig(credentials: Credentials, configuration: Configuration) -> str:
    """Fill in the configuration, and return the name of its context."""
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
    return str(loader.current_context["name"])


def _existing(path: str) -> str:
    """Return a search path as it is, if it leads to any file."""
    if not any(Path(part).expanduser().is_file() for part in path.split(os.pathsep) if part):
        raise SourceFailed(f"there is no kubeconfig {plain(path)}")
    return path


class _Collector(logging.Handler):
    """Takes what one task has the client's loader log: several clusters may be loaded at a time."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.collected: list[str] = []
        self._task = asyncio.current_task()

    def emit(self, record: logging.LogRecord) -> None:
        if asyncio.current_task() is self._task:
            self.collected.append(_without_values(record.getMessage()))


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """Collect what the client's loader logs as errors, and keep it out of the log: a plugin may print anything."""
    collector = _Collector()
    _CLIENT_LOG.addHandler(collector)
    _CLIENT_LOG.propagate = False
    try:
        yield collector.collected
    finally:
        _CLIENT_LOG.removeHandler(collector)
        _CLIENT_LOG.propagate = not any(isinstance(other, _Collector) for other in _CLIENT_LOG.handlers)
