"""What a build can see of the folder it is started in."""

from pathlib import Path

from tests.cluster import ROOT
from tests.image.engine import ALONE, Engine

ALLOWED = ("requirements", "webhook", "certs", "pyproject.toml", "README.md")


def test_a_build_sees_the_program_and_its_locks_alone(engine: Engine, tmp_path: Path) -> None:
    all_of_it = tmp_path / "Dockerfile"
    all_of_it.write_text("FROM scratch\nCOPY . /\n")
    engine("build", *ALONE, "--tag=localhost/context", f"--file={all_of_it}", str(ROOT))
    seen = _files(engine.tree("localhost/context"))
    assert seen == {file for file in _files(ROOT, *ALLOWED) if "__pycache__" not in file}
    assert "webhook/cli/main.py" in seen


def _files(folder: Path, *below: str) -> set[str]:
    starts = [folder / one for one in below] or [folder]
    files = [file for start in starts for file in ([start] if start.is_file() else start.rglob("*"))]
    return {str(file.relative_to(folder)) for file in files if file.is_file()}
