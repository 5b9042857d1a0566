"""The virtual environment with the other SQLAlchemy line and the older asyncpg."""

import hashlib
import importlib.metadata
import os
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

    Raises subprocess.SubprocessError when the packages cannot be had.
    """
    wanted = requirements()
    digest = hashlib.sha256("\n".join([sys.version, *wanted]).encode()).hexdigest()[:12]
    home = cache / digest
    if not home.exists():
        # Other processes of the same test run may be about it, too: the first to finish wins.
        draft = cache / f"{digest}-{os.getpid()}"
        venv.create(draft, clear=True, with_pip=True, symlinks=True)
        command = [str(draft / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input"]
        subprocess.run([*command, *wanted], check=True, capture_output=True, text=True, timeout=100)
        try:
            draft.rename(home)
        except OSError:
            shutil.rmtree(draft)
    return home / "bin" / "python"
