"""Numbers of many rounds: median, least, greatest."""

from collections.abc import Sequence
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
