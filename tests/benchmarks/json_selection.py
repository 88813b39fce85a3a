"""The vendor's selection with Python's json module. ``python -m tests.benchmarks.json_selection FILE``."""

import json
import sys
from pathlib import Path

_UNFIT = ("1.0.0", "", None)


def main(path: str) -> None:
    """Write namespace, name, platform version and instance id of the unfit ECI pods, comma separated."""
    for pod in json.loads(Path(path).read_bytes())["items"]:
        metadata = pod["metadata"]
        annotations = metadata.get("annotations", {})
        version = annotations.get("k8s.aliyun.com/eci-platform-version")
        if version in _UNFIT and pod["spec"]["nodeName"].startswith("virtual-kubelet"):
            instance = annotations.get("k8s.aliyun.com/eci-instance-id", "")
            sys.stdout.write(f"{metadata['namespace']},{metadata['name']},{version or ''},{instance}\n")


if __name__ == "__main__":
    main(sys.argv[1])
