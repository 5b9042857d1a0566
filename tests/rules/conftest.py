"""What the tables of edge cases share: a rule on a few files, by the whole pipeline."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from poollint.config import Config
from poollint.findings import Finding
from poollint.project import Project
from poollint.run import lint
from poollint.values import Confidence
from poollint_rules import RULES

TODAY = date(2026, 11, 20)
PRELUDE = """\
import os

from sqlalchemy import AssertionPool, NullPool, QueuePool, SingletonThreadPool, StaticPool
from sqlalchemy import URL as Address
from sqlalchemy import create_engine, engine_from_config
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from elsewhere import unknown

URL = os.environ["DATABASE_URL"]
ZERO = 0
NUMBER = int(os.environ.get("NUMBER", "0"))
"""
COMPOSE = """\
services:
  api:
    build: .
    command: {command}
    environment:
      DATABASE_URL: {url}
"""
DATABASE = """\
  main:
    image: postgres:16
"""

Judge = Callable[[str, Mapping[str, str]], tuple[Finding, ...]]


@pytest.fixture
def findings() -> Judge:
    """The findings of one rule in the files of a project, of every confidence."""

    def judge(code: str, files: Mapping[str, str]) -> tuple[Finding, ...]:
        rules = [rule for rule in RULES if rule.code == code]
        config = replace(Config(), min_confidence=Confidence.LOW, preview=True, pedantic=True)
        return lint(Project.of(files), rules, config, today=TODAY).findings

    return judge


@pytest.fixture
def shown(findings: Judge) -> Callable[[str, Mapping[str, str]], tuple[str, ...]]:
    """The findings of a rule as `severity confidence`."""

    def judge(code: str, files: Mapping[str, str]) -> tuple[str, ...]:
        found = findings(code, files)
        return tuple(f"{each.severity} {each.problem.confidence}" for each in found)

    return judge


@pytest.fixture
def call(shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> Callable[[str, str], tuple[str, ...]]:
    """The same for a module in which a call makes an engine."""

    def judge(code: str, text: str) -> tuple[str, ...]:
        return shown(code, {"db.py": f"{PRELUDE}engine = {text}\n"})

    return judge


@pytest.fixture
def message(findings: Judge) -> Callable[[str, str], str]:
    """The sentence of the only finding in such a module."""

    def judge(code: str, text: str) -> str:
        (found,) = findings(code, {"db.py": f"{PRELUDE}engine = {text}\n"})
        return found.problem.message

    return judge


@pytest.fixture
def deployed() -> Callable[[str, str, str, str], dict[str, str]]:
    """An application with one engine, and the compose file that runs it.

    Arguments are the call that makes the engine, the command, the URL and further services (none:
    PostgreSQL called `main`).
    """

    def files(text: str, command: str, url: str, services: str) -> dict[str, str]:
        return {
            "app/db.py": f"{PRELUDE}engine = {text}\n",
            "app/main.py": "from app.db import engine\n",
            "compose.yaml": COMPOSE.format(command=command, url=url) + (services or DATABASE),
        }

    return files
