import pytest

from poollint.catalogue.vendors import fact, idle_timeout


@pytest.mark.parametrize(
    ("hop", "seconds", "how"),
    [
        ("rds-proxy", 1800, "fin"),
        ("aws-nlb", 350, "rst"),
        ("aws-nat", 350, "rst"),
        ("azure-lb", 240, "silent"),
        ("azure-nat", 240, "unknown"),
        ("gcp-conntrack", 600, "silent"),
        ("gcp-cloud-nat", 1200, "unknown"),
        ("envoy", 3600, "fin"),
        ("mysql", 28800, "fin"),
        ("neon-autosuspend", 300, "unknown"),
        ("postgresql", 0, "fin"),
    ],
)
def test_idle_limits_of_hops(hop: str, seconds: int, how: str) -> None:
    limit = idle_timeout(hop)
    assert (limit.value, limit.how, limit.unit) == (seconds, how, "s")


def test_an_unsourced_hop_is_not_listed() -> None:
    for hop in ("azure-postgresql", "cloud-sql", "rds"):
        with pytest.raises(KeyError):
            idle_timeout(hop)


def test_single_facts() -> None:
    assert fact("rds-iam-token-lifetime").value == 900
    assert fact("linux-silent-drop").value == 938
