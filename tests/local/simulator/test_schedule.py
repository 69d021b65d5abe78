"""Posts come late, out of order, some twice, and the run ends."""

from collections import Counter
from itertools import pairwise

from local.simulator.batches import batches
from local.simulator.schedule import Post, schedule
from local.simulator.seeds import seeded
from local.simulator.traffic import Plan, stories
from tests.local.simulator.conftest import START, MakePlan


def _posts(plan: Plan) -> list[Post]:
    return list(schedule(stories(plan), plan.timing, seeded(plan.seed, "posts")))


def test_posts_are_in_order_of_their_due_times_and_after_their_events(make_plan: MakePlan) -> None:
    posts = _posts(make_plan())

    assert all(earlier.due <= later.due for earlier, later in pairwise(posts))
    assert all(post.due > post.event.time for post in posts)


def test_about_4_percent_of_the_posts_repeat_the_same_bytes(make_plan: MakePlan) -> None:
    posts = _posts(make_plan())
    counts = Counter(post.event.id for post in posts)

    repeated = sum(count > 1 for count in counts.values())
    assert max(counts.values()) == 2
    assert 0.03 < repeated / len(counts) < 0.05
    assert len({(post.event.id, post.event.element) for post in posts}) == len(counts)


def test_some_events_overtake_earlier_events_of_their_message(make_plan: MakePlan) -> None:
    last = dict[str, int]()
    overtaken = 0
    for post in _posts(make_plan()):
        overtaken += last.get(post.event.subject_sid, 0) > post.event.time
        last[post.event.subject_sid] = max(post.event.time, last.get(post.event.subject_sid, 0))

    assert overtaken > 50


def test_nothing_is_posted_after_the_tail(make_plan: MakePlan) -> None:
    plan = make_plan()
    last_start = START + int((plan.messages - 1) * 1_000 / plan.rate)

    assert _posts(plan)[-1].due <= last_start + plan.timing.tail_ms


def test_batches_hold_every_post_once_and_some_hold_more_than_50(make_plan: MakePlan) -> None:
    plan = make_plan(messages=20_000)
    fast = Plan(
        seed=plan.seed,
        messages=plan.messages,
        rate=5_000.0,
        scenario=plan.scenario,
        start=plan.start,
    )
    posts = _posts(fast)
    bodies = list(batches(posts, seeded(1)))

    assert [post for batch in bodies for post in batch.posts] == posts
    sizes = [len(batch.posts) for batch in bodies]
    assert min(sizes) == 1
    assert 50 < max(sizes) <= 80


def test_little_traffic_does_not_wait_for_company(make_plan: MakePlan) -> None:
    for batch in batches(_posts(make_plan(messages=300)), seeded(1)):
        assert batch.due - batch.posts[0].due <= 200
