"""POOL702: a token that an engine keeps."""

from collections.abc import Callable, Mapping

import pytest

from poollint.findings import Finding

CODE = "POOL702"
HEAD = """\
from functools import lru_cache
from urllib.parse import quote_plus

import boto3
from azure.identity import DefaultAzureCredential
from fastapi import FastAPI
from sqlalchemy import URL, create_engine, event
from sqlalchemy.ext.asyncio import create_async_engine

app = FastAPI()
client = boto3.client("rds")


def ask():
    token = client.generate_db_auth_token("db", 5432, "app")
    return token


"""
DIRECT = "token = client.generate_db_auth_token('db', 5432, 'app')\n"
SCOPE = "https://ossrdbms-aad.database.windows.net/.default"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            DIRECT + "engine = create_engine(f'postgresql://app:{token}@db/x')\n",
            ("error high",),
            id="f-string",
        ),
        pytest.param(
            DIRECT + "engine = create_engine(f'postgresql://app:{quote_plus(token)}@db/x')\n",
            ("error high",),
            id="quoted",
        ),
        pytest.param(
            DIRECT + "url = URL.create('postgresql', 'app', token, 'db')\nengine = create_engine(url)\n",
            ("error high",),
            id="url-object",
        ),
        pytest.param(
            "engine = create_engine(url='postgresql://app:' + ask() + '@db/x')\n",
            ("error high",),
            id="function",
        ),
        pytest.param(
            "engine = create_engine('postgresql://app@db/x', connect_args={'password': ask()})\n",
            ("error high",),
            id="connect-args",
        ),
        pytest.param(
            "engine = create_async_engine('postgresql+asyncpg://app@db/x', connect_args={'password': ask})\n",
            (),
            id="handed-over",
        ),
        pytest.param(
            "engine = create_engine('postgresql://app@db/x', connect_args={'password': lambda: ask()})\n",
            (),
            id="lambda",
        ),
        pytest.param(
            DIRECT + "engine = create_engine(f'postgresql://app:{token}@db/x', creator=ask)\n",
            (),
            id="creator",
        ),
        pytest.param(
            DIRECT + "engine = create_engine(f'postgresql://app:{token}@db/x')\n\n\n"
            "@event.listens_for(engine, 'do_connect')\ndef log_in(*arguments):\n    pass\n",
            (),
            id="listener",
        ),
        pytest.param(DIRECT + "engine = create_engine('postgresql://app@db/x')\n", (), id="not-handed-over"),
        pytest.param(
            DIRECT + "engine = create_engine('postgresql://app@db/x')\n"
            "second = create_engine(f'postgresql://app:{token}@db/x')\n",
            ("error high",),
            id="one-of-two",
        ),
        pytest.param(
            DIRECT + "engine = create_engine('postgresql://app@db/x', echo=token)\n",
            (),
            id="another-argument",
        ),
        pytest.param(
            "def make():\n    token = ask()\n    return create_engine(f'postgresql://app:{token}@db/x')\n",
            ("error medium",),
            id="factory",
        ),
        pytest.param(
            "@lru_cache\ndef make():\n    return create_engine(f'postgresql://app:{ask()}@db/x')\n",
            ("error high",),
            id="cached",
        ),
        pytest.param(
            "@app.get('/')\ndef read():\n    engine = create_engine(f'postgresql://app:{ask()}@db/x')\n",
            (),
            id="once-a-request",
        ),
        pytest.param(
            f"token = DefaultAzureCredential().get_token('{SCOPE}').token\n"
            "engine = create_engine(f'postgresql://app:{token}@db/x')\n",
            ("error high",),
            id="entra",
        ),
        pytest.param(
            "token = DefaultAzureCredential().get_token('https://graph.microsoft.com').token\n"
            "engine = create_engine(f'postgresql://app:{token}@db/x')  # database.windows.net\n",
            (),
            id="token-for-something-else",
        ),
    ],
)
def test_code(
    text: str, expected: tuple[str, ...], shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]
) -> None:
    assert shown(CODE, {"db.py": HEAD + text}) == expected


@pytest.mark.parametrize("path", ["tests/db.py", "scripts/db.py"], ids=["test", "script"])
def test_exempt(path: str, shown: Callable[[str, Mapping[str, str]], tuple[str, ...]]) -> None:
    text = HEAD + DIRECT + "engine = create_engine(f'postgresql://app:{token}@db/x')\n"
    assert shown(CODE, {path: text}) == ()


def test_across_files(findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]]) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/aws.py": HEAD,
        "shop/db.py": "from sqlalchemy import create_engine\nfrom shop.aws import ask\n"
        "engine = create_engine('postgresql://app@db/x', connect_args={'password': ask()})\n",
    }
    (found,) = findings(CODE, files)
    assert found.problem.at.path == "shop/aws.py"
    assert found.problem.message == (
        "'shop.db:engine' keeps in connect_args a token of generate_db_auth_token, "
        "and every connection that it opens after 900 s fails"
    )


def test_message_without_a_documented_lifetime(
    findings: Callable[[str, Mapping[str, str]], tuple[Finding, ...]],
) -> None:
    text = (
        f"token = DefaultAzureCredential().get_token('{SCOPE}').token\n"
        "engine = create_engine(f'postgresql://app:{token}@db/x')\n"
    )
    (found,) = findings(CODE, {"db.py": HEAD + text})
    assert found.problem.message == (
        "'db:engine' keeps in its URL a token of get_token, "
        "and every connection that it opens after a while fails"
    )
