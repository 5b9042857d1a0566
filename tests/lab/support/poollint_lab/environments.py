"""The virtual environment with the other SQLAlchemy line and the older asyncpg."""

import hashlib
import importlib.metadata
import shutil
import subprocess
import sys
import venv
from pathlib import Path

BESIDE = (
    "asyncpg==0.30.*",
    "psycopg[binary]>=3.2",
    "psycopg2-binary>=2.9",
    "pg8000>=1.31",
    "aiomysql>=0.2",
    "aiosqlite>=0.20",
)


def line() -> str:
    """Major and minor of the SQLAlchemy that the tests themselves run with."""
    return ".".join(importlib.metadata.version("sqlalchemy").split(".")[:2])


def requirements() -> list[str]:
    other = "sqlalchemy[asyncio]>=2.1" if line() == "2.0" else "sqlalchemy[asyncio]==2.0.*"
    return [other, *BESIDE]


def install(cache: Path) -> Path:
    """Makes the environment in the folder, once, and gives its Python.

    Raises subprocess.CalledProcessError when the packages cannot be had.
    """
    wanted = requirements()
    digest = hashlib.sha256("\n".join([sys.version, *wanted]).encode()).hexdigest()[:12]
    home = cache / digest
    python = home / "bin" / "python"
    done = home / "installed"
    if not done.exists():
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=True, symlinks=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--no-input", *wanted]
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
        done.touch()
    return python
