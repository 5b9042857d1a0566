from collections.abc import Iterator

from poollint.catalogue.vendors import fact
from poollint.facts import Engine, Made, Role, Token
from poollint.rule import Note, Problem, Severity, rule
from poollint.topology import Client, Topology
from poollint.values import Confidence
from poollint_rules.engines import judged, running_in

LASTING = frozenset({Made.MODULE, Made.CACHED, Made.LIFESPAN, Made.FACTORY})


@rule(
    code="POOL702",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=(
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html",
        "https://docs.sqlalchemy.org/en/20/core/engines.html#generating-dynamic-authentication-tokens",
        "experiment: passwords that change and expire under pools, asyncpg and psycopg, SQLAlchemy 2.0.57 and 2.1.9",
    ),
    scope="file",
)
def expiring_token_in_url(topology: Topology) -> Iterator[Problem]:
    """An engine keeps a token that expires: connections that it opens later fail.

    A token of IAM (RDS, Cloud SQL) or of Entra ID is a password for minutes: 15 of them at RDS. It is asked for when a
    connection is opened, and an open connection outlives it. An engine that got the token in its URL works, as long as it opens nothing new. Then
    traffic grows, a connection is recycled, the database fails over, and

        asyncpg.exceptions.InvalidPasswordError: password authentication failed for user "app"
        sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) FATAL:  PAM authentication failed for user "app"

    The first was seen with passwords that change and expire under a pool; the second is what RDS answers to a token that is too old,
    as its users report it.

    A shorter `pool_recycle` makes it worse: it opens more connections. Ask for a token at each connect instead, with a listener for
    `do_connect`, with `creator` or `async_creator`, or with asyncpg's `connect_args={"password": function}`. psycopg does not take a
    function there.

    ## Bad

    ```python title="db.py"
    import boto3
    from sqlalchemy import URL, create_engine

    HOST = "orders.c0ffee123456.eu-west-1.rds.amazonaws.com"
    token = boto3.client("rds").generate_db_auth_token(HOST, 5432, "app")
    url = URL.create("postgresql+psycopg2", "app", token, HOST, 5432, "orders")
    engine = create_engine(url, pool_pre_ping=True)
    ```

    ## Good

    ```python title="db.py"
    import boto3
    from sqlalchemy import URL, create_engine, event

    HOST = "orders.c0ffee123456.eu-west-1.rds.amazonaws.com"
    url = URL.create("postgresql+psycopg2", "app", None, HOST, 5432, "orders")
    engine = create_engine(url, pool_pre_ping=True)


    @event.listens_for(engine, "do_connect")
    def log_in(dialect, record, arguments, parameters):
        parameters["password"] = boto3.client("rds").generate_db_auth_token(HOST, 5432, "app")
    ```

    ## How it is decided

    A call that is known to make such a token leads, through names, f-strings, `URL.create` and functions of the repository, into the URL or
    `connect_args` of an engine that lives longer than one call. Silent for a function that is handed over and not called, for creators, and where
    the file has a listener for `do_connect`. An engine that is made in a function of which nothing more is known has medium confidence.

    ## When to ignore it

    When the process never lives as long as the token.
    """
    tokens = [each for each in topology.lifetimes if isinstance(each, Token)]
    for engine, client in judged(topology):
        if engine.role is not Role.SERVICE or engine.made not in LASTING:
            continue
        for token in tokens:
            if token.engine == engine.at:
                yield _problem(engine, client, token)


def _problem(engine: Engine, client: Client | None, token: Token) -> Problem:
    after = f" {fact(token.lifetime).value} s" if token.lifetime else " a while"
    into = "its URL" if token.into == "url" else "connect_args"
    return Problem(
        token.at,
        f"'{engine.name}'{running_in(client)} keeps in {into} a token of {token.maker}, and every connection "
        f"that it opens after{after} fails",
        subject=(engine.name, token.maker),
        label="asked for once",
        notes=(Note(engine.at, "opens connections later", "engine"),),
        confidence=Confidence.MEDIUM if engine.made is Made.FACTORY else Confidence.HIGH,
    )
