"""What a printed number can stand for: rounded or truncated, and whether any whole number of dossiers gives it."""

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

Reading = Literal["rounded", "truncated"]


@dataclass(frozen=True)
class Printed:
    """A decimal as it is printed: its digits matter, 148.50 is finer than 148.5."""

    text: str

    @cached_property
    def value(self) -> Fraction:
        return Fraction(self.text)

    @cached_property
    def decimals(self) -> int:
        return len(self.text.partition(".")[2])

    @cached_property
    def step(self) -> Fraction:
        """One unit of the last digit."""
        return Fraction(1, 10**self.decimals)

    @cached_property
    def low(self) -> Fraction:
        """The least number that rounds, or is cut off, to this."""
        return self.value - (self.step if self.value <= 0 else self.step / 2)

    @cached_property
    def high(self) -> Fraction:
        """What every number that rounds, or is cut off, to this lies below or at."""
        return self.value + (self.step / 2 if self.value < 0 else self.step)

    def reading(self, exact: Fraction) -> Reading | None:
        """How `exact` becomes what is printed; None when it does not. Halves may be rounded either way."""
        if abs(exact - self.value) <= self.step / 2:
            return "rounded"
        cut = Fraction(math.trunc(exact / self.step)) * self.step
        return "truncated" if cut == self.value else None

    def rounded(self, exact: Fraction) -> Fraction:
        """`exact` to as many digits as this has, halves away from zero."""
        sign = -1 if exact < 0 else 1
        return sign * Fraction(math.floor(abs(exact) / self.step + Fraction(1, 2))) * self.step

    def counts(self, of: int) -> range:
        """The whole numbers k for which k / `of` as a percentage is printed like this; an empty range means that no
        number of dossiers can give it: the GRIM test (Brown and Heathers 2017), cutting off allowed for."""
        first = max(0, math.ceil(self.low * of / 100))
        last = math.floor(self.high * of / 100)
        # A number that cutting off would just turn into the next digit belongs to that one.
        if last >= first and self.reading(Fraction(100 * last, of)) is None:
            last -= 1
        return range(first, last + 1)

    def nearest(self, of: int) -> tuple[Fraction, Fraction]:
        """The percentages, just below and just above this, that whole numbers of `of` dossiers do give."""
        below = math.floor(self.value * of / 100)
        return Fraction(100 * below, of), Fraction(100 * (below + 1), of)
