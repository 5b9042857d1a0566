"""Secrets in lines that are shown."""

import pytest

from poollint.reporters.masking import masked, secrets


@pytest.mark.parametrize(
    ("path", "line", "expected"),
    [
        pytest.param("a.py", 'x = "postgresql://u:pw@h/d"', ["pw"], id="URL"),
        pytest.param("a.py", 'x = "postgresql://u@h/d"', [], id="URL without a password"),
        pytest.param("a.py", 'f"postgresql://u:{pw}@h/d"', [], id="a name in a URL"),
        pytest.param("a.yaml", "url: postgresql://u:$(PW)@h/d", [], id="a reference in a URL"),
        pytest.param("a.yaml", "a: http://x:1@y b: http://x:2@y", ["1", "2"], id="two URLs"),
        pytest.param("a.py", 'connect(password="pw")', ["pw"], id="argument"),
        pytest.param("a.py", "connect(password=settings.PASSWORD)", [], id="a name is no secret"),
        pytest.param("a.py", 'connect_args={"password": "pw"}', ["pw"], id="key of a dict"),
        pytest.param("a.yaml", "  POSTGRES_PASSWORD: pw # x", ["pw"], id="manifest"),
        pytest.param("a.yaml", "  - DB_PASSWORD=pw", ["pw"], id="manifest, list of settings"),
        pytest.param("a.yaml", "  POSTGRES_PASSWORD: ${PW}", [], id="reference"),
        pytest.param("a.yaml", "  password: {{ .Values.pw }}", [], id="template"),
        pytest.param(".env", "API_KEY=k", ["k"], id="env file"),
        pytest.param("Dockerfile", "ENV APP_SECRET=x", ["x"], id="Dockerfile"),
        pytest.param("a.yaml", "  pool_size: 5", [], id="no secret at all"),
    ],
)
def test_secrets(path: str, line: str, expected: list[str]) -> None:
    assert [line[start:end] for start, end in secrets(path, line)] == expected


def test_a_secret_is_found_once() -> None:
    line = 'password: "http://u:pw@h"'

    assert len(secrets("a.yaml", line)) == 1


def test_messages() -> None:
    assert masked("u:pw@h and x://u:pw@h") == "u:pw@h and x://u:***@h"
