"""What is shown while files change, and where there are none."""

import asyncio
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from certs.names import LOOPBACK
from certs.pair import Pair
from certs.self_signing import SelfSigning
from certs.watched_files import WatchedFiles
from tests.certs.forging import forge
from tests.cli.serve_tls.serving import DAY, NOW, ONE, TWO, options, written
from tests.server.test_tls import der, listening, shown
from webhook.cli.tls_options import local_source
from webhook.server.tls import ServedTls


@pytest.mark.usefixtures("account")
def test_a_pair_that_changes_is_shown_without_a_restart_and_a_bad_one_never(tmp_path: Path) -> None:
    served = ServedTls()
    source = local_source(options(*written(tmp_path, ONE)), served)
    assert isinstance(source, WatchedFiles)
    with listening(served) as port:
        assert shown(port) == der(ONE)
        written(tmp_path, Pair(TWO.certificate, ONE.key))
        asyncio.run(source.look())
        assert shown(port) == der(ONE)
        assert "the key is another than the certificate's" in source.state.problem
        written(tmp_path, TWO)
        asyncio.run(source.look())
        assert shown(port) == der(TWO)
        assert source.state.problem == ""


@pytest.mark.usefixtures("account")
def test_a_pair_that_tls_refuses_is_a_problem_for_as_long_as_it_is_in_the_files(tmp_path: Path) -> None:
    served = ServedTls()
    source = local_source(options(*written(tmp_path, ONE)), served)
    assert isinstance(source, WatchedFiles)
    weak = rsa.generate_private_key(65537, 1024)  # noqa: S505 -- that is why it is refused
    written(tmp_path, forge(weak, begins=NOW - DAY, ends=NOW + DAY))
    for _ in range(2):
        asyncio.run(source.look())
        assert "EE_KEY_TOO_SMALL" in source.state.problem
    with listening(served) as port:
        assert shown(port) == der(ONE)


@pytest.mark.usefixtures("account")
def test_self_signed_is_for_the_loopback_and_for_the_address_that_is_listened_on() -> None:
    served = ServedTls()
    source = local_source(options("--host", "192.0.2.7"), served)
    assert isinstance(source, SelfSigning)
    with listening(served) as port:
        certificate = x509.load_der_x509_certificate(shown(port))
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(name.value) for name in names} == {*LOOPBACK, "192.0.2.7"}


@pytest.mark.usefixtures("account")
def test_what_the_cluster_keeps_comes_from_no_file_and_shows_nothing_yet() -> None:
    served = ServedTls()
    assert local_source(options("--tls", "self"), served) is None
    assert served.validity is None
