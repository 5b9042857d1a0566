"""CloudFormation and SAM: functions and what their environment is worth."""

# ruff: noqa: E501 - an expected line is easier to read whole

from collections.abc import Callable, Mapping
from textwrap import indent

import pytest

from poollint.facts import Pooler, Workload
from poollint.manifests.functions import cloudformation
from poollint.source import SourceFile
from poollint.values import Known

Facts = Callable[[Mapping[str, str]], list[str]]


def sam(properties: str, rest: str = "") -> str:
    return (
        "Resources:\n  Api:\n    Type: AWS::Serverless::Function\n    Properties:\n"
        + indent(properties.strip("\n"), "      ")
        + "\n"
        + rest
    )


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        pytest.param(
            "Handler: app.main.handler\nRuntime: python3.12\nCodeUri: src/\nTimeout: 30\n"
            "ReservedConcurrentExecutions: 20",
            "Api app.main [infra/src] 0..20 30s: ",
            id="all",
        ),
        pytest.param("Handler: app/main.handler", "Api app.main [infra] 0..? 3s: ", id="defaults"),
        pytest.param(
            "Handler: main.h\nCodeUri: ../\nProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}",
            "Api main [] 2..? 3s: ",
            id="provisioned-and-the-root",
        ),
        pytest.param("Handler: main.h\nCodeUri: s3://bucket/x", "Api main [] 0..? 3s: ", id="s3"),
        pytest.param("Handler: main.h\nCodeUri: {Bucket: b}", "Api main [] 0..? 3s: ", id="bucket"),
        pytest.param("Handler: main.h\nCodeUri: build/x.zip", "Api main [] 0..? 3s: ", id="zip"),
        pytest.param(
            "PackageType: Image\nImageConfig: {Command: [app.handler]}", "Api app [] 0..? 3s: ", id="image"
        ),
        pytest.param("{}", "Api ? [infra] 0..? 3s: ", id="nothing"),
        pytest.param(
            "Handler: datadog_lambda.handler.handler\nEnvironment: {Variables: {A: b, DD_LAMBDA_HANDLER: app.run}}",
            "Api app [infra] 0..? 3s: A=b DD_LAMBDA_HANDLER=app.run",
            id="wrapper",
        ),
        pytest.param(
            "Handler: datadog_lambda.handler.handler\nEnvironment: {Variables: {DD_LAMBDA_HANDLER: !GetAZs x}}",
            "Api datadog_lambda.handler [infra] 0..? 3s: DD_LAMBDA_HANDLER=?",
            id="wrapper-of-nothing",
        ),
        pytest.param(
            "Handler: a.b\nEnvironment: {Variables: {'Fn::Transform': {Name: x}}}",
            "Api a [infra] 0..? 3s: Fn::Transform=? ...",
            id="computed-variables",
        ),
        pytest.param(
            "Handler: a.b\nEnvironment: {Variables: !FindInMap [a, b, c]}",
            "Api a [infra] 0..? 3s:  ...",
            id="a-function",
        ),
        pytest.param(
            "Handler: a.b\nTimeout: soon\nReservedConcurrentExecutions:",
            "Api a [infra] 0..? ?s: ",
            id="no-number",
        ),
    ],
)
def test_a_sam_function(properties: str, expected: str, facts: Facts) -> None:
    assert facts({"infra/template.yaml": sam(properties)}) == [expected]


@pytest.mark.parametrize(
    "properties",
    [
        pytest.param("Handler: index.handler\nRuntime: nodejs20.x", id="node"),
        pytest.param("Handler: index.handler\nInlineCode: pass", id="inline"),
        pytest.param("Handler: index.handler\nCode: {ZipFile: pass}", id="zip-file"),
    ],
)
def test_what_is_no_function_of_ours(properties: str, facts: Facts) -> None:
    assert facts({"template.yaml": sam(properties)}) == []


def test_globals_and_metadata(facts: Facts) -> None:
    template = """\
        Globals:
          Function:
            Timeout: 25
            Runtime: python3.12
            CodeUri: src
            Environment: {Variables: {STAGE: dev, LEVEL: info}}
        Resources:
          One:
            Type: AWS::Serverless::Function
            Properties: {Handler: a.h, Timeout: 5, Environment: {Variables: {STAGE: prod}}}
          Two:
            Type: AWS::Serverless::Function
            Metadata: {DockerContext: ./two, Dockerfile: Dockerfile.x, DockerBuildTarget: run}
          Three:
            Type: AWS::Lambda::Function
            Properties: {Handler: c.h, Code: three}
          Four:
            Type: AWS::Lambda::Function
            Properties: {Handler: d.h, Code: {S3Bucket: b}}
          Table: {Type: AWS::DynamoDB::Table}
          Broken: 3
        """
    assert facts({"app/template.yaml": template}) == [
        "One a [app/src] 0..? 5s: STAGE=prod LEVEL=info",
        "Two ? [app/two app/two/Dockerfile.x] 0..? 25s: STAGE=dev LEVEL=info",
        "Three c [app/three] 0..? 3s: ",
        "Four d [] 0..? 3s: ",
    ]


def test_one_environment_serves_one_request() -> None:
    file = SourceFile("template.yaml", sam("Handler: a.b"))
    (found,) = cloudformation.read([file], lambda _path: None)
    assert isinstance(found, Workload)
    assert found.concurrency == Known(1, found.at)
    (program,) = found.containers[0].programs
    assert (program.processes, program.at_once) == (Known(1, found.at), Known(1, found.at))
    assert "1000 by default" in getattr(found.pods.maximum, "why", "")


PARAMETERS = """\
Parameters:
  Stage: {Type: String, Default: dev}
  Count: {Type: Number, Default: 15}
  Given: {Type: String}
  Empty: {Type: String, Default: ""}
  Path: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /shop/url}
Mappings:
  Sizes:
    dev: {conns: 5, host: small}
    prod: {conns: 50, host: large}
"""


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("plain", "plain", id="plain"),
        pytest.param("12", "12", id="number-is-text"),
        pytest.param("[1, 2]", "?", id="list"),
        pytest.param("!Ref Stage", "$Stage=dev", id="parameter"),
        pytest.param("{Ref: Count}", "$Count=15", id="long-form"),
        pytest.param("!Ref Given", "$Given", id="no-default"),
        pytest.param("!Ref Path", "$Path", id="default-is-a-path"),
        pytest.param("!Ref Empty", "$Empty", id="an-empty-default-is-to-be-given"),
        pytest.param("!Sub 'a${Empty}'", "a<$Empty=>", id="an-empty-default-in-a-text"),
        pytest.param("!Ref Api", "?", id="resource"),
        pytest.param("!Ref AWS::Region", "?", id="pseudo-parameter"),
        pytest.param("!Ref AWS::NoValue", "?", id="no-value"),
        pytest.param("!GetAtt Api.Arn", "?", id="attribute"),
        pytest.param("!GetAtt Main.Endpoint.Address", "Main.Endpoint.Address", id="endpoint"),
        pytest.param("!GetAtt [Main, Endpoint.Address]", "Main.Endpoint.Address", id="endpoint-as-list"),
        pytest.param("{'Fn::GetAtt': [Main, Endpoint, Port]}", "5432", id="port"),
        pytest.param("!GetAtt Odd.Endpoint.Port", "$Count=15", id="port-of-a-parameter"),
        pytest.param("!GetAtt Main.DbiResourceId", "?", id="no-endpoint"),
        pytest.param("!GetAtt Group.Endpoint", "?", id="parameter-group"),
        pytest.param("!GetAtt {a: b}", "?", id="attribute-of-nothing"),
        pytest.param(
            "!Sub 'postgresql://app@${Main.Endpoint.Address}:5432/${Stage}-${!x}'",
            "postgresql://app@Main.Endpoint.Address:5432/<$Stage=dev>-${x}",
            id="sub",
        ),
        pytest.param("!Sub ['${a}-${b.c}', {a: one}]", "one-<?>", id="sub-with-a-map"),
        pytest.param("!Sub ['${a}', {a: !Ref Stage}]", "$Stage=dev", id="sub-of-one-variable"),
        pytest.param("!Sub {a: b}", "?", id="sub-of-nothing"),
        pytest.param("!Sub ''", "", id="sub-of-an-empty-text"),
        pytest.param("!Join ['/', [a, !Ref Stage, !If [Prod, x, y]]]", "a/<$Stage=dev>/x|a/<$Stage=dev>/y", id="join"),
        pytest.param("!Join [',', !Ref Stage]", "", id="join-of-no-list"),
        pytest.param("!Join ['', [!If [A, !Sub 'a${Stage}', 1], !Ref Given]]", "a<$Stage=dev><$Given>|1<$Given>", id="join-of-texts"),
        pytest.param("!Join ['', [x, !Sub ['${a}', {a: [1]}]]]", "x<?>", id="join-of-a-list"),
        pytest.param("!If [Prod, one, !Ref AWS::NoValue]", "one|?", id="if"),
        pytest.param("!If [Prod]", "?", id="if-without-arms"),
        pytest.param("!FindInMap [Sizes, !Ref Stage, conns]", "5|50", id="map-by-parameter"),
        pytest.param("!FindInMap [Sizes, prod, host]", "large", id="map"),
        pytest.param("!FindInMap [Sizes, !GetAtt a.b, host]", "small|large", id="map-by-something"),
        pytest.param("!FindInMap [Sizes, prod, nothing]", "?", id="map-without-key"),
        pytest.param("!FindInMap [None, prod, nothing]", "?", id="no-map"),
        pytest.param("!ImportValue other", "?", id="import-of-nothing"),
        pytest.param("!Select [0, [a, b]]", "?", id="select"),
        pytest.param("'{{resolve:secretsmanager:x:SecretString:url}}'", "?", id="dynamic-reference"),
        pytest.param("!Sub 'x{{resolve:ssm:a}}y'", "x<?>y", id="dynamic-reference-in-a-text"),
        pytest.param("'${Stage}'", "${Stage}", id="no-sub"),
        pytest.param("!Custom {a: b}", "?", id="unknown-function"),
        pytest.param("!Join ['', [" + ", ".join(["!If [A, 1, 2]"] * 4) + "]]", "?", id="many-conditions"),
        pytest.param("!Sub '" + "${Stage}" * 101 + "'", "<$Stage=dev>" * 100 + "<?>", id="many-parts"),
        pytest.param("!Join ['', [" + ", ".join(["x" * 60_000] * 2) + "]]", "?", id="long"),
        pytest.param("!If [A, " * 40 + "x" + ", y]" * 40, "?|y", id="deep"),
    ],
)  # fmt: skip
def test_functions_of_the_template(written: str, expected: str, facts: Facts) -> None:
    template = PARAMETERS + sam(
        f"Handler: a.h\nEnvironment:\n  Variables:\n    X: {written}",
        "  Main: {Type: AWS::RDS::DBCluster, Properties: {Engine: aurora-postgresql}}\n"
        "  Odd: {Type: AWS::RDS::DBInstance, Properties: {Engine: oracle-ee, Port: !Ref Count}}\n"
        "  Group: {Type: AWS::RDS::DBParameterGroup}\n",
    )
    found = [line for line in facts({"template.yaml": template}) if line.startswith("Api")]
    assert found[0].partition("3s: X=")[2] == expected


def test_secrets_do_not_leave_the_files(facts: Facts) -> None:
    (found,) = facts(
        {
            "t.yaml": sam(
                "Handler: a.h\nEnvironment: {Variables: {DB_PASSWORD: geheim, U: 'x://a:geheim@h/d'}}"
            )
        }
    )
    assert found == "Api a [] 0..? 3s: DB_PASSWORD=*** U=x://a:***@h/d"


EXPORT = """\
Resources:
  Proxy: {Type: AWS::RDS::DBProxy, Properties: {EngineFamily: MYSQL}}
Outputs:
  Endpoint: {Value: !GetAtt Proxy.Endpoint, Export: {Name: !Sub '${AWS::StackName}-Endpoint'}}
  Computed: {Value: !Join ['', [a]], Export: {Name: {'Fn::Sub': '${AWS::StackName}-Computed'}}}
  Internal: {Value: x}
"""


def test_an_import_joins_two_templates(read_all: Callable[[Mapping[str, str]], tuple[object, ...]]) -> None:
    api = sam(
        "Handler: a.h\nEnvironment:\n  Variables:\n"
        "    H: !ImportValue shop-Endpoint\n    I: {'Fn::ImportValue': !Sub '${Base}-Endpoint'}\n"
        "    J: {'Fn::ImportValue': {'Fn::Sub': ['${Base}-Computed', {}]}}\n"
    ).replace("shop-Endpoint", "-Endpoint")
    files = {"b/api.yaml": api, "a/proxy.yaml": EXPORT, "c/alone.yaml": sam("Handler: b.h")}
    found = read_all(files)
    assert {each.scope for each in found if isinstance(each, Pooler)} == {"cloudformation:a/proxy.yaml"}
    values = [
        getattr(variable.value, "value", "?")
        for each in found
        if isinstance(each, Workload)
        for variable in each.containers[0].environment
    ]
    assert values == ["Proxy.Endpoint", "Proxy.Endpoint", "?"]
    assert {each.scope for each in found if isinstance(each, Workload)} == {
        "cloudformation:a/proxy.yaml", "cloudformation:c/alone.yaml",
    }  # fmt: skip


def test_two_exports_of_one_name_say_nothing(facts: Facts) -> None:
    api = sam("Handler: a.h\nEnvironment: {Variables: {H: !ImportValue '-Endpoint'}}")
    found = facts({"api.yaml": api, "a.yaml": EXPORT, "b.yaml": EXPORT})
    assert "Api a [] 0..? 3s: H=?" in found


def test_json(facts: Facts) -> None:
    template = (
        '{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Handler": "a.h",'
        ' "Environment": {"Variables": {"N": {"Ref": "P"}}}}}}, "Parameters": {"P": {"Default": 3}}}'
    )
    assert facts({"cdk.out/stack.template.json": template}) == ["F a [] 0..? 3s: N=$P=3"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Resources: [AWS::RDS::DB\n", ["skipped t.yaml:2: not valid YAML: did not find expected ',' or ']'"], id="broken"),
        pytest.param("# AWS::RDS::DB\nOther: {}\n", [], id="another-file"),
        pytest.param("# AWS::RDS::DB\nResources: {}\n", [], id="no-resources"),
        pytest.param("Resources: {A: {Type: 'AWS::RDS::DB${self:x}'}}\n", [], id="a-part-of-a-serverless-yml"),
        pytest.param(
            "# AWS::RDS::DB\nResources: {A: {Type: x, Type: y}}\n",
            ["skipped t.yaml:2: the key Type stands again in line 2, and the last one counts"],
            id="twice",
        ),
    ],
)  # fmt: skip
def test_other_texts(text: str, expected: list[str], facts: Facts) -> None:
    assert facts({"t.yaml": text}) == expected
