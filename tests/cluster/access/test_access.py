"""Who gets the report, as the API server's own tokens and rights have it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from tests.access.gated_app import client_of
from tests.access.reviewing import reviewing
from tests.cluster.access.accounts import READERS, Accounts, accounts_in, an_hour_ago, signed_again
from tests.cluster.control_plane import ControlPlane
from tests.cluster.filling import make_namespaces
from webhook.access.remembering_reviewer import RememberingReviewer
from webhook.access.reviewer import API_SERVER, AUDIENCE, CannotAsk
from webhook.cluster.credentials import Credentials
from webhook.cluster.reviews import Reviews
from webhook.server.access_gate import AccessGate

pytestmark = pytest.mark.anyio

REPORT, READY = "/report", "/ready-for/1.32"


@pytest.fixture
def accounts(every_control_plane: ControlPlane, namespace: str) -> Iterator[Accounts]:
    """``reader`` may see the report, ``stranger`` may not, and ``guard`` may ask who they are."""
    with accounts_in(every_control_plane, namespace) as accounts:
        for name in ("guard", "reader", "stranger"):
            accounts.make(name)
        accounts.grant("reader", READERS)
        accounts.bind("guard", "system:auth-delegator")
        accounts.wait_until_may("reader", "get", REPORT)
        accounts.wait_until_may("guard", "create", "tokenreviews.authentication.k8s.io")
        yield accounts


@asynccontextmanager
async def gate_of(accounts: Accounts, *, api_server_tokens: bool = False) -> AsyncIterator[AccessGate]:
    async with reviewing(Credentials(str(accounts.kubeconfig("guard")))) as reviews:
        yield AccessGate(RememberingReviewer(reviews), api_server_tokens=api_server_tokens)


async def statuses(gate: AccessGate, token: str, *paths: str) -> list[int]:
    """Return how each path is answered: with the token as a bearer's, and the same as a password."""
    async with client_of(gate) as client:
        bearer = [
            (await client.get(path, headers={"Authorization": f"Bearer {token}"})).status_code
            for path in paths or (REPORT, READY)
        ]
        basic = [(await client.get(path, auth=("anybody", token))).status_code for path in paths or (REPORT, READY)]
    assert bearer == basic
    return bearer


async def test_a_token_for_us_whose_account_has_the_right_gets_the_report(accounts: Accounts) -> None:
    async with gate_of(accounts) as gate:
        assert await statuses(gate, accounts.token("reader")) == [200, 200]
        assert await statuses(gate, accounts.token("reader", f"--audience={AUDIENCE}", "--audience=else")) == [200, 200]


async def test_a_token_for_us_whose_account_has_not_the_right_is_forbidden(accounts: Accounts) -> None:
    async with gate_of(accounts) as gate:
        assert await statuses(gate, accounts.token("stranger")) == [403, 403]


async def test_each_path_is_a_right_of_its_own(accounts: Accounts) -> None:
    accounts.make("pipeline")
    accounts.grant("pipeline", READERS | {"nonResourceURLs": ["/ready-for/*"]})
    accounts.wait_until_may("pipeline", "get", READY)
    async with gate_of(accounts) as gate:
        assert await statuses(gate, accounts.token("pipeline")) == [403, 200]


async def test_a_token_for_the_api_server_is_refused_unless_the_option_takes_it(accounts: Accounts) -> None:
    tokens = [accounts.token("reader", "--duration=1h"), accounts.control_plane.admin_token]
    async with gate_of(accounts) as gate:
        assert [await statuses(gate, token) for token in tokens] == [[401, 401]] * 2
    async with gate_of(accounts, api_server_tokens=True) as gate:
        assert [await statuses(gate, token) for token in tokens] == [[200, 200]] * 2
        assert await statuses(gate, accounts.token("reader")) == [200, 200]
        assert await statuses(gate, accounts.token("stranger", "--duration=1h")) == [403, 403]
        assert await statuses(gate, accounts.token("reader", "--audience=else")) == [401, 401]


async def test_a_token_for_somebody_else_is_refused(accounts: Accounts) -> None:
    async with gate_of(accounts) as gate:
        assert await statuses(gate, accounts.token("reader", "--audience=else")) == [401, 401]


async def test_a_token_that_has_expired_is_refused(accounts: Accounts) -> None:
    token = accounts.token("reader")
    async with gate_of(accounts) as gate:
        assert await statuses(gate, signed_again(accounts.control_plane, token)) == [200, 200]
        assert await statuses(gate, signed_again(accounts.control_plane, token, **an_hour_ago())) == [401, 401]


async def test_a_token_that_was_tampered_with_and_garbage_are_refused(accounts: Accounts) -> None:
    head, payload, signature = accounts.token("reader").split(".")
    _, others, _ = accounts.token("stranger").split(".")
    tokens = [f"{head}.{others}.{signature}", f"{head}.{payload}.", f"{head}.{payload}.{signature[:-8]}", "garbage"]
    async with gate_of(accounts) as gate:
        for token in [*tokens, "x" * 8192, "eyJ.eyJ.eyJ"]:
            assert await statuses(gate, token, REPORT) == [401]


async def test_the_token_of_an_account_that_is_gone_is_refused(accounts: Accounts) -> None:
    token = accounts.token("reader")
    accounts.control_plane.kubectl("delete", "serviceaccount", "reader", f"--namespace={accounts.namespace}")
    async with gate_of(accounts) as gate, reviewing(Credentials(str(accounts.control_plane.kubeconfig))) as reviews:
        # Another opinion, so that the gate asks only when the API server itself has forgotten the token.
        while await reviews.authenticate(token, (AUDIENCE,)):  # noqa: ASYNC110 -- nobody tells when that is
            await asyncio.sleep(0.1)
        assert await statuses(gate, token) == [401, 401]


async def test_the_token_of_another_cluster_is_refused(
    both_control_planes: tuple[ControlPlane, ControlPlane],
) -> None:
    """Also where an account of the same name has the right in both."""
    name = "test-two-clusters"
    for one in both_control_planes:
        with one.client() as client:
            make_namespaces(client, [name])
    first, second = both_control_planes
    with accounts_in(first, name) as here, accounts_in(second, name) as there:
        for accounts in (here, there):
            accounts.make("reader")
            accounts.make("guard")
            accounts.grant("reader", READERS)
            accounts.bind("guard", "system:auth-delegator")
            accounts.wait_until_may("reader", "get", REPORT)
            accounts.wait_until_may("guard", "create", "tokenreviews.authentication.k8s.io")
        for accounts, other in ((here, there), (there, here)):
            async with gate_of(accounts, api_server_tokens=True) as gate:
                assert await statuses(gate, accounts.token("reader"), REPORT) == [200]
                assert await statuses(gate, other.token("reader"), REPORT) == [401]
                assert await statuses(gate, other.token("reader", "--duration=1h"), REPORT) == [401]


async def test_the_user_is_told_with_all_that_the_api_server_knows(accounts: Accounts) -> None:
    async with reviewing(Credentials(str(accounts.kubeconfig("guard")))) as reviews:
        user = await reviews.authenticate(accounts.token("reader"), (AUDIENCE,))
        assert user is not None
        assert user.name == f"system:serviceaccount:{accounts.namespace}:reader"
        assert set(user.groups) >= {"system:serviceaccounts", f"system:serviceaccounts:{accounts.namespace}"}
        assert user.uid
        assert await reviews.may(user, "get", REPORT)
        assert not await reviews.may(user, "post", REPORT)
        assert not await reviews.may(user, "get", "/metrics")
        admin = await reviews.authenticate(accounts.control_plane.admin_token, API_SERVER)
        assert admin is not None  # whom nothing but a group lets in
        assert await reviews.may(admin, "get", REPORT)


@pytest.mark.parametrize("lacking", ["tokenreviews.authentication.k8s.io", "subjectaccessreviews.authorization.k8s.io"])
async def test_a_guard_that_may_not_ask_lets_nobody_in_and_says_what_it_lacks(accounts: Accounts, lacking: str) -> None:
    both = {
        "tokenreviews.authentication.k8s.io": {"apiGroups": ["authentication.k8s.io"], "resources": ["tokenreviews"]},
        "subjectaccessreviews.authorization.k8s.io": {
            "apiGroups": ["authorization.k8s.io"],
            "resources": ["subjectaccessreviews"],
        },
    }
    accounts.make("half")
    (granted,) = set(both) - {lacking}
    accounts.grant("half", both[granted] | {"verbs": ["create"]})
    accounts.wait_until_may("half", "create", granted)
    async with reviewing(Credentials(str(accounts.kubeconfig("half")))) as reviews:
        with pytest.raises(CannotAsk, match=f"the guard may not create {lacking}"):
            await _ask_both(reviews, accounts)
        assert await statuses(AccessGate(RememberingReviewer(reviews)), accounts.token("reader")) == [503, 503]


async def test_the_two_rights_to_ask_are_enough_and_the_role_holds_nothing_else(accounts: Accounts) -> None:
    role = accounts.control_plane.kubectl(
        "get", "clusterrole", "system:auth-delegator", "--output=jsonpath={range .rules[*]}{.verbs}{.resources}{end}"
    )
    assert role.stdout == '["create"]["tokenreviews"]["create"]["subjectaccessreviews"]'


async def _ask_both(reviews: Reviews, accounts: Accounts) -> None:
    user = await reviews.authenticate(accounts.token("reader"), (AUDIENCE,))
    assert user is not None
    await reviews.may(user, "get", REPORT)
