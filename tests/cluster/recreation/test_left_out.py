"""What a plan leaves out, on a real control plane: where that is most of it, nothing is begun unless it is accepted."""

from pathlib import Path

import pytest

from tests.cluster.control_plane import ControlPlane
from tests.cluster.recreation.commanding import recreate
from tests.cluster.recreation.staging import Size, stage_old_cluster
from tests.cluster.recreation.test_staging import versions_in


@pytest.mark.timeout(120, func_only=True)
def test_where_most_is_left_out_nothing_is_begun_unless_that_is_accepted(
    control_plane: ControlPlane, namespace: str, tmp_path: Path
) -> None:
    stage_old_cluster(control_plane, namespace, Size(guarded=0, free=1, stateful=0, single=0, jobs=0, bare=4))
    why = "6 of 9 ECI pods left out, more than 50%: mend what the plan names, or see --accept-blocked"
    dry = recreate(control_plane, namespace, tmp_path, "--dry-run")
    assert (dry.returncode, f"it would not be begun: {why}" in dry.stderr) == (3, True), dry.stderr
    assert "How long: 1 min 30 s if a pod takes 30 s, 6 min if a pod takes 2 min" in dry.stderr
    refused = recreate(control_plane, namespace, tmp_path, "--yes")
    assert (refused.returncode, f"not begun: {why}" in refused.stderr) == (3, True), refused.stderr
    assert versions_in(control_plane, namespace) == {"1.0.0": 9}
    done = recreate(control_plane, namespace, tmp_path, "--yes", "--accept-blocked", "67%")
    assert (done.returncode, versions_in(control_plane, namespace)) == (3, {"1.0.0": 6, "1.1.0": 3}), done.stderr
    assert "a pod the rest takes" in done.stdout
    assert "6 of 9 ECI pods left out" not in done.stderr
