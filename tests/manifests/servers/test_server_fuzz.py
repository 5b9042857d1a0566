"""Whatever the text: facts or `Skipped`, never an exception, and in a bounded time."""

# ruff: noqa: E501 - an expected line is easier to read whole

from collections.abc import Callable, Iterable, Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poollint.facts import Fact
from poollint.manifests.servers import configmaps, odyssey, pgbouncer_ini, pgcat
from poollint.reading import Lookup
from poollint.source import Skipped, SourceFile

Read = Callable[[Iterable[SourceFile], Lookup], Iterator[Fact | Skipped]]
READERS = (
    pytest.param(pgbouncer_ini.read, id="pgbouncer"),
    pytest.param(pgcat.read, id="pgcat"),
    pytest.param(odyssey.read, id="odyssey"),
    pytest.param(configmaps.read, id="config-maps"),
)
_PIECES = st.sampled_from(
    [
        "[pgbouncer]", "[databases]", "[users]", "%include a", "%include", "= ", "x=", "host=", "'", '"', "\n",
        ";", "pool_mode = ", "[pools.x]", "[general]", "[pools.x.users.0]", "[[", "]", "{", "}", "storage", "user",
        "database", "/*", "*/", "#", "kind: ConfigMap", "apiVersion: v1", "data:", "  a: |", "    ", "9" * 50,
        "servers = [['a', 1, 'primary']]", "\0", "\ud7ff", "٣", "\r", "${", "port = 1e999", "nan", "metadata: {name: x}",
    ]
)  # fmt: skip


@pytest.mark.parametrize("read", READERS)
@settings(max_examples=150, deadline=None)
@given(pieces=st.lists(_PIECES | st.text(max_size=5), max_size=40))
def test_any_text(read: Read, pieces: list[str]) -> None:
    file = SourceFile("odyssey/a.yml", " ".join(pieces))
    for each in read([file], lambda path: file if path.endswith("a") else None):
        assert each.at.path == file.path


LONG = 60_000


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("read", "text"),
    [
        pytest.param(*pair, id=f"{number}")
        for number, pair in enumerate(
            product(
                [pgbouncer_ini.read, pgcat.read, odyssey.read],
                [
                    "[pgbouncer]\n[databases]\nx = " + "a" * LONG,
                    "[databases]\n" + "x = " + "a " * 4_000 + "\n" + "y = " + "'" * 9_000 + "\n",
                    "/*" * LONG,
                    '"' * LONG,
                    "[" * LONG,
                    "a=" * LONG,
                    "{" * LONG,
                    " " * LONG + "x",
                ],
            )
        )
    ],
)
def test_hostile_text_costs_little(read: Read, text: str) -> None:
    assert len(list(read([SourceFile("odyssey.conf", text)], lambda _path: None))) < 10
