"""How long a busy API server is left alone."""

import asyncio
import random

from tests.recreation.virtual_time import run
from webhook.recreation.throttle import Throttle


def test_it_is_left_alone_for_as_long_as_it_asks() -> None:
    async def main() -> None:
        throttle = Throttle(random.Random(1))
        throttle.slow_down(45)
        assert throttle.left() == 45

    run(main())


def test_several_who_are_refused_together_are_refused_once() -> None:
    async def main() -> None:
        throttle = Throttle(random.Random(1))
        for _ in range(50):
            throttle.slow_down(0)
        assert 1 <= throttle.left() <= 2

    run(main())


def test_it_is_left_alone_for_longer_each_time_that_it_asks_again_until_it_answers() -> None:
    async def longest(throttle: Throttle) -> float:
        pauses = []
        for _ in range(12):
            throttle.slow_down(0)
            pauses.append(throttle.left())
            await asyncio.sleep(throttle.left())
        return max(pauses)

    async def main() -> None:
        throttle = Throttle(random.Random(1))
        assert 10 < await longest(throttle) <= 30
        throttle.answered()
        throttle.slow_down(0)
        assert throttle.left() <= 2

    run(main())
