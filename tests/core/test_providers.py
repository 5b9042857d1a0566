"""`poollint providers` prints every fact about a vendor with its source and date."""

import pytest

from poollint.catalogue.limits import provider_and_engine, provider_names
from poollint.providers import names, page


@pytest.mark.parametrize("name", names())
def test_every_provider_has_a_page_with_sources_and_dates(name: str) -> None:
    text = page(name)

    assert text.startswith(f"{name}\n")
    assert "read 20" in text
    assert ", confidence " in text


@pytest.mark.parametrize(
    ("name", "line"),
    [
        pytest.param("aurora", "    t3.medium                420", id="table"),
        pytest.param("rds", "memory / 9531392 bytes, at most 5000", id="formula with a cap"),
        pytest.param("rds", "reserved, postgresql: 3, likely 5", id="reserved"),
        pytest.param("aws", "idle timeout, RDS Proxy", id="idle timeout"),
        pytest.param("postgresql", "max_connections, postgresql: 100 by default", id="default"),
        pytest.param("postgresql", "none (fin)", id="no idle timeout"),
        pytest.param("digitalocean", "25 a GiB", id="by memory"),
        pytest.param("neon", "by size", id="steps"),
        pytest.param("supabase", "on port 6543: pooler, transaction", id="pooler host"),
    ],
)
def test_facts_on_pages(name: str, line: str) -> None:
    assert line in page(name)


def test_an_unknown_provider_has_no_page() -> None:
    assert page("nobody") == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("aws-rds-postgresql", ("rds", "postgresql"), id="with the vendor"),
        pytest.param("aurora-mysql", ("aurora", "mysql"), id="with the engine"),
        pytest.param("neon", ("neon", "postgresql"), id="provider alone"),
        pytest.param("mysql", ("mysql", "mysql"), id="a product"),
        pytest.param("oracle", None, id="unknown"),
    ],
)
def test_names_that_a_configuration_gives(name: str, expected: tuple[str, str] | None) -> None:
    assert provider_and_engine(name) == expected


def test_all_names_are_understood() -> None:
    assert all(provider_and_engine(name) for name in provider_names())
