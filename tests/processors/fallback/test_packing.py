from hypothesis import given
from hypothesis import strategies as st

from processors.fallback.packing import Packing
from processors.fallback.plan import NEVER, Phase, Plan, key_of, sid_of
from tests.processors.fallback.world import START, sid

sids = st.one_of(
    st.text(max_size=40),
    st.builds(sid, st.sampled_from(["VE", "SM", "VL"]), st.integers(0, 1 << 120)),
    st.builds(lambda n: sid("ve", n).upper(), st.integers(0, 1 << 120)),
)
times = st.integers(START - 1_000, START + 90_000_000)
plans = st.builds(
    Plan,
    account_sid=sids,
    verification_sid=sids,
    base=times,
    heard_at=times,
    until=times,
    due_at=times | st.just(NEVER),
    phase=st.sampled_from(Phase),
    dispatched_at=times | st.just(0),
    reference=sids,
    opted_out=st.lists(st.sampled_from(["sms", "whatsapp"]), max_size=2).map(tuple),
)


@given(sids)
def test_a_key_says_whose_it_is(name: str) -> None:
    assert sid_of(key_of(name)) == name


@given(st.lists(plans, max_size=5))
def test_what_was_packed_is_unpacked(many: list[Plan]) -> None:
    packing = Packing()
    packed = [(key_of(plan.sid), packing.pack(plan)) for plan in many]
    assert [packing.unpack(key, data) for key, data in packed] == many
