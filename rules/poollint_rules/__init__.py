"""The rules: one file each, in folders by subject. `RULES` lists them, in the order of their codes."""

from poollint.rule import Rule
from poollint_rules.budgets.database_overcommitted import database_overcommitted
from poollint_rules.pool.connect_argument_rejected_by_driver import connect_argument_rejected_by_driver
from poollint_rules.pool.rejected_pool_argument import rejected_pool_argument
from poollint_rules.pool.sync_driver_on_async_engine import sync_driver_on_async_engine
from poollint_rules.pool.sync_pool_on_async_engine import sync_pool_on_async_engine
from poollint_rules.pool.unbounded_pool import unbounded_pool
from poollint_rules.pool.unknown_dialect_scheme import unknown_dialect_scheme
from poollint_rules.pool.unknown_engine_argument import unknown_engine_argument
from poollint_rules.pool.url_parameter_rejected_by_driver import url_parameter_rejected_by_driver
from poollint_rules.staleness.missing_pre_ping import missing_pre_ping
from poollint_rules.staleness.recycle_above_idle_timeout import recycle_above_idle_timeout
from poollint_rules.staleness.recycle_churns import recycle_churns
from poollint_rules.staleness.waits_forever_for_connection import waits_forever_for_connection

RULES: tuple[Rule, ...] = (
    missing_pre_ping,
    recycle_above_idle_timeout,
    recycle_churns,
    waits_forever_for_connection,
    unbounded_pool,
    rejected_pool_argument,
    unknown_engine_argument,
    sync_pool_on_async_engine,
    sync_driver_on_async_engine,
    unknown_dialect_scheme,
    url_parameter_rejected_by_driver,
    connect_argument_rejected_by_driver,
    database_overcommitted,
)
