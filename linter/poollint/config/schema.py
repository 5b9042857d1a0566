"""The configuration as JSON Schema, for editors."""

from poollint.config import Config, DatabaseConfig, EnvironmentConfig, WorkloadConfig
from poollint.config.kinds import key_of
from poollint.config.loading import Section, documented_fields, kind_of


def schema() -> dict[str, object]:
    """The schema of `poollint.toml`, and of `[tool.poollint]`."""
    properties = _properties(Config)
    properties["databases"] = _by_name("Databases by name: what files cannot tell", DatabaseConfig)
    properties["envs"] = _by_name("Deployment environments by name", EnvironmentConfig)
    properties["workloads"] = {
        "description": "Workloads whose links cannot be found",
        "type": "array",
        "items": {**_table(WorkloadConfig), "required": ["match"]},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "poollint",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def _properties(section: Section) -> dict[str, object]:
    return {
        key_of(field.name): {"description": str(field.metadata["doc"]), **kind_of(field).schema}
        for field in documented_fields(section)
    }


def _table(section: Section) -> dict[str, object]:
    return {"type": "object", "properties": _properties(section), "additionalProperties": False}


def _by_name(description: str, section: Section) -> dict[str, object]:
    return {"description": description, "type": "object", "additionalProperties": _table(section)}
