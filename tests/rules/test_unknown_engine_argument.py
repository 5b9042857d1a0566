"""POOL203: a keyword that nobody takes, and texts where numbers must be."""

from collections.abc import Callable

import pytest

CODE = "POOL203"
PLACE = "'postgresql+psycopg2://app@db/x'"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"create_engine({PLACE}, poolsize=5)", ("error high",), id="misspelt"),
        pytest.param(f"create_engine({PLACE}, statement_cache_size=0)", ("error high",), id="driver-option"),
        pytest.param(f"create_engine({PLACE}, whatever=1)", ("error high",), id="unknown-on-known-driver"),
        pytest.param("create_engine(URL, whatever=1)", ("error low",), id="unknown-on-unknown-driver"),
        pytest.param("create_engine(URL, poolsize=1)", ("error high",), id="misspelt-on-unknown-driver"),
        pytest.param(f"create_engine({PLACE}, pool_size=5, echo=True)", (), id="known"),
        pytest.param(f"create_engine({PLACE}, use_insertmanyvalues=False)", (), id="of-the-dialect"),
        pytest.param(f"create_engine({PLACE}, pool_size='5')", ("error high",), id="text-for-number"),
        pytest.param(f"create_engine({PLACE}, pool_recycle='5')", ("error high",), id="text-for-recycle"),
        pytest.param(f"create_engine({PLACE}, pool_recycle=None)", ("error high",), id="none-for-recycle"),
        pytest.param(f"create_engine({PLACE}, max_overflow=None)", ("error high",), id="none-for-overflow"),
        pytest.param(f"create_engine({PLACE}, pool_timeout=None)", (), id="none-for-timeout"),
        pytest.param(f"create_engine({PLACE}, pool_pre_ping=None)", (), id="none-where-it-may-be"),
        pytest.param(f"create_engine({PLACE}, pool_timeout='5')", ("error high",), id="text-for-timeout"),
        pytest.param(f"create_engine({PLACE}, **unknown)", (), id="splat"),
        pytest.param(f"create_engine({PLACE}, poolsize=5, **unknown)", ("error high",), id="beside-a-splat"),
        pytest.param(f"create_engine({PLACE}, echo='debug')", (), id="text-where-it-may-be"),
        pytest.param(f"create_engine({PLACE}, pool_size=unknown)", (), id="value-not-known"),
        pytest.param(
            "engine_from_config({'sqlalchemy.url': 'postgresql://app@db/x', 'sqlalchemy.pool_size': '5'})",
            (),
            id="converted",
        ),
        pytest.param(
            "create_engine('firebird+fdb://app@db/x', retaining=True)", ("error low",), id="third-party"
        ),
    ],
)
def test_call(call: Callable[[str, str], tuple[str, ...]], text: str, expected: tuple[str, ...]) -> None:
    assert call(CODE, text) == expected


@pytest.mark.parametrize(
    ("argument", "hint"),
    [
        pytest.param("poolsize=5", " (did you mean pool_size?)", id="near"),
        pytest.param("server_settings={}", " (it belongs into connect_args)", id="of-a-driver"),
        pytest.param("whatever=5", "", id="nothing-near"),
    ],
)
def test_message(argument: str, hint: str, message: Callable[[str, str], str]) -> None:
    name = argument.partition("=")[0]
    assert message(CODE, f"create_engine({PLACE}, {argument})") == (
        f"'db:engine' gets {name}, which neither create_engine, the dialect nor the pool takes{hint}"
    )


def test_message_about_a_text(message: Callable[[str, str], str]) -> None:
    assert message(CODE, f"create_engine({PLACE}, pool_size='5')") == (
        "'db:engine' gets a text as pool_size, not a number: TypeError"
    )
