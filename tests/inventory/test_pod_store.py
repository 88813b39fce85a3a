"""The indexed store: it says what a plain dictionary of pods would say, at another price."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import Json, facts_of_json, policy, running
from tests.strategies import pods
from webhook.inventory.inventory import in_order
from webhook.inventory.pod_item import Identity
from webhook.inventory.pod_store import PodStore
from webhook.policy.exemptions import Exemption
from webhook.policy.pod_facts import PodFacts

NAMES = st.tuples(st.sampled_from(["team-a", "team-b"]), st.sampled_from("abc"))
STEPS = st.lists(
    st.tuples(st.just("put"), pods) | st.tuples(st.sampled_from(["discard", "unbound", "unreadable"]), NAMES),
    max_size=30,
)


def kept(one: Json) -> PodFacts:
    facts = facts_of_json(one)
    assert facts is not None
    return facts


def store(*listed: Json) -> PodStore:
    return PodStore(policy().standing_of, map(kept, listed))


def uid_of(namespace: str, name: str) -> str:
    return f"uid-of-{namespace}-{name}"


@given(STEPS)
def test_after_any_changes_it_holds_what_a_dictionary_would_hold(steps: list[tuple[str, object]]) -> None:
    indexed, plain = store(), dict[str, PodFacts]()
    for step, about in steps:
        if isinstance(about, dict):
            if facts := facts_of_json(about):
                indexed.put(facts)
                plain[facts.uid] = facts
            continue
        assert isinstance(about, tuple)
        uid = uid_of(*about)
        plain.pop(uid, None)
        match step:
            case "discard":
                indexed.discard(uid)
            case "unbound":
                indexed.put_unbound(uid)
            case _:
                indexed.put_unreadable(Identity(uid, *about), "is odd")
    assert tuple(indexed.pods()) == in_order(plain.values())
    assert len(indexed) == len(plain)
    by_standing = Counter(map(policy().standing_of, plain.values()))
    assert {standing: len(alike) for standing, alike in indexed.standings.items()} == by_standing
    for facts in plain.values():
        assert indexed.find(uid=facts.uid, namespace="", name="") == facts
        assert indexed.find(uid="", namespace=facts.namespace, name=facts.name) == facts


def test_a_pod_is_in_one_place_at_a_time() -> None:
    known = store(running("a", "1.0.0"))
    uid = uid_of("team-a", "a")
    known.put_unbound(uid)
    assert (len(known), known.is_unbound(uid)) == (0, True)
    known.put_unreadable(Identity(uid, "team-a", "a"), "is odd")
    assert (known.is_unbound(uid), [found.place for found in known.unreadable()]) == (False, ["pod team-a/a"])
    known.put(kept(running("a", "1.1.0")))
    assert (len(known), list(known.unreadable())) == (1, [])


def test_a_uid_that_nobody_knows_is_not_found_by_a_name_that_somebody_has() -> None:
    known = store(running("a", "1.0.0"))
    assert known.find(uid="a-newer-pod", namespace="team-a", name="a") is None
    assert known.find(uid="", namespace="team-a", name="b") is None


def test_a_pod_without_a_uid_is_known_by_its_name() -> None:
    bare = running("a", "1.0.0")
    del bare["metadata"]["uid"]
    known = store(bare, running("b"))
    assert known.find(uid="", namespace="team-a", name="a") == kept(bare)
    known.discard_identity(Identity("", "team-a", "a"))
    assert [one.name for one in known.pods()] == ["b"]


def test_the_revision_moves_with_what_a_report_says_and_with_nothing_else() -> None:
    known = store(running("a", "1.0.0"))
    before = known.revision
    known.put(kept(running("a", "1.0.0")))
    known.put_unbound("an ordinary new pod")
    known.discard("nobody")
    assert known.revision == before
    known.discard(uid_of("team-a", "a"))
    assert known.revision > before


def test_versions_that_the_matrix_does_not_know_are_one_standing_however_many_there_are() -> None:
    known = store(*(running(f"p{number}", f"9.{number}.0") for number in range(50)))
    assert [len(alike) for alike in known.standings.values()] == [50]
    known.put_unreadable(Identity(), "is no object")
    assert next(known.unreadable()).place == "a pod without a readable name"


def test_pods_that_an_exemption_takes_out_of_readiness_stand_apart() -> None:
    named = Exemption(reason="batch", namespaces=frozenset({"batch"}), pod_labels={}, counts_as_ready=True)
    chosen = policy(exemptions=(named,))
    listed = [kept(running("a", "1.0.0", namespace=namespace)) for namespace in ("batch", "shop", "web")]
    assert sorted(len(alike) for alike in PodStore(chosen.standing_of, listed).standings.values()) == [1, 2]
    assert len(PodStore(policy().standing_of, listed).standings) == 1
