"""Prometheus's own tool reads the rules and plays alerts.yaml: each fires when it should, and not when all is well."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.building import Missing, built
from tests.monitoring.published import ALERTS, RULE

HERE = Path(__file__).parent
PLAYED = HERE / "alerts.yaml"


def test_every_alert_is_played() -> None:
    played: dict[str, Any] = yaml.safe_load(PLAYED.read_text())
    fired = {
        case["alertname"] for test in played["tests"] for case in test.get("alert_rule_test", ()) if case["exp_alerts"]
    }
    assert fired == set(ALERTS)


@pytest.fixture(scope="module")
def promtool() -> Path:
    """Built from Prometheus's source, which takes minutes the first time."""
    try:
        return built(HERE / "go_modules/promtool", "promtool", "github.com/prometheus/prometheus/cmd/promtool")
    except Missing as missing:
        pytest.skip(str(missing))


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_promtool_finds_nothing_wrong_and_sees_each_fire(promtool: Path, tmp_path: Path) -> None:
    groups = RULE["spec"]["groups"]
    _check(promtool, "check", "rules", "--lint=all", "--lint-fatal", _written(tmp_path, groups))
    # What an alert says is for people to judge: without its texts, only whether it fires is compared.
    silent = [group | {"rules": [rule | {"annotations": {}} for rule in group["rules"]]} for group in groups]
    _written(tmp_path, silent)
    _check(promtool, "test", "rules", shutil.copy(PLAYED, tmp_path))


def _written(folder: Path, groups: list[dict[str, Any]]) -> Path:
    rules = folder / "rules.yaml"
    rules.write_text(yaml.safe_dump({"groups": groups}))
    return rules


def _check(promtool: Path, *arguments: object) -> None:
    done = subprocess.run([promtool, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
