import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from importlib.resources import files

import pytest

from poollint.catalogue import (
    drivers,
    hosts,
    limits,
    loader,
    pgbouncer,
    platforms,
    poolers,
    pools,
    prepared,
    programs,
    servers,
    session_state,
    vendors,
)
from poollint.catalogue.loader import CatalogueError, Number, Sourced

GOOD = """
[sources]
old = { text = "https://example.org/old", read = 2026-11-01 }
new = { text = "https://example.org/new", read = 2026-11-20 }

[fact.answer]
value = 42
source = ["new", "old"]
confidence = "high"
"""

TABLES: Mapping[str, Callable[[], Mapping[str, Sourced]]] = {
    "vendors idle_timeout": vendors.idle_timeouts,
    "vendors fact": vendors.facts,
    "vendors host": hosts.hosts,
    "vendors limit": limits.limit_tables,
    "vendors reserve": limits.reserves,
    "vendors machine": limits.machines,
    "vendors server": servers.servers,
    "poolers session_state": session_state.session_states,
    "poolers setting": pgbouncer.settings,
    "poolers scope": pgbouncer.scopes,
    "poolers startup": pgbouncer.startup_parameters,
    "poolers product": poolers.products,
    "poolers image": poolers.images,
    "poolers operator": poolers.operators,
    "drivers driver": drivers.drivers,
    "drivers words": drivers.word_lists,
    "drivers engine": pools.engine_records,
    "drivers pool_class": pools.pool_classes,
    "drivers prepared": prepared.prepared_records,
    "programs program": programs.programs,
    "programs container": programs.containers,
    "platforms default": platforms.platform_defaults,
    "platforms runtime": platforms.runtimes,
}


def test_every_kind_of_record_is_read() -> None:
    kinds = {f"{folder} {kind}" for folder, kinds in loader.KINDS.items() for kind in kinds}
    assert kinds == set(TABLES)


def numbers(text: str) -> Mapping[str, Number]:
    return loader.read([loader.parse("vendors", "new.toml", text)], "fact", Number)


@pytest.mark.parametrize("table", TABLES)
def test_every_record_has_its_evidence(table: str) -> None:
    found = TABLES[table]()
    assert found
    for name, record in found.items():
        assert record.name == name
        assert record.source
        assert all(len(text) > 10 for text in record.source)
        assert date(2026, 1, 1) < record.read
        assert record.confidence in {"high", "medium", "low", "unknown"}


def test_a_record_carries_the_texts_and_the_oldest_day_of_its_sources() -> None:
    assert numbers(GOOD)["answer"] == Number(
        name="answer",
        value=42,
        source=("https://example.org/new", "https://example.org/old"),
        read=date(2026, 11, 1),
        confidence="high",
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("value = 42", "valu = 42", "fact.answer.valu: unknown field", id="misspelt"),
        pytest.param("value = 42", "", "fact.answer.value: missing", id="missing"),
        pytest.param("value = 42", 'value = "42"', "fact.answer.value: '42' is not", id="text"),
        pytest.param("value = 42", "value = true", "fact.answer.value: True is not", id="truth"),
        pytest.param('"high"', '"certain"', "fact.answer.confidence: 'certain'", id="confidence"),
        pytest.param('confidence = "high"', "", "fact.answer.confidence: missing", id="no-confidence"),
        pytest.param('source = ["new", "old"]', "", "fact.answer.source: missing", id="no-source"),
        pytest.param('"old"]', '"lost"]', "source: lost is not in", id="unlisted-source"),
        pytest.param('["new", "old"]', '"new"', "source: 'new' is not", id="source-is-text"),
        pytest.param("value = 42", 'value = 42\nname = "x"', "name: unknown field", id="name"),
        pytest.param("value = 42", "value = 42\nread = 2026-01-01", "read: unknown field", id="own-date"),
        pytest.param(", read = 2026-11-20", "", "sources.new: wants a text", id="no-date"),
        pytest.param("2026-11-20", '"today"', "sources.new: wants a text", id="date-is-text"),
        pytest.param("[fact.answer]", "[fakt.answer]", "unknown table fakt", id="unknown-table"),
        pytest.param("[fact.answer]", "[fact]\nquestion = 6\n[fact.answer]", "wants a table", id="no-table"),
    ],
)
def test_what_does_not_fit_the_record_fails(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(CatalogueError, match=re.escape(message)) as error:
        numbers(GOOD.replace(old, new))
    assert "vendors/new.toml" in str(error.value)


def test_a_name_belongs_to_one_file() -> None:
    documents = [loader.parse("vendors", file, GOOD) for file in ("one.toml", "two.toml")]
    with pytest.raises(CatalogueError, match=re.escape("two.toml: fact.answer: name is already")):
        loader.read(documents, "fact", Number)


@pytest.mark.parametrize("folder", loader.KINDS)
def test_every_file_is_listed(folder: str) -> None:
    found = {entry.name for entry in files("poollint.catalogue").joinpath(folder).iterdir()}

    assert {f"{file}.toml" for file in loader.FILES[folder]} == found
    assert list(loader.FILES[folder]) == sorted(loader.FILES[folder])


@pytest.mark.parametrize("folder", loader.KINDS)
def test_the_kinds_of_a_file_are_seen_without_parsing(folder: str) -> None:
    for file in loader.FILES[folder]:
        text = loader.text_of(folder, file)
        found = {kind for kind in loader.KINDS[folder] if loader.holds(text, kind)}

        assert found == tomllib.loads(text).keys() - {"sources"}, file


def test_an_installation_without_files_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "get_data", lambda _package, _name: None)
    loader.text_of.cache_clear()

    with pytest.raises(CatalogueError, match=r"vendors/aws.toml: cannot be read"):
        loader.records("vendors", "limit", Sourced)


@pytest.mark.parametrize("folder", loader.KINDS)
def test_every_source_is_used(folder: str) -> None:
    for entry in files("poollint.catalogue").joinpath(folder).iterdir():
        text = entry.read_text(encoding="utf-8")
        document = loader.parse(folder, entry.name, text)
        listed = document.tables["sources"]
        assert isinstance(listed, dict)
        for key in listed:
            assert re.search(rf'source = \[[^]]*"{key}"', text), f"{document.name}: {key}"
