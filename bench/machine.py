"""How fast the machine is that measures: milliseconds of two days compare only beside it."""

import os
import statistics
import time
from concurrent.futures import ProcessPoolExecutor

LOOPS = 41
SQUARES = 100_000

Facts = dict[str, int | float | str]


def machine_facts() -> Facts:
    """How many processors, and how long a fixed loop takes on one of them and on all at once."""
    processors = os.cpu_count() or 1
    with ProcessPoolExecutor(processors) as pool:
        one_at_a_time = pool.submit(loop_ms).result()
        everywhere = [pool.submit(loop_ms) for _ in range(processors)]
        all_at_once = statistics.median(one.result() for one in everywhere)
    return {
        "processors": processors,
        f"a loop of {SQUARES:,} squares alone, ms": round(one_at_a_time, 1),
        "the same on all processors at once, ms": round(all_at_once, 1),
    }


def loop_ms() -> float:
    """The median time of a loop that does nothing but reckon, in milliseconds."""
    took = []
    for _ in range(LOOPS):
        began = time.perf_counter()
        sum(number * number for number in range(SQUARES))
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1_000
