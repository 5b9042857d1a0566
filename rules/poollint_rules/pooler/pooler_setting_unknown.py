from collections.abc import Iterator

from poollint.catalogue.pgbouncer import scope_keys, setting_names
from poollint.facts import Argument, Pooler
from poollint.rule import Problem, Severity, rule
from poollint.topology import Topology


@rule(
    code="POOL602",
    severity=Severity.ERROR,
    since="0.1.0",
    sources=(
        "https://www.pgbouncer.org/config.html",
        "experiment: PgBouncer 1.18 and 1.25 with unknown keys",
    ),
)
def pooler_setting_unknown(topology: Topology) -> Iterator[Problem]:
    """PgBouncer does not start with a key that it does not know.

    One misspelt key in `[pgbouncer]` and the pooler exits at once:

        ERROR unknown parameter: pgbouncer/pool_size
        FATAL cannot load config file

    A container with it restarts again and again, and its clients are refused (`Connection refused`). The edoburu image writes some variables into the file under names that PgBouncer does not know: `POOL_SIZE` becomes
    `pool_size`, which exists only for a single database. The variable for all databases is `DEFAULT_POOL_SIZE`.

    ## Bad

    ```ini title="pgbouncer/pgbouncer.ini"
    [databases]
    shop = host=db port=5432

    [pgbouncer]
    pool_mode = transaction
    pool_size = 20
    ```

    ## Good

    ```ini title="pgbouncer/pgbouncer.ini"
    [databases]
    shop = host=db port=5432

    [pgbouncer]
    pool_mode = transaction
    default_pool_size = 20
    ```

    ## How it is decided

    The keys are those of PgBouncer 1.18 to 1.25, or of the image's version where its tag says it. For images the variables that end in an
    unknown key are listed in the catalogue.

    ## When to ignore it

    When a newer PgBouncer than poollint knows has the key.
    """
    for pooler in topology.poolers:
        if pooler.product == "pgbouncer":
            version = str(pooler.version) or None
            for setting in pooler.settings:
                if setting.name not in setting_names(version):
                    yield _problem(pooler, setting, version)


def _problem(pooler: Pooler, setting: Argument, version: str | None) -> Problem:
    from difflib import get_close_matches  # noqa: PLC0415 - late: only for a mistake

    known = setting_names(version)
    near = get_close_matches(setting.name, sorted(known), n=1)
    hint = f"did you mean {near[0]}?" if near else ""
    if setting.name in scope_keys("database", version):
        hint = f"for one database only; for all it is default_{setting.name}" if not near else hint
    return Problem(
        setting.at,
        f"PgBouncer '{pooler.name}' does not know {setting.name} and will not start"
        + (f" ({hint})" if hint else ""),
        subject=(pooler.name, setting.name),
        label=hint or "unknown parameter",
    )
