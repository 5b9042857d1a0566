"""The rules: one file each, in folders by subject. `RULES` lists them, in the order of their codes."""

from poollint.rule import Rule
from poollint_rules.budgets.database_overcommitted import database_overcommitted
from poollint_rules.budgets.processes_unbounded import processes_unbounded
from poollint_rules.budgets.rollout_overcommits import rollout_overcommits
from poollint_rules.credentials.expiring_token_in_url import expiring_token_in_url
from poollint_rules.credentials.password_in_source import password_in_source
from poollint_rules.lifetime.dispose_closes_parents_connections import dispose_closes_parents_connections
from poollint_rules.lifetime.engine_per_request import engine_per_request
from poollint_rules.lifetime.engine_shared_by_event_loops import engine_shared_by_event_loops
from poollint_rules.pool.connect_argument_rejected_by_driver import connect_argument_rejected_by_driver
from poollint_rules.pool.rejected_pool_argument import rejected_pool_argument
from poollint_rules.pool.sync_driver_on_async_engine import sync_driver_on_async_engine
from poollint_rules.pool.sync_pool_on_async_engine import sync_pool_on_async_engine
from poollint_rules.pool.unbounded_pool import unbounded_pool
from poollint_rules.pool.unknown_dialect_scheme import unknown_dialect_scheme
from poollint_rules.pool.unknown_engine_argument import unknown_engine_argument
from poollint_rules.pool.url_parameter_rejected_by_driver import url_parameter_rejected_by_driver
from poollint_rules.pooler.client_limit_exceeded import client_limit_exceeded
from poollint_rules.pooler.pooler_defaults_to_session import pooler_defaults_to_session
from poollint_rules.pooler.pooler_overcommits_database import pooler_overcommits_database
from poollint_rules.pooler.pooler_setting_unknown import pooler_setting_unknown
from poollint_rules.pooler.prepared_statements_behind_pooler import prepared_statements_behind_pooler
from poollint_rules.pooler.session_mode_starves_clients import session_mode_starves_clients
from poollint_rules.pooler.startup_option_dropped import startup_option_dropped
from poollint_rules.pooler.startup_parameter_refused import startup_parameter_refused
from poollint_rules.serverless.pool_larger_than_concurrency import pool_larger_than_concurrency
from poollint_rules.serverless.queue_pool_in_lambda import queue_pool_in_lambda
from poollint_rules.serverless.serverless_without_pooler import serverless_without_pooler
from poollint_rules.serverless.unbounded_null_pool import unbounded_null_pool
from poollint_rules.staleness.missing_pre_ping import missing_pre_ping
from poollint_rules.staleness.recycle_above_idle_timeout import recycle_above_idle_timeout
from poollint_rules.staleness.recycle_churns import recycle_churns
from poollint_rules.staleness.waits_forever_for_connection import waits_forever_for_connection
from poollint_rules.tool.expired_suppression import expired_suppression
from poollint_rules.tool.stale_baseline_entry import stale_baseline_entry
from poollint_rules.tool.suppression_without_reason import suppression_without_reason
from poollint_rules.tool.unknown_rule_in_suppression import unknown_rule_in_suppression
from poollint_rules.tool.unlinked_engine import unlinked_engine
from poollint_rules.tool.unreadable_file import unreadable_file
from poollint_rules.tool.unresolved_input import unresolved_input
from poollint_rules.tool.unused_suppression import unused_suppression

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
    engine_per_request,
    engine_shared_by_event_loops,
    dispose_closes_parents_connections,
    queue_pool_in_lambda,
    serverless_without_pooler,
    unbounded_null_pool,
    pool_larger_than_concurrency,
    prepared_statements_behind_pooler,
    startup_parameter_refused,
    startup_option_dropped,
    session_mode_starves_clients,
    client_limit_exceeded,
    database_overcommitted,
    rollout_overcommits,
    processes_unbounded,
    pooler_overcommits_database,
    pooler_setting_unknown,
    pooler_defaults_to_session,
    password_in_source,
    expiring_token_in_url,
    unused_suppression,
    unknown_rule_in_suppression,
    suppression_without_reason,
    expired_suppression,
    stale_baseline_entry,
    unreadable_file,
    unresolved_input,
    unlinked_engine,
)
