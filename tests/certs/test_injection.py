"""The bundle in the webhook configuration: what is known of it after it was read, written, or could not be."""

import pytest
from cryptography import x509

from certs.authority import make_authority
from certs.bundle import written_bundle
from certs.injection import Injection
from certs.reading import read_authority
from certs.stores import StoreFailed
from tests.certs.fakes import NAMES, NOW, FakeCluster, FakeConfiguration

pytestmark = pytest.mark.anyio
OURS, OTHER = (read_authority(make_authority(NAMES, NOW)).certificate for _ in range(2))


def injection(cluster: FakeCluster) -> Injection:
    return Injection(FakeConfiguration(cluster), lambda *_, **__: None, lambda: 0.0)


def put(cluster: FakeCluster, *authorities: x509.Certificate) -> None:
    cluster.put_entries(dict.fromkeys(cluster.entries or (), written_bundle(authorities)))


async def test_who_is_trusted_is_known_as_it_was_read_and_then_as_it_was_written() -> None:
    cluster = FakeCluster()
    put(cluster, OTHER)
    one = injection(cluster)
    assert set((await one.look()).ages) == {OTHER}
    assert (one.is_trusted(OTHER), one.is_trusted(OURS)) == (True, False)
    await one.inject(written_bundle([OURS]))
    assert (one.is_trusted(OTHER), one.is_trusted(OURS)) == (False, True)
    assert cluster.trusted() == {OURS}


async def test_where_there_is_no_configuration_nobody_misses_an_authority() -> None:
    cluster = FakeCluster()
    cluster.put_entries(None)
    one = injection(cluster)
    assert (await one.look()).nobody_calls
    assert one.is_trusted(OURS)


async def test_each_failure_is_counted_and_what_is_done_is_not_done_again() -> None:
    cluster = FakeCluster()
    one = injection(cluster)
    await one.look()
    cluster.refuses = {"inject bundle"}
    for failures in (1, 2):
        with pytest.raises(StoreFailed):
            await one.inject(written_bundle([OURS]))
        assert one.failures == failures
    cluster.refuses = set()
    for _ in range(2):
        await one.inject(written_bundle([OURS]))
    assert (one.failures, cluster.writes["configuration"]) == (2, 1)
