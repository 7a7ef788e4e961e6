"""Numbers of many rounds: median, least, greatest; and the CPU time of calls that take turns."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Spread:
    """What one quantity was in each round."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return median(self.rounds)

    def over(self, other: "Spread") -> "Spread":
        """The ratio to another quantity, round by round: what disturbs a round disturbs both."""
        return Spread(tuple(mine / its for mine, its in zip(self.rounds, other.rounds, strict=True)))

    def text(self, digits: int) -> str:
        """The median, and least to greatest."""
        return f"{self.median:,.{digits}f} ({min(self.rounds):,.{digits}f} to {max(self.rounds):,.{digits}f})"


def spread(rounds: Sequence[float]) -> Spread:
    """A spread of these."""
    return Spread(tuple(rounds))


def cpu_of(call: Callable[[], object], calls: int) -> float:
    """CPU µs of this thread a call."""
    began = time.thread_time_ns()
    for _ in range(calls):
        call()
    return (time.thread_time_ns() - began) / calls / 1000


def in_turns(
    subjects: Mapping[str, Mapping[str, Callable[[], object]]], rounds: int, calls: int
) -> dict[str, dict[str, Spread]]:
    """CPU µs a call, by subject and contender."""
    taken: dict[str, dict[str, list[float]]] = {name: {each: [] for each in group} for name, group in subjects.items()}
    for number in range(rounds + 1):
        for name, group in subjects.items():
            for contender, call in group.items():
                took = cpu_of(call, calls)
                if number:  # the first round warms up
                    taken[name][contender].append(took)
    return {name: {each: spread(times) for each, times in group.items()} for name, group in taken.items()}
