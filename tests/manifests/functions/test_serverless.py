"""serverless.yml: functions, variables, included files and resources."""

# ruff: noqa: E501 - an expected line is easier to read whole

from collections.abc import Callable, Mapping
from itertools import pairwise

import pytest

from poollint.manifests.functions import variables

Facts = Callable[[Mapping[str, str]], list[str]]
AWS = "service: shop\nprovider: {name: aws, runtime: python3.12}\n"


def test_a_function(facts: Facts) -> None:
    text = """\
        service: shop
        provider:
          name: aws
          runtime: python3.12
          stage: ${opt:stage, 'prod'}
          timeout: 20
          environment:
            DATABASE_URL: ${env:DATABASE_URL}
            POOL: ${env:POOL, '5'}
            PASSWORD: geheim
            STAGE: ${self:provider.stage}-${sls:stage}
            LEFT:
        functions:
          api:
            handler: src/app.handler
            reservedConcurrency: ${self:custom.limits.${self:provider.stage}}
            provisionedConcurrency: 2
            environment: {POOL: 7}
          worker: {handler: w.run, timeout: 60, module: services/worker}
          image: {image: {name: x, command: [main.handler]}}
          bare: {}
          other: {handler: x.y, runtime: nodejs20.x}
          odd: 3
        custom:
          limits: {dev: 1, prod: 40}
        """
    shared = "DATABASE_URL=$DATABASE_URL POOL=$POOL=5 PASSWORD=*** STAGE=prod-prod"
    assert facts({"svc/serverless.yml": text}) == [
        "api src.app [svc] 2..40 20s: " + shared.replace("$POOL=5", "7"),
        "worker w [svc/services/worker] 0..? 60s: " + shared,
        "image main [svc] 0..? 20s: " + shared,
        "bare ? [svc] 0..? 20s: " + shared,
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("${self:service}", "shop", id="self"),
        pytest.param("a-${self:service}-${self:custom.n}", "a-shop-3", id="in-a-text"),
        pytest.param("${self:custom.list.1}", "b", id="item"),
        pytest.param("${self:custom.via.x}", "1", id="through-a-variable"),
        pytest.param("${self:custom.none}", "?", id="not-there"),
        pytest.param("${self:custom.none, self:service}", "shop", id="fallback"),
        pytest.param("${self:custom.none, self:custom.neither}", "?", id="no-fallback"),
        pytest.param("${self:custom.none, 'literal'}", "literal", id="literal"),
        pytest.param("${self:custom.none, 12}", "12", id="number"),
        pytest.param("${opt:x}", "?", id="option"),
        pytest.param("${opt:x, 'y'}", "y", id="option-with-default"),
        pytest.param("${sls:stage}", "dev", id="stage"),
        pytest.param("${sls:instanceId}", "?", id="instance"),
        pytest.param("${param:domain}", "example.org", id="parameter"),
        pytest.param("${env:URL}", "$URL", id="environment"),
        pytest.param("${env:URL, 'x'}", "$URL=x", id="environment-with-default"),
        pytest.param("${env:URL, self:service}", "$URL", id="environment-with-a-variable"),
        pytest.param("x${env:URL}y", "x<$URL>y", id="environment-in-a-text"),
        pytest.param("${ssm:/a/b}", "?", id="ssm"),
        pytest.param("${cf:stack.Output, 'x'}", "?", id="output-of-a-stack"),
        pytest.param("${file(more.yml):key.inner}", "deep", id="file"),
        pytest.param("${file(./more.yml):own}", "shop", id="file-with-variables"),
        pytest.param("${file(gone.yml):key, 'x'}", "x", id="file-not-there"),
        pytest.param("${file(code.js):key}", "?", id="code"),
        pytest.param("${file(again.yml):key}", "?", id="file-of-itself"),
        pytest.param("${self:custom.loop}", "?", id="loop"),
        pytest.param("${self:custom.loops}", "<?> <?>", id="loops"),
        pytest.param("'${AWS::Region}'", "${AWS::Region}", id="no-variable-of-the-framework"),
        pytest.param("${strToBool(x)}", "${strToBool(x)}", id="function"),
        pytest.param("!Sub '${self:service}-${AWS::Region}'", "shop-<?>", id="sub"),
        pytest.param("!Join ['-', [a, '${self:service}']]", "a-shop", id="join"),
        pytest.param("${self:custom.long}${self:custom.long}${self:custom.long}", "<?><?><?>", id="long"),
    ],
)
def test_variables(written: str, expected: str, facts: Facts) -> None:
    text = (
        f'{AWS}functions: {{f: {{handler: a.b, environment: {{X: "{written}"}}}}}}\n'
        if not written.startswith(("!", "'"))
        else f"{AWS}functions:\n  f:\n    handler: a.b\n    environment:\n      X: {written}\n"
    )
    text += (
        "params: {default: {domain: example.org}}\n"
        "custom: {n: 3, list: [a, b], map: {x: 1}, via: '${self:custom.map}', loop: '${self:custom.loop}',"
        f" loops: '${{self:custom.loops}} ${{self:custom.loops}}', long: {'x' * 10_000}}}\n"
    )
    files = {
        "serverless.yml": text,
        "more.yml": "key: {inner: deep}\nown: ${self:service}\n",
        "again.yml": "key: ${file(again.yml):key}\n",
    }
    functions = [line for line in facts(files) if line.startswith("f ")]
    assert [line.partition("6s: X=")[2] for line in functions] == [expected]


def test_resources_in_several_files(facts: Facts) -> None:
    files = {
        "serverless.yml": AWS
        + "functions:\n  - ${file(functions.yml)}\n  - g: {handler: g.h, environment: {H: !GetAtt Proxy.Endpoint}}\n"
        "resources:\n  - ${file(db.yml)}\n  - Description: nothing\n"
        "  - Resources: {Proxy: {Type: AWS::RDS::DBProxy, Properties: {EngineFamily: POSTGRESQL}}}\n"
        "custom: {size: 8}\n",
        "functions.yml": "f: {handler: f.h}\n",
        "db.yml": "Parameters: {Min: {Default: 1}}\nResources:\n  Db:\n    Type: AWS::RDS::DBCluster\n"
        "    Properties:\n      Engine: aurora-postgresql\n"
        "      ServerlessV2ScalingConfiguration: {MinCapacity: !Ref Min, MaxCapacity: '${self:custom.size}'}\n",
    }
    assert facts(files) == [
        "f f [] 0..? 6s: ",
        "g g [] 0..? 6s: H=Proxy.Endpoint",
        (
            "aurora-serverless-v2 postgresql Db : 1669|1802 - 3"
            " at Db.Endpoint.Address,Db.ReadEndpoint.Address:5432"
        ),
        "rds-proxy Proxy at Proxy.Endpoint:5432 ->  ()",
    ]


def test_the_application_behind_a_plugin(facts: Facts) -> None:
    text = AWS + "functions: {web: {handler: wsgi_handler.handler}}\ncustom: {wsgi: {app: shop/web.app}}\n"
    assert facts({"serverless.yml": text}) == ["web shop.web [] 0..? 6s: "]


def test_an_environment_from_elsewhere(facts: Facts) -> None:
    text = AWS + "functions: {f: {handler: a.b, environment: '${ssm:/x}'}}\n"
    assert facts({"serverless.yml": text}) == ["f a [] 0..? 6s:  ..."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "provider: aws\nfunctions: {f: {handler: a.b}}", ["f a [] 0..? 6s: "], id="short-provider"
        ),
        pytest.param("provider: {name: google}\nfunctions: {f: {handler: a.b}}", [], id="another-cloud"),
        pytest.param("functions: {f: {handler: a.b}}", [], id="no-provider"),
        pytest.param(AWS + "functions:\n", [], id="no-functions"),
        pytest.param(
            AWS + "functions: ${file(broken.yml)}\n",
            ["skipped broken.yml:1: not valid YAML: did not find expected node content"],
            id="broken-file",
        ),
        pytest.param(
            AWS + "functions: ${file(gone.yml)}\n",
            ["skipped serverless.yml:3: includes gone.yml, which cannot be read"],
            id="file-that-is-not-there",
        ),
        pytest.param(
            "functions: [\n",
            ["skipped serverless.yml:2: not valid YAML: did not find expected node content"],
            id="broken",
        ),
        pytest.param(
            "provider: aws\nfunctions: {f: {handler: a.b, handler: b.c}}",
            [
                "f b [] 0..? 6s: ",
                "skipped serverless.yml:2: the key handler stands again in line 2, and the last one counts",
            ],
            id="twice",
        ),
    ],
)
def test_other_files(text: str, expected: list[str], facts: Facts) -> None:
    found = facts({"serverless.yml": text, "broken.yml": "[,"})
    assert sorted(found) == sorted(expected)


def test_a_tree_that_grows_is_cut(monkeypatch: pytest.MonkeyPatch, facts: Facts) -> None:
    monkeypatch.setattr(variables, "MOST_NODES", 60)
    names = [f"a{number}" for number in range(9)]
    grow = ", ".join(
        f"{name}: ['${{self:custom.{below}}}', '${{self:custom.{below}}} x']"
        for name, below in pairwise(names)
    )
    text = f"{AWS}custom: {{{grow}, a8: end}}\nfunctions: {{f: {{handler: a.b}}}}\n"
    assert facts({"serverless.yml": text}) == ["f a [] 0..? 6s: "]
