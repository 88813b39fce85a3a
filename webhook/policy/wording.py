"""Numbers and times in words, for people."""


def number(count: int, noun: str) -> str:
    """Write "1 pod", "2 pods"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def pods_against(unfit: int, pods: int, target: object) -> str:
    """Say how many of the pods stand in the way of a Kubernetes version."""
    if not unfit:
        return f"of {number(pods, 'ECI pod')} none stands in the way of Kubernetes {target}"
    return f"{unfit} of {number(pods, 'ECI pod')} cannot run under Kubernetes {target}"


def elapsed(seconds: float) -> str:
    """Write a duration with its two largest units: "3 min 20 s"."""
    parts: list[str] = []
    rest = max(0, int(seconds))
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, rest = divmod(rest, length)
        if count or (unit == "s" and not parts):
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2])
