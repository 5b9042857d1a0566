"""Whatever the text: facts or `Skipped`, never an exception, and in a bounded time."""

# ruff: noqa: E501 - an expected line is easier to read whole

from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poollint.facts import Fact
from poollint.manifests.functions import cloudformation, serverless
from poollint.reading import Lookup
from poollint.source import Skipped, SourceFile

Read = Callable[[Iterable[SourceFile], Lookup], Iterator[Fact | Skipped]]
READERS = (
    pytest.param(cloudformation.read, id="cloudformation"),
    pytest.param(serverless.read, id="serverless"),
)
_WORDS = st.sampled_from(
    [
        "!Ref P", "!Sub '${P}-${Db.Endpoint.Address}'", "!GetAtt Db.Endpoint.Port", "!GetAtt [Db]", "!Join [a]",
        "!If [C, 1]", "!If", "!FindInMap [M, !Ref P, k]", "!ImportValue x", "{Fn::Sub: [a, {b: c}]}", "{Ref: [1]}",
        "${self:custom.x}", "${self:provider}", "${file(serverless.yml):custom}", "${env:A, 'b'}", "${sls:stage}",
        "aws", "python3.12", "a.b", "1e999", "-5", "~", "[]", "{}", "postgres", "db.t3.micro", "9" * 30, "!<x> y", "",
    ]
)  # fmt: skip
_KEYS = st.sampled_from(
    ["Handler", "Timeout", "Environment", "Variables", "Engine", "Port", "DBProxyName", "CodeUri", "handler", "timeout",
     "environment", "Properties", "Type", "Export", "Name", "Value", "Default", "name", "x", "app", "wsgi"]
)  # fmt: skip
_TREES = st.recursive(
    _WORDS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(_KEYS, inner, max_size=4).map(
            lambda table: "{" + ", ".join(f"{key}: {value}" for key, value in table.items()) + "}"
        )
    ),
    max_leaves=12,
)
_TYPES = st.sampled_from(
    ["AWS::Serverless::Function", "AWS::RDS::DBInstance", "AWS::RDS::DBProxy", "AWS::RDS::DBProxyTargetGroup"]
)


@pytest.mark.parametrize("read", READERS)
@settings(max_examples=200, deadline=None)
@given(kind=_TYPES, trees=st.lists(_TREES, min_size=6, max_size=6))
def test_any_tree(read: Read, kind: str, trees: list[str]) -> None:
    one, two, three, four, five, six = trees
    text = (
        f"provider: {one}\nfunctions: {{f: {two}, g: {{handler: a.b, environment: {{A: {three}}}}}}}\n"
        f"custom: {four}\nresources: {five}\nParameters: {{P: {one}}}\nMappings: {{M: {four}}}\n"
        f"Globals: {{Function: {two}}}\nOutputs: {{O: {three}}}\n"
        f"Resources: {{Db: {{Type: AWS::RDS::DBCluster, Properties: {five}}},"
        f" A: {{Type: '{kind}', Properties: {six}}}}}\n"
    )
    file = SourceFile("serverless.yml", text)
    for each in read([file], lambda _path: file):
        assert each.at.path == file.path


@pytest.mark.parametrize("read", READERS)
@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=200))
def test_any_text(read: Read, text: str) -> None:
    file = SourceFile("serverless.yml", f"functions: {{}}\n# AWS:: Resources\n{text}")
    for each in read([file], lambda _path: file):
        assert each.at.path == file.path


MANY = 3_000


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "value",
    [
        pytest.param("!Join ['', [" + ", ".join(["!If [C, a, b]"] * MANY) + "]]", id="conditions"),
        pytest.param("!Join ['', [" + ", ".join(["!FindInMap [M, !Ref P, k]"] * MANY) + "]]", id="maps"),
        pytest.param("!Join ['', [" + ", ".join(["!ImportValue -Own"] * MANY) + "]]", id="imports"),
        pytest.param("!Sub '" + "${P}" * MANY + "'", id="references"),
        pytest.param("'" + "${" * MANY + "'", id="open-brackets"),
        pytest.param("'" + "${self:custom.a}" * MANY + "'", id="variables"),
        pytest.param("'${self:custom.deep}'", id="variables-of-variables"),
    ],
)
@pytest.mark.parametrize("read", READERS)
def test_hostile_text_costs_little(read: Read, value: str) -> None:
    rows = ", ".join(f"r{number}: {{k: '{number}'}}" for number in range(400))
    deep = ", ".join("'${self:custom.deep}'" for _ in range(50))
    text = (
        f"provider: aws\nParameters: {{P: {{Default: x}}}}\nMappings: {{M: {{{rows}}}}}\n"
        f"custom: {{a: b, deep: [{deep}]}}\n"
        f"functions: {{f: {{handler: a.b, environment: {{A: {value}}}}}}}\n"
        f"Outputs: {{O: {{Value: {value}, Export: {{Name: '-Own'}}}}}}\n"
        "Resources: {F: {Type: AWS::Lambda::Function, Properties: {Handler: a.b, Environment: {Variables:"
        f" {{A: {value}}}}}}}}}\n"
    )
    if read is cloudformation.read:
        text = text.replace("${self:", "${Self:")
    assert len(list(read([SourceFile("serverless.yml", text)], lambda _path: None))) == 1
