"""Topologies to show: a shop with a database behind a pooler, and one that nobody uses."""

from collections.abc import Callable

import pytest

from poollint.config import Config
from poollint.project import Project
from poollint.run import understand
from poollint.topology import Topology

COMPOSE = """\
services:
  web:
    build: .
    command: uvicorn shop.web:app --workers {workers}
    environment:
      DATABASE_URL: postgresql+psycopg2://shop@pgbouncer/shop
  jobs:
    build: .
    command: celery --app shop.jobs worker --concurrency 5
    environment:
      DATABASE_URL: postgresql+psycopg2://shop@main/shop
  pgbouncer:
    image: edoburu/pgbouncer:v1.24.1-p1
    environment: {{DB_HOST: main, POOL_MODE: session, DEFAULT_POOL_SIZE: "30"}}
  main:
    image: postgres:16
  archive:
    image: postgres:16
"""
FILES = {
    "shop/__init__.py": "",
    "shop/db.py": (
        "import os\nfrom sqlalchemy import create_engine\n"
        'engine = create_engine(os.environ["DATABASE_URL"], pool_size=4, max_overflow=2)\n'
    ),
    "shop/web.py": "from shop.db import engine\n",
    "shop/jobs.py": "from shop.db import engine\n",
    "Dockerfile": "FROM python:3.12\nCOPY . .\n",
}


@pytest.fixture
def understood() -> Callable[[int], tuple[Topology, ...]]:
    """The shop with a number of web workers."""

    def make(workers: int) -> tuple[Topology, ...]:
        return understand(Project.of({**FILES, "compose.yaml": COMPOSE.format(workers=workers)}), Config())

    return make


@pytest.fixture
def shop(understood: Callable[[int], tuple[Topology, ...]]) -> tuple[Topology, ...]:
    """The shop with 19 web workers: more clients than its pooler admits."""
    return understood(19)
