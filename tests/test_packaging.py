"""What an installed environment gains: two packages and their data, and nothing else."""

import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.build import build_sdist, build_wheel

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        name = build_wheel(str(folder))
    return ZipFile(folder / name).namelist()


def test_a_wheel_brings_two_packages_only(wheel: list[str]) -> None:
    top = {name.partition("/")[0].partition("-")[0] for name in wheel}

    assert top == {"poollint", "poollint_rules"}


@pytest.mark.parametrize("package", ["linter/poollint", "rules/poollint_rules"])
def test_a_wheel_has_every_module_and_data_file(wheel: list[str], package: str) -> None:
    root = (ROOT / package).parent
    files = {
        path.relative_to(root).as_posix()
        for path in (ROOT / package).rglob("*")
        if path.suffix in {".py", ".toml", ".json", ".typed"} and "_cache" not in str(path)
    }

    assert files <= set(wheel)
    assert f"{Path(package).name}/py.typed" in files


def test_a_source_distribution_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    with tarfile.open(tmp_path / build_sdist(str(tmp_path))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert {
        "LICENSE", "README.md", "pyproject.toml", ".pre-commit-hooks.yaml",
        "tests/test_packaging.py", "fixtures/shop/compose.yaml",
    } <= names  # fmt: skip


def test_the_changelog_names_this_version_or_has_it_unreleased() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
