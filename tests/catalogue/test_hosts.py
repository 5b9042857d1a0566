import pytest

from poollint.catalogue.hosts import ManagedHost, hosts, recognise_host
from poollint.catalogue.poolers import products
from poollint.catalogue.vendors import idle_timeout

RDS = "abc123def.eu-west-1.rds.amazonaws.com"


@pytest.mark.parametrize(
    ("host", "port", "database", "name"),
    [
        pytest.param(f"orders.{RDS}", 5432, None, "rds-instance", id="rds"),
        pytest.param(f"ORDERS.{RDS}.", None, None, "rds-instance", id="case-and-root-dot"),
        pytest.param(f"orders.{RDS}", 3306, None, "rds-instance", id="rds-mysql"),
        pytest.param("orders.abc123def.rds.cn-north-1.amazonaws.com.cn", None, None, "rds-instance", id="cn"),
        pytest.param(f"shop.cluster-{RDS}", 5432, None, "aurora-writer", id="writer"),
        pytest.param(f"shop.cluster-ro-{RDS}", 5432, None, "aurora-reader", id="reader"),
        pytest.param(f"shop.cluster-custom-{RDS}", 5432, None, "aurora-custom", id="custom"),
        pytest.param(f"shop.proxy-{RDS}", None, None, "rds-proxy", id="proxy"),
        pytest.param(f"ro.endpoint.proxy-{RDS}", None, None, "rds-proxy", id="proxy-endpoint"),
        pytest.param("aws-0-eu.pooler.supabase.com", 5432, None, "supabase-shared-session", id="supavisor"),
        pytest.param(
            "aws-0-eu.pooler.supabase.com",
            6543,
            None,
            "supabase-shared-transaction",
            id="supavisor-transaction",
        ),
        pytest.param("db.abcdef.supabase.co", None, None, "supabase-direct", id="supabase"),
        pytest.param("db.abcdef.supabase.co", 6543, None, "supabase-dedicated", id="dedicated"),
        pytest.param("ep-cool-1-pooler.eu-central-1.aws.neon.tech", None, None, "neon-pooled", id="neon"),
        pytest.param("ep-cool-1.eu-central-1.aws.neon.tech", None, None, "neon-direct", id="neon-direct"),
        pytest.param("x.postgres.database.azure.com", None, None, "azure-direct", id="azure"),
        pytest.param("x.postgres.database.azure.com", 6432, None, "azure-pgbouncer", id="azure-p"),
        pytest.param("db-1-do-user-1-0.b.db.ondigitalocean.com", 25060, None, "digitalocean-direct", id="do"),
        pytest.param("db-1-do-user-1-0.b.db.ondigitalocean.com", 25061, None, "digitalocean-pool", id="do-p"),
        pytest.param(
            "a.b.tsdb.cloud.timescale.com", 31, "tsdb_transaction", "timescale-transaction", id="ts"
        ),
        pytest.param("p.abc.db.postgresbridge.com", 5431, None, "crunchy-bridge-pgbouncer", id="cb"),
        pytest.param("pgbouncer.abc.flympg.net", None, None, "fly-mpg-pgbouncer", id="fly"),
        pytest.param("direct.abc.flympg.net", 5432, None, "fly-mpg-direct", id="fly-direct"),
        pytest.param("a.pg.psdb.cloud", 6432, None, "planetscale-pgbouncer", id="planetscale"),
        pytest.param("/cloudsql/shop:europe-west1:main", None, None, "google-socket", id="socket"),
        pytest.param(
            "/cloudsql/example.com:shop:europe-west1:main", None, None, "google-socket", id="domain"
        ),
        pytest.param("/cloudsql/a:b:c/.s.PGSQL.5432", None, None, "google-socket", id="socket-file"),
        pytest.param("notrds.amazonaws.com.evil.org", 5432, None, None, id="other-domain"),
        pytest.param(f"orders.{RDS}.evil.org", 5432, None, None, id="suffix"),
        pytest.param("rds.amazonaws.com", 5432, None, None, id="bare-domain"),
        pytest.param("proxy-abc.example.org", 5432, None, None, id="proxy-elsewhere"),
        pytest.param("pgbouncer", 6432, None, None, id="port-6432-alone"),
        pytest.param("localhost", 6543, None, None, id="port-6543-alone"),
        pytest.param("db.abcdef.supabase.co", 9999, None, None, id="unknown-port"),
        pytest.param("db.evil.supabase.co.example.org", 5432, None, None, id="supabase-suffix"),
        pytest.param("a.b.tsdb.cloud.timescale.com", 31, "tsdb", None, id="timescale-ambiguous"),
        pytest.param("a.b.tsdb.cloud.timescale.com", 31, None, None, id="timescale-no-database"),
        pytest.param("x.db.ondigitalocean.com", None, None, None, id="digitalocean-no-port"),
        pytest.param("/var/run/postgresql", None, None, None, id="socket-elsewhere"),
        pytest.param("/cloudsql", None, None, None, id="cloudsql-folder"),
        pytest.param("neon.tech", None, None, None, id="neon-domain"),
        pytest.param("", None, None, None, id="empty"),
    ],
)
def test_hosts(host: str, port: int | None, database: str | None, name: str | None) -> None:
    found = recognise_host(host, port, database)
    assert (found.name if found else None) == name


@pytest.mark.parametrize("name", hosts())
def test_a_host_refers_to_known_limits_and_hops(name: str) -> None:
    host = hosts()[name]
    assert not host.hop or idle_timeout(host.hop).value > 0
    assert (host.mode == "none") == (host.role != "pooler")
    assert not host.pooler or host.pooler in products()


@pytest.mark.parametrize("host", hosts().values(), ids=lambda host: str(host.name))
def test_a_name_without_a_domain_is_nobodys(host: ManagedHost) -> None:
    assert r"\." in host.pattern or host.pattern.startswith("/")
    assert recognise_host("db") is None
