"""RDS, Aurora and RDS Proxy in CloudFormation."""

# ruff: noqa: E501 - an expected line is easier to read whole

from collections.abc import Callable, Mapping
from textwrap import indent

import pytest

Facts = Callable[[Mapping[str, str]], list[str]]


def resources(text: str) -> dict[str, str]:
    return {"db.yaml": "Resources:\n" + indent(text.strip("\n"), "  ") + "\n"}


def instance(properties: str, more: str = "") -> dict[str, str]:
    return resources(f"Db:\n  Type: AWS::RDS::DBInstance\n  Properties: {{{properties}}}\n{more}")


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        pytest.param(
            "Engine: postgres, EngineVersion: '16.3', DBInstanceClass: db.t3.micro",
            "rds postgresql Db 16.3: 98|112 - 3 at Db.Endpoint.Address:5432",
            id="postgres",
        ),
        pytest.param(
            "Engine: MySQL, DBInstanceClass: db.t3.micro, Port: 3310",
            "rds mysql Db : 74|85 - 0 at Db.Endpoint.Address:3310",
            id="mysql",
        ),
        pytest.param(
            "Engine: mariadb, DBInstanceClass: db.t3.micro",
            "rds-mariadb mysql Db : 36|42 - 0 at Db.Endpoint.Address:3306",
            id="mariadb",
        ),
        pytest.param(
            "Engine: postgres", "rds postgresql Db : ? - 3 at Db.Endpoint.Address:5432", id="no-class"
        ),
        pytest.param(
            "Engine: postgres, EngineVersion: latest, DBInstanceClass: db.no.such",
            "rds postgresql Db : ? - 3 at Db.Endpoint.Address:5432",
            id="a-class-that-is-not-known",
        ),
        pytest.param(
            "Engine: postgres, DBInstanceClass: !Ref Class",
            "rds postgresql Db : ? - 3 at Db.Endpoint.Address:5432",
            id="a-class-from-elsewhere",
        ),
        pytest.param(
            "Engine: postgres, DBParameterGroupName: !Ref Group",
            "rds postgresql Db : 300 - 3 at Db.Endpoint.Address:5432",
            id="parameter-group",
        ),
        pytest.param(
            "Engine: mysql, DBParameterGroupName: !Ref Other, DBInstanceClass: db.t3.micro",
            "rds mysql Db : 74|85 - 0 at Db.Endpoint.Address:3306",
            id="a-group-that-does-not-set-it",
        ),
        pytest.param(
            "Engine: postgres, DBParameterGroupName: custom, DBInstanceClass: db.t3.micro",
            "rds postgresql Db : ? - 3 at Db.Endpoint.Address:5432",
            id="a-group-that-is-not-there",
        ),
        pytest.param(
            "Engine: postgres, DBParameterGroupName: default.postgres16, DBInstanceClass: db.t3.micro",
            "rds postgresql Db : 98|112 - 3 at Db.Endpoint.Address:5432",
            id="the-default-group",
        ),
    ],
)
def test_an_instance(properties: str, expected: str, facts: Facts) -> None:
    groups = """\
Group: {Type: AWS::RDS::DBParameterGroup, Properties: {Parameters: {max_connections: "300"}}}
Other: {Type: AWS::RDS::DBParameterGroup, Properties: {Parameters: {wait_timeout: 600}}}
"""
    assert facts(instance(properties, groups)) == [expected]


@pytest.mark.parametrize(
    "properties",
    [
        pytest.param("Engine: oracle-ee", id="oracle"),
        pytest.param("DBInstanceClass: db.t3.micro", id="no-engine"),
        pytest.param("Engine: aurora-mysql, DBClusterIdentifier: shop", id="a-member-of-a-cluster"),
    ],
)
def test_what_is_no_database_of_ours(properties: str, facts: Facts) -> None:
    assert facts(instance(properties)) == []


def test_a_class_by_a_parameter_is_likely(facts: Facts) -> None:
    files = instance("Engine: postgres, DBInstanceClass: !Ref Class")
    files["db.yaml"] += "Parameters: {Class: {Type: String, Default: db.t3.micro}}\n"
    assert facts(files) == ["rds postgresql Db : $Class=98|112 - 3 at Db.Endpoint.Address:5432"]


CLUSTER = "Db: {Type: AWS::RDS::DBCluster, Properties: {Engine: aurora-postgresql, %s}}\n"
MEMBER = "%s: {Type: AWS::RDS::DBInstance, Properties: {Engine: aurora-postgresql, DBClusterIdentifier: !Ref Db, DBInstanceClass: %s}}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            CLUSTER % "ServerlessV2ScalingConfiguration: {MinCapacity: 0.5, MaxCapacity: 16}",
            "aurora-serverless-v2 postgresql Db : 2000 - 3 at Db.Endpoint.Address,Db.ReadEndpoint.Address:5432",
            id="serverless",
        ),
        pytest.param(
            CLUSTER % "ServerlessV2ScalingConfiguration: {MinCapacity: 2}",
            "aurora-serverless-v2 postgresql Db : ? - 3 at Db.Endpoint.Address,Db.ReadEndpoint.Address:5432",
            id="serverless-without-a-maximum",
        ),
        pytest.param(
            CLUSTER % "ServerlessV2ScalingConfiguration: {MinCapacity: 4, MaxCapacity: 16}",
            "aurora-serverless-v2 postgresql Db : 3360|3604 - 3 at Db.Endpoint.Address,Db.ReadEndpoint.Address:5432",
            id="serverless-with-a-larger-minimum",
        ),
        pytest.param(
            CLUSTER % "Port: 5433" + MEMBER % ("One", "db.r6g.large"),
            "aurora postgresql Db : 1722|1802 - 3"
            " at Db.Endpoint.Address,Db.ReadEndpoint.Address,One.Endpoint.Address:5433",
            id="one-instance",
        ),
        pytest.param(
            CLUSTER % "Port: 5433" + MEMBER % ("One", "db.r6g.large") + MEMBER % ("Two", "db.r6g.large"),
            "aurora postgresql Db : 1722|1802 - 3 at Db.Endpoint.Address:5433",
            id="readers-are-other-servers",
        ),
        pytest.param(
            CLUSTER % "DBClusterParameterGroupName: !Ref Group"
            + "Group: {Type: AWS::RDS::DBClusterParameterGroup, Properties: {Parameters: {max_connections: 77}}}\n",
            "aurora postgresql Db : 77 - 3 at Db.Endpoint.Address,Db.ReadEndpoint.Address:5432",
            id="parameter-group",
        ),
    ],
)
def test_a_cluster(text: str, expected: str, facts: Facts) -> None:
    assert facts(resources(text)) == [expected]


def test_a_proxy_and_its_target(facts: Facts) -> None:
    text = """\
Proxy:
  Type: AWS::RDS::DBProxy
  Properties: {DBProxyName: shop, EngineFamily: POSTGRESQL, IdleClientTimeout: 900}
Reader: {Type: AWS::RDS::DBProxyEndpoint, Properties: {DBProxyName: !Ref Proxy}}
Target:
  Type: AWS::RDS::DBProxyTargetGroup
  Properties:
    DBProxyName: shop
    DBInstanceIdentifiers: [!Ref Db]
    ConnectionPoolConfigurationInfo: {MaxConnectionsPercent: 80, ConnectionBorrowTimeout: 30}
Stray: {Type: AWS::RDS::DBProxyTargetGroup, Properties: {DBProxyName: other}}
Db: {Type: AWS::RDS::DBInstance, Properties: {Engine: postgres, DBInstanceClass: db.t3.micro, Port: 5433}}
"""
    assert facts(resources(text)) == [
        "rds postgresql Db : 98|112 - 3 at Db.Endpoint.Address:5433",
        (
            "rds-proxy Proxy at Proxy.Endpoint,Reader.Endpoint:5432 -> Db.Endpoint.Address:5433"
            " (max_connections_percent=80 query_wait_timeout=30 client_idle_timeout=900)"
        ),
    ]


def test_a_proxy_of_a_database_elsewhere(facts: Facts) -> None:
    text = """\
Proxy: {Type: AWS::RDS::DBProxy, Properties: {EngineFamily: MYSQL}}
Target:
  Type: AWS::RDS::DBProxyTargetGroup
  Properties: {DBProxyName: !Ref Proxy, DBClusterIdentifiers: [!Ref Id], ConnectionPoolConfigurationInfo: {MaxConnectionsPercent: }}
"""
    assert facts(resources(text)) == ["rds-proxy Proxy at Proxy.Endpoint:3306 -> ?:? ()"]
