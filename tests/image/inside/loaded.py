"""Load all of the program; print how many modules that brought, and those whose bytecode Python would make anew.

Good bytecode is of this Python (its magic number), goes by no time and is not compared with its source (the flags), and
is of that source all the same (the hash). Its first 16 bytes say so.
"""

import importlib
import importlib.util
import json
import pkgutil
import sys
from pathlib import Path

import certs
import webhook

UNCHECKED = (1).to_bytes(4, "little")


def is_stale(source: Path) -> bool:
    bytecode = Path(importlib.util.cache_from_source(source))
    good = importlib.util.MAGIC_NUMBER + UNCHECKED + importlib.util.source_hash(source.read_bytes())
    return not bytecode.exists() or bytecode.read_bytes()[:16] != good


if __name__ == "__main__":
    for package in (certs, webhook):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                importlib.import_module(found.name)
    files = {name: getattr(module, "__file__", None) or "" for name, module in sys.modules.items()}
    sources = {name: Path(file) for name, file in files.items() if file.endswith(".py") and file != __file__}
    print(json.dumps([len(sources), sorted(name for name, source in sources.items() if is_stale(source))]))
