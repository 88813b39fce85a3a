"""The names by which a guard is called."""

import pytest

from certs.names import is_service_name, service_names


def test_a_service_is_called_by_its_short_name_and_looked_up_by_its_whole_one() -> None:
    assert service_names("guard", "system") == ("guard.system.svc", "guard.system.svc.cluster.local")
    assert service_names("guard", "system", "example.org")[1] == "guard.system.svc.example.org"


@pytest.mark.parametrize("name", ["guard.system.svc", "guard.system.svc.cluster.local"])
def test_both_are_a_services(name: str) -> None:
    assert is_service_name(name)


@pytest.mark.parametrize("name", ["localhost", "example.com", "guard.svcs", "svc"])
def test_others_are_not(name: str) -> None:
    assert not is_service_name(name)
