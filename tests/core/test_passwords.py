"""What a password is."""

import pytest

from poollint.passwords import hidden_in_urls, is_secret


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        pytest.param("DB_PASSWORD", "hunter2", True, id="password"),
        pytest.param("PGPASSWORD", "hunter2", True, id="at the end"),
        pytest.param("auth_token", "hunter2", True, id="token"),
        pytest.param("apiKey", "hunter2", True, id="key"),
        pytest.param("account-key", "hunter2", True, id="key in parts"),
        pytest.param("POSTGRES_PASSWORD_FILE", "/run/secret", False, id="file"),
        pytest.param("PRIMARY_KEY", "uuid", False, id="another key"),
        pytest.param("TOKEN", "3600", False, id="number"),
        pytest.param("PASSWORD", "", False, id="nothing"),
        pytest.param("REQUIRE_PASSWORD", "true", False, id="switch"),
    ],
)
def test_settings(name: str, text: str, *, expected: bool) -> None:
    assert is_secret(name, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("postgresql://u:pw@h/d", "postgresql://u:***@h/d", id="URL"),
        pytest.param("postgresql://:pw@h/d", "postgresql://:***@h/d", id="no user"),
        pytest.param("postgresql://u:p$w{1@h/d", "postgresql://u:***@h/d", id="signs of references in it"),
        pytest.param("x://u:1@h, y://v:22@i", "x://u:***@h, y://v:***@i", id="two"),
        pytest.param("postgresql://u:${PW}@h/d", "postgresql://u:${PW}@h/d", id="shell"),
        pytest.param("postgresql://u:$PW@h/d", "postgresql://u:$PW@h/d", id="shell, plain"),
        pytest.param("postgresql://u:$ecret@h/d", "postgresql://u:***@h/d", id="a sign alone"),
        pytest.param("postgresql://u:$(PW)@h/d", "postgresql://u:$(PW)@h/d", id="Kubernetes"),
        pytest.param("postgresql://u:{pw}@h/d", "postgresql://u:{pw}@h/d", id="f-string"),
        pytest.param("postgresql://u:%(pw)s@h/d", "postgresql://u:%(pw)s@h/d", id="INI"),
        pytest.param("postgresql://u:<pw>@h/d", "postgresql://u:<pw>@h/d", id="documentation"),
        pytest.param("postgresql://h:5432/d?x=a@b", "postgresql://h:5432/d?x=a@b", id="port"),
        pytest.param("u:pw@h", "u:pw@h", id="no URL"),
    ],
)
def test_urls(text: str, expected: str) -> None:
    assert hidden_in_urls(text) == expected
