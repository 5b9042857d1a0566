"""The rules: one file each, in folders by subject. `RULES` lists them, in the order of their codes."""

from poollint.rule import Rule
from poollint_rules.budgets.database_overcommitted import database_overcommitted
from poollint_rules.pool.unbounded_pool import unbounded_pool
from poollint_rules.staleness.missing_pre_ping import missing_pre_ping

RULES: tuple[Rule, ...] = (
    missing_pre_ping,
    unbounded_pool,
    database_overcommitted,
)
