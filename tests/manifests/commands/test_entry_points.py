"""The commands that a project installs."""

import pytest

from poollint.manifests.commands.entry_points import entry_point
from poollint.source import SourceFile


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        pytest.param(
            "pyproject.toml", "[project.scripts]\nshop = 'shop.cli:main'\n", "shop.cli:main", id="standard"
        ),
        pytest.param("pyproject.toml", "[tool.poetry.scripts]\nshop = 'shop:run'\n", "shop:run", id="poetry"),
        pytest.param("pyproject.toml", "[project.scripts]\nshops = 'a:b'\n", "", id="another command"),
        pytest.param("pyproject.toml", "[project.scripts]\nshop = 3\n", "", id="no text"),
        pytest.param("pyproject.toml", "[tool]\npoetry = 3\n", "", id="no table"),
        pytest.param("pyproject.toml", "shop = [", "", id="no TOML"),
        pytest.param(
            "setup.cfg",
            "[options.entry_points]\nconsole_scripts =\n    other = a:b\n    shop = shop.cli:main\n",
            "shop.cli:main",
            id="setup.cfg",
        ),
        pytest.param("setup.cfg", "[metadata]\nname = shop\n", "", id="setup.cfg without"),
        pytest.param("setup.cfg", "shop\n", "", id="no INI"),
        pytest.param(
            "setup.py",
            "setup(entry_points={'console_scripts': ['a = b:c', \"shop=shop.cli:main\"]})",
            "shop.cli:main",
            id="setup.py",
        ),
        pytest.param(
            "setup.py", "setup(entry_points={'console_scripts': 'shop = shop'})", "shop", id="one, as a text"
        ),
        pytest.param("setup.py", "setup(scripts=['shop'])", "", id="setup.py without"),
    ],
)
def test_entry_point(name: str, text: str, expected: str) -> None:
    assert entry_point("shop", SourceFile(f"api/{name}", text)) == expected
