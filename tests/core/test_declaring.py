"""The configuration's tables become facts whose places are lines of the configuration."""

import pytest

from poollint.config import Config, DatabaseConfig, EnvironmentConfig, WorkloadConfig
from poollint.config.loading import ConfigError
from poollint.facts import Release
from poollint.linking.declaring import declared
from poollint.source import Span
from poollint.values import Bounds, Confidence, Known, Unknown, confidence, likely_bounds

TABLE = Span("pyproject.toml", 5, 1, 5, 30)
LINE = Span("pyproject.toml", 6, 1, 6, 15)


def a_database(provider: str | None = None, **keys: float | str | None) -> DatabaseConfig:
    places = dict.fromkeys(("max-connections", "reserved", "idle-timeout", "budget"), LINE)
    return DatabaseConfig("main", TABLE, provider=provider, places=places, **keys)  # type: ignore[arg-type]


def test_numbers_that_the_configuration_gives() -> None:
    config = Config(databases=(a_database(max_connections=400, reserved=13, idle_timeout=350, budget=0.9),))

    (main,) = declared(config).databases

    assert (main.max_connections, main.reserved) == (Known(400, LINE), Known(13, LINE))
    assert (main.idle_timeout, main.share) == (Known(350, LINE), Known(0.9, LINE))
    assert main.family == "postgresql"


def test_an_instance_class_gives_the_documented_range() -> None:
    config = Config(databases=(a_database("aws-rds-postgresql", instance_class="db.r6g.large"),))

    (main,) = declared(config).databases

    assert likely_bounds(main.max_connections) == Bounds(1585, 1802)
    assert confidence(main.max_connections) is Confidence.MEDIUM


def test_a_provider_whose_size_is_missing_is_unknown() -> None:
    (main,) = declared(Config(databases=(a_database("rds"),))).databases

    assert isinstance(main.max_connections, Unknown)


def test_a_provider_that_the_catalogue_does_not_know_is_an_error_with_a_suggestion() -> None:
    config = Config(databases=(a_database("aws-rds-postgres"),))

    with pytest.raises(ConfigError, match=r"pyproject.toml:5:1: databases.main.provider: .*rds-postgresql\?"):
        declared(config)


def test_heroku_reserves_nothing_for_certain() -> None:
    (main,) = declared(Config(databases=(a_database("heroku", instance_class="standard-0"),))).databases

    assert main.reserved == Known(0, LINE)
    assert confidence(main.reserved) is Confidence.MEDIUM


def test_mysql_by_the_name_of_the_provider() -> None:
    (main,) = declared(Config(databases=(a_database("mysql"),))).databases

    assert (main.family, likely_bounds(main.max_connections)) == ("mysql", Bounds(151, 151))


def test_clients_from_elsewhere() -> None:
    table = DatabaseConfig("main", TABLE, max_connections=100, other_clients={"metabase": 10}, places={})

    (main,) = declared(Config(databases=(table,))).databases

    assert [(each.name, each.value) for each in main.others] == [("metabase", Known(10, TABLE))]


def test_environments_by_name() -> None:
    prod = EnvironmentConfig("prod", TABLE, manifests=("k8s/prod",), vars={"DB_POOL_SIZE": "20"}, places={})
    dev = EnvironmentConfig("dev", TABLE, places={})

    every, chosen = declared(Config(envs=(prod, dev))), declared(Config(env="prod", envs=(prod, dev)))

    assert [each.name for each in every.environments] == ["prod", "dev"]
    assert (every.environment, chosen.environment) == (None, "prod")
    assert chosen.environments[0].variables[0].value == Known("20", TABLE)


def test_paths_of_an_environment_count_from_the_folder_of_the_configuration() -> None:
    prod = EnvironmentConfig("prod", TABLE, manifests=("k8s/prod/", "../common"), places={})

    found = declared(Config(envs=(prod,), path="services/shop/pyproject.toml"))

    assert found.environments[0].manifests == ("services/shop/k8s/prod", "services/common")


def test_links_by_label_or_name() -> None:
    worker = WorkloadConfig(TABLE, name="worker", engines=("app.db:engine",), processes=8, places={})
    api = WorkloadConfig(TABLE, match="Deployment/api", places={})

    found = declared(Config(workloads=(worker, api)))

    assert found.link_of("Deployment/worker", "worker") == found.links[0]
    assert found.link_of("Deployment/api", "api") == found.links[1]
    assert found.link_of("Job/clean", "clean") is None
    assert (found.links[0].processes, found.links[1].processes) == (Known(8, TABLE), None)


def test_a_release_is_its_numbers() -> None:
    assert (str(Release((2, 0, 36))), bool(Release((2,))), bool(Release(()))) == ("2.0.36", True, False)
