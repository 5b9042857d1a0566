# ruff: noqa: E501 - tables of code
"""Settings classes and the calls of settings libraries: which variable, which default, which type."""

from collections.abc import Mapping

import pytest

from poollint.project import Project
from poollint.python.code import ProjectCode
from poollint.source import Span
from poollint.values import Alternative, FromEnv, Known, OneOf, Scalar, Symbol, Text, Unknown, Value

AT = Span("app.py", 1, 1, 1, 1)
V2 = """
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic import (
    AliasChoices, BaseModel, Field, PositiveInt, computed_field, field_validator, model_validator)
from typing import Annotated, ClassVar, List, Literal, Optional
"""
V1 = """
from pydantic import BaseSettings, Field, validator, PostgresDsn
from typing import Optional, List
"""
YES, NO = True, False
UNKNOWN = "def f(k):\n    return k\nk = f()\n"
LOST = Unknown("the argument k that the call does not give", AT)


def known(value: Scalar) -> Known:
    return Known(value, AT)


def env(
    name: str, default: Scalar | Value = None, convert: str = "", *, more: tuple[str, ...] = ()
) -> FromEnv:
    plain = default if isinstance(default, Known | FromEnv | Text | OneOf | Unknown) else known(default)  # type: ignore[arg-type]
    return FromEnv((name, *more), plain, convert, AT)


def one_of(*values: Value) -> OneOf:
    return OneOf(tuple(Alternative(value) for value in values))


def required(name: str, convert: str = "") -> FromEnv:
    return FromEnv((name,), None, convert, AT)


def read(text: str, environment: Mapping[str, Value] | None = None) -> Mapping[str, Value]:
    project = Project.of({"app.py": text})
    return ProjectCode((), project).constants("app.py", environment or {})


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param("class S(BaseSettings):\n    size: int = 5\n", env("SIZE", 5, "int"), id="plain"),
        pytest.param("class S(BaseSettings):\n    size: int\n", required("SIZE", "int"), id="required"),
        pytest.param("class S(BaseSettings):\n    size: int = ...\n", required("SIZE", "int"), id="ellipsis"),
        pytest.param("class S(BaseSettings):\n    size: str = 'a'\n", env("SIZE", "a"), id="text"),
        pytest.param(
            "class S(BaseSettings):\n    size: Optional[int] = None\n",
            env("SIZE", None, "int"),
            id="optional",
        ),
        pytest.param(
            "class S(BaseSettings):\n    size: int | None = None\n", env("SIZE", None, "int"), id="union"
        ),
        pytest.param("class S(BaseSettings):\n    size: 'int' = 3\n", env("SIZE", 3, "int"), id="quoted"),
        pytest.param(
            "class S(BaseSettings):\n    size: PositiveInt = 3\n", env("SIZE", 3, "int"), id="positive"
        ),
        pytest.param(
            "class S(BaseSettings):\n    size: int = '3'\n", env("SIZE", 3, "int"), id="text-default"
        ),
        pytest.param(
            "class S(BaseSettings):\n    size: Literal['a'] = 'a'\n", env("SIZE", "a"), id="literal"
        ),
        pytest.param("class S(BaseSettings):\n    size: int = Field(5)\n", env("SIZE", 5, "int"), id="field"),
        pytest.param(
            "class S(BaseSettings):\n    size: int = Field(...)\n", required("SIZE", "int"), id="field-dots"
        ),
        pytest.param(
            "class S(BaseSettings):\n    size: int = Field(default=5, ge=1)\n",
            env("SIZE", 5, "int"),
            id="named",
        ),
        pytest.param(
            "class S(BaseSettings):\n    size: int = Field(default_factory=lambda: 7)\n",
            env("SIZE", 7, "int"),
            id="factory",
        ),
        pytest.param(
            "class S(BaseSettings):\n    size: Annotated[int, Field(gt=0)] = 6\n",
            env("SIZE", 6, "int"),
            id="annotated",
        ),
        pytest.param(
            "class S(BaseSettings):\n    size: Annotated[int, Field(alias='N')] = 6\n",
            env("N", 6, "int"),
            id="annotated-alias",
        ),
        pytest.param(
            "class S(BaseSettings):\n    size: int = Field(5, validation_alias='DB_SIZE')\n",
            env("DB_SIZE", 5, "int"),
            id="alias",
        ),
        pytest.param(
            "class S(BaseSettings):\n    size: int = Field(5, validation_alias=AliasChoices('A', 'B'))\n",
            env("A", 5, "int", more=("B",)),
            id="choices",
        ),
        pytest.param(
            "class S(BaseSettings):\n"
            "    model_config = SettingsConfigDict(env_prefix='DB_')\n    size: int = 5\n",
            env("DB_SIZE", 5, "int"),
            id="prefix",
        ),
        pytest.param(
            "class S(BaseSettings):\n    model_config = {'env_prefix': 'DB_'}\n    size: int = 5\n",
            env("DB_SIZE", 5, "int"),
            id="prefix-dict",
        ),
        pytest.param(
            "class S(BaseSettings, env_prefix='DB_'):\n    size: int = 5\n",
            env("DB_SIZE", 5, "int"),
            id="prefix-keyword",
        ),
        pytest.param(
            "class S(BaseSettings):\n    size: int = 5\n    class Config:\n        env_prefix = 'DB_'\n",
            env("DB_SIZE", 5, "int"),
            id="prefix-class",
        ),
        pytest.param(
            "class B(BaseSettings):\n"
            "    model_config = SettingsConfigDict(env_prefix='DB_')\n    size: int = 5\n"
            "class S(B):\n    model_config = SettingsConfigDict(extra='ignore')\n",
            env("DB_SIZE", 5, "int"),
            id="prefix-inherited",
        ),
        pytest.param(
            "class S(BaseSettings):\n"
            "    model_config = SettingsConfigDict(case_sensitive=True)\n    size: int = 5\n",
            env("size", 5, "int"),
            id="exact",
        ),
        pytest.param(
            "class S(BaseSettings):\n    model_config = SettingsConfigDict(populate_by_name=True)\n"
            "    size: int = Field(5, alias='N')\n",
            env("N", 5, "int", more=("SIZE",)),
            id="by-name",
        ),
        pytest.param(
            "class M(BaseModel):\n    size: int = 5\n"
            "class T(BaseSettings):\n"
            "    model_config = SettingsConfigDict(env_nested_delimiter='__')\n    db: M = M()\n"
            "class S:\n    size = T().db.size\n",
            env("DB__SIZE", 5, "int"),
            id="nested",
        ),
        pytest.param(
            "class M(BaseModel):\n    size: int = 5\n"
            "class T(BaseSettings):\n"
            "    model_config = SettingsConfigDict(env_nested_delimiter='__')\n    db: M = M(size=8)\n"
            "class S:\n    size = T().db.size\n",
            env("DB__SIZE", 8, "int"),
            id="nested-default",
        ),
        pytest.param(
            "class M(BaseModel):\n    size: int = 5\n"
            "class N(BaseModel):\n    m: M = M()\n"
            "class T(BaseSettings):\n"
            "    model_config = SettingsConfigDict(env_nested_delimiter='__')\n    n: N = N()\n"
            "class S:\n    size = T().n.m.size\n",
            env("N__M__SIZE", 5, "int"),
            id="nested-twice",
        ),
        pytest.param(
            "class M(BaseSettings):\n"
            "    model_config = SettingsConfigDict(env_prefix='DB_')\n    size: int = 5\n"
            "class T(BaseSettings):\n    db: M = M()\nclass S:\n    size = T().db.size\n",
            env("DB_SIZE", 5, "int"),
            id="settings-in-settings",
        ),
        pytest.param(
            "class M(BaseSettings):\n"
            "    model_config = SettingsConfigDict(env_prefix='DB_')\n    size: int = 5\n"
            "class T(BaseSettings):\n    db: M = Field(default_factory=M)\n"
            "class S:\n    size = T().db.size\n",
            env("DB_SIZE", 5, "int"),
            id="settings-by-factory",
        ),
        pytest.param(
            "class S(BaseSettings):\n    size: int = 5\n    @field_validator('size')\n    @classmethod\n"
            "    def v(cls, v):\n        return v\n",
            env("SIZE", 5, "int"),
            id="validator",
        ),
        pytest.param(
            "class S(BaseSettings):\n    size: int = 5\n    @model_validator(mode='after')\n"
            "    def v(self):\n        self.size = 9\n        return self\n",
            Unknown("set by a validator of the whole model", AT),
            id="model-validator",
        ),
        pytest.param(
            "class M(BaseModel):\n    size: int = 5\nclass S:\n    size = M(size=9).size\n",
            known(9),
            id="model",
        ),
        pytest.param(
            "class M(BaseModel):\n    size: int = 5\nclass S:\n    size = M().size\n",
            known(5),
            id="model-default",
        ),
        pytest.param(
            "class M(BaseModel):\n    size: int\nclass S:\n    size = M().size\n",
            Unknown("size is not given", AT),
            id="model-lacks",
        ),
        pytest.param(
            "class T(BaseSettings):\n    size: int = 5\nclass S:\n    size = T(size=9).size\n",
            known(9),
            id="settings-given",
        ),
        pytest.param(
            "class T(BaseSettings):\n    n: int = 5\n"
            "    @computed_field\n    @property\n    def m(self) -> int:\n"
            "        return self.n\nclass S:\n    size = T().m\n",
            env("N", 5, "int"),
            id="computed",
        ),
    ],
)
def test_fields_of_pydantic_2(body: str, value: Value) -> None:
    assert read(f"{V2}{body}s = S()\nsize = s.size\n")["size"] == value


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param(
            "class S(BaseSettings):\n    size: int = Field(5, env='DB_SIZE')\n",
            env("DB_SIZE", 5, "int"),
            id="env",
        ),
        pytest.param(
            "class S(BaseSettings):\n    size: int = Field(5, env=['A', 'B'])\n",
            env("A", 5, "int", more=("B",)),
            id="envs",
        ),
        pytest.param(
            "class S(BaseSettings):\n    size: int = Field(5, alias='N')\n", env("SIZE", 5, "int"), id="alias"
        ),
        pytest.param("class S(BaseSettings):\n    size = 5\n", env("SIZE", 5, "int"), id="no-annotation"),
        pytest.param(
            "class S(BaseSettings):\n    size = True\n", env("SIZE", YES, "bool"), id="no-annotation-bool"
        ),
        pytest.param(
            "class S(BaseSettings):\n    size: int = 5\n    class Config:\n        case_sensitive = True\n",
            env("size", 5, "int"),
            id="case",
        ),
    ],
)
def test_fields_of_pydantic_1(body: str, value: Value) -> None:
    assert read(f"{V1}{body}s = S()\nsize = s.size\n")["size"] == value


@pytest.mark.parametrize(
    ("annotation", "text", "value"),
    [
        pytest.param("int", "20", known(20), id="int"),
        pytest.param("int", " 20 ", known(20), id="spaces"),
        pytest.param("int", "many", Unknown("'many' is no int", AT), id="no-int"),
        pytest.param("float", "0.5", known(0.5), id="float"),
        pytest.param("bool", "on", known(YES), id="on"),
        pytest.param("bool", "False", known(NO), id="false"),
        pytest.param("bool", "maybe", Unknown("'maybe' is no bool", AT), id="no-bool"),
        pytest.param("str", "20", known("20"), id="str"),
        pytest.param("Optional[int]", "20", known(20), id="optional"),
        pytest.param("List[int]", "{", Unknown("'{' is no JSON", AT), id="no-json"),
    ],
)
@pytest.mark.parametrize("name", ["SIZE", "size", "Size"])
def test_an_environment_fills_a_field(name: str, annotation: str, text: str, value: Value) -> None:
    body = f"{V2}class S(BaseSettings):\n    size: {annotation} = 5\nsize = S().size\n"
    assert read(body, {name: known(text)})["size"] == value


def test_json_becomes_a_dict() -> None:
    body = f"{V2}class S(BaseSettings):\n    size: dict = {{}}\nsize = S().size['a']['b'][1]\n"
    assert read(body, {"SIZE": known('{"a": {"b": [1, 2.5, null]}}')})["size"] == known(2.5)


def test_an_exact_name_is_matched_exactly() -> None:
    body = f"{V2}class S(BaseSettings, case_sensitive=True):\n    size: int = 5\nsize = S().size\n"
    assert read(body, {"SIZE": known("20")})["size"] == env("size", 5, "int")
    assert read(body, {"size": known("20")})["size"] == known(20)


def test_a_secret_of_the_environment_stays_unknown() -> None:
    body = f"{V2}class S(BaseSettings):\n    size: int = 5\nsize = S().size\n"
    assert read(body, {"SIZE": Unknown("a secret", AT)})["size"] == Unknown("a secret", AT)


URL = """
class S(BaseSettings):
    HOST: str = "db"
    USER: str
    URI: Optional[PostgresDsn] = None

    @validator("URI", pre=True)
    def assemble(cls, v, values):
        if isinstance(v, str):
            return v
        user, host = values.get("USER"), values.get("HOST")
        return PostgresDsn.build(scheme="postgresql+asyncpg", user=user, host=host, path="/shop")

uri = str(S().URI)
"""


def test_a_method_that_a_lambda_replaces_is_no_validator() -> None:
    text = "class S(BaseSettings):\n    size: int = 5\n    @field_validator('size')\n    def check(cls, value):\n"
    replaced = "        return 9\n    check = lambda cls, value: 8\nx = S().size\n"

    assert read(V2 + text + replaced)["x"] == env("SIZE", 5, "int")


def test_a_validator_that_builds_the_url() -> None:
    text = Text(
        ("postgresql+asyncpg://", required("USER"), "@", env("HOST", "db"), "/shop"),
        AT,
    )
    assert read(V1 + URL)["uri"] == env("URI", text)
    assert read(V1 + URL, {"URI": known("postgresql://h/d")})["uri"] == known("postgresql://h/d")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param(
            "from environs import Env\nenv = Env()\nx = env.int('X', 5)", env("X", 5, "int"), id="environs"
        ),
        pytest.param(
            "from environs import Env\nenv = Env()\nx = env('X', default='a')",
            env("X", "a"),
            id="environs-call",
        ),
        pytest.param(
            "from environs import Env\nenv = Env()\nx = env.bool('X')", required("X", "bool"), id="required"
        ),
        pytest.param(
            "import environ\nenv = environ.Env()\nx = env.int('X', default=5)",
            env("X", 5, "int"),
            id="django",
        ),
        pytest.param(
            "from decouple import config\nx = config('X', default=5, cast=int)",
            env("X", 5, "int"),
            id="decouple",
        ),
        pytest.param(
            "from decouple import config\nx = config('X', default='5', cast=int)",
            env("X", 5, "int"),
            id="cast",
        ),
        pytest.param("from decouple import config\nx = config('X')", required("X"), id="decouple-required"),
        pytest.param(
            "from starlette.config import Config\nc = Config('.env')\nx = c('X', cast=int, default=5)",
            env("X", 5, "int"),
            id="starlette",
        ),
        pytest.param(
            "from starlette.config import Config\nfrom starlette.datastructures import Secret\n"
            "c = Config('.env')\nx = c('X', cast=Secret, default='a')",
            env("X", "a"),
            id="starlette-secret",
        ),
    ],
)
def test_calls_of_settings_libraries(text: str, value: Value) -> None:
    assert read(text)["x"] == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("x = env.int('X', 5)", known(20), id="int"),
        pytest.param("x = env.str('X', '')", known("20"), id="str"),
        pytest.param("x = env.list('X')[0]", known("20"), id="list"),
    ],
)
def test_calls_in_an_environment(text: str, value: Value) -> None:
    assert read(f"from environs import Env\nenv = Env()\n{text}", {"X": known("20")})["x"] == value


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("from environs import Env\nenv = Env()\nx = env.log_level('X')", id="kind"),
        pytest.param("from decouple import config\nx = config('X', cast=lambda v: v)", id="cast"),
        pytest.param("from environs import Env\nenv = Env()\nx = env.int(name())", id="name"),
        pytest.param("from starlette.config import Config\nx = Config('.env')", id="constructor"),
        pytest.param("from other import config\nx = config('X', default=5)", id="other"),
    ],
)
def test_calls_that_are_not_followed(text: str) -> None:
    assert isinstance(read(text)["x"], Unknown)


def test_a_prefix_of_another_module() -> None:
    body = f"{V2}from names import PREFIX\nclass S(BaseSettings):\n    size: int = 5\n    class Config:\n"
    project = Project.of(
        {"app.py": f"{body}        env_prefix = PREFIX\nsize = S().size\n", "names.py": "PREFIX = 'A_'\n"}
    )
    assert ProjectCode((), project).constants("app.py", {})["size"] == env("A_SIZE", 5, "int")


def test_a_prefix_that_is_not_known_hides_the_names() -> None:
    body = f"{V2}from o import prefix\nclass S(BaseSettings, env_prefix=prefix()):\n"
    fields = "    size: int = 5\n    other: int = Field(5, alias='N')\n"
    found = read(f"{body}{fields}size = S().size\nother = S().other\n")
    assert isinstance(found["other"], FromEnv)
    assert not isinstance(found["size"], FromEnv)


def test_symbols_are_no_fields() -> None:
    fields = "    size: ClassVar[int] = 5\n    _x: int = 3\n    def f(self): ...\n"
    body = f"{V2}class S(BaseSettings):\n{fields}s = S\n"
    assert read(body)["s"] == known(Symbol("app.S"))


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param(
            "class M(BaseModel):\n    size: int = 5\n"
            "class T(BaseSettings):\n    db: M = M(size=7)\nclass S:\n    size = T().db.size\n",
            known(7),
            id="no-delimiter",
        ),
        pytest.param(
            "class M(BaseModel):\n    size: int = 5\n"
            "class T(BaseSettings):\n    db: M\nclass S:\n    size = T().db.size\n",
            one_of(known(5), Unknown("JSON in DB", AT)),
            id="no-delimiter-no-default",
        ),
        pytest.param(
            "class M(BaseModel):\n    _x: int = 1\n    size: int = 5\n"
            "class T(BaseSettings):\n    model_config = SettingsConfigDict(\n"
            "        env_nested_delimiter='__', case_sensitive=True)\n    db: M\n"
            "class S:\n    size = T().db.size\n",
            env("db__size", 5, "int"),
            id="exact-nested",
        ),
        pytest.param(
            "class M(BaseSettings):\n"
            "    model_config = SettingsConfigDict(env_prefix='DB_')\n    size: int = 5\n"
            "class T(BaseSettings):\n    model_config = SettingsConfigDict(env_nested_delimiter='__')\n"
            "    db: M = M()\nclass S:\n    size = T().db.size\n",
            env("DB_SIZE", 5, "int", more=("DB__SIZE",)),
            id="both",
        ),
        pytest.param(
            "import os\nclass T(BaseSettings):\n    size: str = os.getenv('OTHER', 'a')\n"
            "class S:\n    size = T().size\n",
            env("SIZE", "a", more=("OTHER",)),
            id="default-from-another-variable",
        ),
        pytest.param(
            "class T(BaseSettings):\n    size: int = 5\n    @model_validator(mode='before')\n"
            "    def v(cls, values):\n        values['size'] = 9\n        local = 1\n        return values\n"
            "class S:\n    size = T().size\n",
            Unknown("set by a validator of the whole model", AT),
            id="model-validator-before",
        ),
        pytest.param(
            "class T(BaseSettings):\n    size: int = 5\n    @field_validator('size')\n"
            "    def v(cls, v):\n        return 1 if v > 3 else 2\nclass S:\n    size = T(size=9).size\n",
            known(1),
            id="validator-of-a-constant",
        ),
    ],
)
def test_models_inside_models(body: str, value: Value) -> None:
    assert read(f"{V2}{body}size = S.size\n")["size"] == value


@pytest.mark.parametrize(
    ("body", "expression", "value"),
    [
        pytest.param("from pydantic import conint\nclass S(BaseSettings):\n    size: conint(gt=0) = 5\n", "S().size", env("SIZE", 5, "int"), id="a type that a call makes"),
        pytest.param("def kind(v): ...\nclass S(BaseSettings):\n    size: kind = 5\n", "S().size", env("SIZE", 5, "int"), id="a function as a type"),
        pytest.param("k = {}\nclass S(BaseSettings, env_prefix='A_', **k):\n    size: int = 5\n", "S().size", env("A_SIZE", 5, "int"), id="keywords of a class from a dict"),
        pytest.param("class S(BaseSettings):\n    size: int = 5\n    @field_validator('size')\n    def f(cls, v):\n        return 9\n    f = 5\n", "S().size", env("SIZE", 5, "int"), id="a validator whose name is bound anew"),
        pytest.param("class S(BaseSettings):\n    size: int = 5\n    def f(self):\n        return 1\n    g = f\n", "S().g()", known(1), id="another name of a method is no field"),
        pytest.param("class S(BaseSettings):\n    size: int = 5\n    @model_validator(mode='after')\n    def v(self):\n        self._other = 9\n        return self\n", "S().size", env("SIZE", 5, "int"), id="a validator that sets no field"),
        pytest.param("from pydantic.v1 import BaseSettings, Field\nclass S(BaseSettings):\n    size: int = Field(5, env=('A', 'B'))\n", "S().size", env("A", 5, "int", more=("B",)), id="a tuple of variables"),
        pytest.param("from pydantic import AliasPath\nclass S(BaseSettings):\n    size: int = Field(5, validation_alias=AliasChoices('B', AliasPath('A', 0)))\n", "S().size", env("B", 5, "int", more=("A",)), id="a path of an alias"),
        pytest.param("class S(BaseSettings):\n    size: int\n    @field_validator('size')\n    def v(cls, v):\n        return v\n", "S().size", required("SIZE", "int"), id="a required field with a validator"),
        pytest.param("class S(BaseSettings):\n    size: str = 'a'\n    @field_validator('size')\n    def v(cls, v):\n        return {'k': v}\n", "S().size['k']", OneOf((Alternative(required("SIZE"), "SIZE is set"), Alternative(known("a"), "SIZE is not set"))), id="a validator that gives a dict"),
        pytest.param("from sqlalchemy.pool import NullPool\nclass S(BaseSettings):\n    size: type = NullPool\n    @field_validator('size')\n    def v(cls, v):\n        return v()\n", "S().size", OneOf((Alternative(Unknown("a call of what is not known", AT), "SIZE is set"), Alternative(Unknown("what sqlalchemy.pool.NullPool gives", AT), "SIZE is not set"))), id="a validator that calls a class from elsewhere"),
    ],
)  # fmt: skip
def test_fields_as_people_write_them(body: str, expression: str, value: Value) -> None:
    assert read(f"{V2}{body}x = {expression}\n")["x"] == value


def test_a_default_that_is_an_object_is_kept() -> None:
    assert read("from environs import Env\nenv = Env()\nx = env.list('A', [5])[0]")["x"] == known(5)


def test_keywords_that_may_hold_more() -> None:
    body = f"{V2}from o import k\nclass M(BaseModel):\n    size: int = 5\nsize = M(**k()).size\n"
    value = read(body)["size"]
    assert isinstance(value, OneOf)
    assert value.values[0] == known(5)


def test_a_dataclass_of_pydantic() -> None:
    head = "from pydantic.dataclasses import dataclass\n"
    body = f"{head}@dataclass\nclass M:\n    size: int = 5\nsize = M(size=3).size\n"
    assert read(body)["size"] == known(3)


FILE = Unknown("a source of settings that the project adds", AT)


OTHERWISE = "        if k:\n            return (env_settings,)\n"


def customised(returned: str, *, more: str = "") -> str:
    return (
        "class S(BaseSettings):\n    size: int = 5\n    @classmethod\n"
        "    def settings_customise_sources(cls, settings_cls, init_settings, env_settings, dotenv_settings,"
        f" file_secret_settings):\n{more}        return {returned}\n"
    )


@pytest.mark.parametrize(
    ("body", "values"),
    [
        pytest.param(f"{customised('env_settings, init_settings')}s = S(size=7)\n", [env("SIZE", 7, "int")],
                     id="the-environment-first"),
        pytest.param(f"{customised('init_settings, env_settings')}s = S(size=7)\n", [known(7)],
                     id="arguments-first"),
        pytest.param(f"{customised('(env_settings, dotenv_settings, init_settings)')}s = S(**k)\n",
                     [env("SIZE", 5, "int"), env("SIZE", LOST, "int")], id="arguments-not-known-behind"),
        pytest.param("class S(BaseSettings):\n    size: int = 5\ns = S(**k)\n", [env("SIZE", 5, "int"), LOST],
                     id="arguments-not-known-before"),
        pytest.param(f"{customised('init_settings, env_settings, YamlSource(settings_cls)')}s = S()\n",
                     [env("SIZE", 5, "int")], id="a-file-behind"),
        pytest.param(f"{customised('YamlSource(settings_cls), env_settings')}s = S()\n",
                     [env("SIZE", 5, "int"), FILE], id="a-file-first"),
        pytest.param(f"{customised('(init_settings,)')}s = S()\n", [known(5)], id="no-environment"),
        pytest.param(f"{customised('(*k, env_settings)')}s = S()\n", [env("SIZE", 5, "int"), FILE],
                     id="sources-of-a-sequence"),
        pytest.param(f"{customised('k(init_settings)')}s = S()\n", [env("SIZE", 5, "int"), FILE],
                     id="sources-that-are-computed"),
        pytest.param(
            f"{customised('init_settings, env_settings', more=OTHERWISE)}s = S()\n",
            [env("SIZE", 5, "int"), FILE],
            id="one-of-two-orders",
        ),
        pytest.param(f"{customised('env_settings, init_settings')}s = S.model_validate(dict(size=7))\n",
                     [env("SIZE", 7, "int")], id="validated"),
        pytest.param(f"{customised('env_settings, init_settings')}s = S.model_validate(k)\n",
                     [env("SIZE", 5, "int"), env("SIZE", LOST, "int")], id="validated-anything"),
        pytest.param("class S(BaseModel):\n    size: int = 5\ns = S.parse_obj({'size': '8'})\n", [known(8)],
                     id="parsed"),
        pytest.param(
            "class S(BaseModel):\n    size: int = 5\nd = {}\nif k:\n    d['size'] = 8\n"
            "s = S.model_validate(d)\n",
            [known(8), known(5)],
            id="validated-what-may-be-there",
        ),
        pytest.param(
            "class S(BaseModel):\n    size: int\nd = {}\nif k:\n    d['size'] = 8\ns = S(**d)\n",
            [known(8), Unknown("size is not given", AT)],
            id="given-sometimes",
        ),
        pytest.param(
            "class T(BaseModel):\n    @staticmethod\n    def model_validate(x):\n        return T()\n"
            "    size: int = 6\ns = T.model_validate(k)\n",
            [known(6)],
            id="a-method-of-its-own",
        ),
        pytest.param(
            "class S(BaseSettings):\n    size: int = 5\n    @model_validator(mode='before')\n"
            "    def v(cls, values):\n        if k:\n            values['size'] = 9\n        return values\n"
            "s = S()\n",
            [env("SIZE", 5, "int"), Unknown("set by a validator of the whole model", AT)],
            id="set-by-a-validator-sometimes",
        ),
        pytest.param(
            "import os\nos.environ['SIZE'] = '9'\nclass S(BaseSettings):\n    size: int = 5\ns = S()\n",
            [known(9)],
            id="set-by-the-code",
        ),
        pytest.param(
            "import os\nif k:\n    os.environ['SIZE'] = '9'\n"
            "class S(BaseSettings):\n    size: int = 5\ns = S()\n",
            [known(9), env("SIZE", 5, "int")],
            id="set-by-the-code-sometimes",
        ),
        pytest.param(
            "import os\nos.environ['B'] = '9'\nclass S(BaseSettings):\n"
            "    size: int = Field(5, validation_alias=AliasChoices('A', 'B'))\ns = S()\n",
            [env("A", 9, "int")],
            id="a-weaker-name-set-by-the-code",
        ),
    ],
)  # fmt: skip
def test_settings_of_several_sources(body: str, values: list[Value]) -> None:
    value = read(f"{V2}{UNKNOWN}{body}size = s.size\n")["size"]
    assert set(value.values if isinstance(value, OneOf) else (value,)) == set(values)


def test_sources_of_pydantic_1() -> None:
    body = (
        "class S(BaseSettings):\n    size: int = 5\n    class Config:\n        @classmethod\n"
        "        def customise_sources(cls, init_settings, env_settings, file_secret_settings):\n"
        "            return env_settings, init_settings, file_secret_settings\nsize = S(size=7).size\n"
    )
    assert read(f"{V1}{body}")["size"] == env("SIZE", 7, "int")


KINDS = (
    "from enum import Enum\nclass E(Enum):\n    BIG = 'big'\n    SMALL = 'small'\n"
    "sizes = {E.BIG: 20, E.SMALL: 2}\n"
)
ALL = [known(20), known(2)]


@pytest.mark.parametrize(
    ("body", "environment", "values"),
    [
        pytest.param("kind: E = E.BIG", {}, ALL, id="default"),
        pytest.param("kind: E", {}, ALL, id="required"),
        pytest.param("kind: E = E.BIG", {"KIND": known("small")}, [known(2)], id="set"),
        pytest.param("kind: E | None = E.SMALL", {"KIND": known("big")}, [known(20)], id="optional"),
        pytest.param("kind: E = E.BIG", {"KIND": known("no")}, ALL, id="set-to-none-of-them"),
        pytest.param("kind: E = E.BIG", {"KIND": Unknown("a secret", AT)}, ALL, id="secret"),
    ],
)
def test_members_of_an_enumeration(body: str, environment: Mapping[str, Value], values: list[Value]) -> None:
    text = f"{V2}{KINDS}class S(BaseSettings):\n    {body}\nsize = sizes[S().kind]\n"
    value = read(text, environment)["size"]
    assert set(value.values if isinstance(value, OneOf) else (value,)) == set(values)


def test_a_member_by_its_value() -> None:
    body = (
        "class M(BaseModel):\n    kind: E = E.BIG\n"
        "size = sizes[M(kind='small').kind]\nother = sizes[M(kind=E.BIG).kind]\n"
    )
    found = read(f"{V2}{KINDS}{body}")
    assert (found["size"], found["other"]) == (known(2), known(20))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param('{"size": 20}', known(20), id="mapping"),
        pytest.param("{}", known(5), id="empty"),
        pytest.param("[1]", Unknown("JSON that is no mapping", AT), id="list"),
        pytest.param("no", Unknown("'no' is no JSON", AT), id="no-json"),
    ],
)
def test_a_model_of_json(text: str, value: Value) -> None:
    body = (
        "class M(BaseModel):\n    size: int = 5\n"
        "class S(BaseSettings):\n    db: M = M(size=7)\nsize = S().db.size\n"
    )
    assert read(f"{V2}{body}", {"DB": known(text)})["size"] == value
    assert read(f"{V2}{body}")["size"] == known(7)
