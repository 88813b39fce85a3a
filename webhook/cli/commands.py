"""The commands, each a module of its name beside this one, and the parser of each."""

import importlib
from types import ModuleType

from webhook.cli.arguments import CommandParser

COMMANDS = {
    "serve": "answer admission reviews, and serve the report",
    "report": "tell whether the ECI pods are ready for a Kubernetes version",
    "gate": "run a command only if they are",
    "check": "tell what would be answered to manifests, or to a Terraform plan",
    "recreate": "make unfit pods anew, and break no budget",
    "windows": "tell whether an upgrade window is open, and when the next are",
    "policy": "check a policy document",
    "export": "write what the API server is to be told, made from a policy",
    "certs": "look at the certificates of the webhook, and renew them",
    "completion": "write what has a shell finish commands and flags",
}


def module_of(command: str) -> ModuleType:
    """Load a command: its docstring is its help, ``add_options`` its arguments, ``run`` what it does."""
    return importlib.import_module(f"webhook.cli.{command}")


def parser_of(command: str, program: str) -> CommandParser:
    """Return the parser of a command that is called as ``program command``."""
    module, name = module_of(command), f"{program} {command}"
    description, _, examples = (module.__doc__ or "").partition("\ntry:\n")
    parser = CommandParser(prog=name, usage=f"{name} [options]", description=description, epilog=f"try:\n{examples}")
    module.add_options(parser)
    return parser
