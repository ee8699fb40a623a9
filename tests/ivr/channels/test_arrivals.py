"""Messages that come twice or late are told from those that come in order."""

import doctest

from hypothesis import given
from hypothesis import strategies as st

from ivr.channels import arrivals
from ivr.channels.arrivals import WINDOW, Arrivals, Order

NUMBERS = st.one_of(st.integers(0, 3 * WINDOW), st.integers(0, 10**15 - 1))


def orders(*numbers: int) -> list[Order]:
    found, so_far = [], Arrivals()
    for number in numbers:
        order, so_far = so_far.take(number)
        found.append(order)
    return found


def test_one_after_the_other():
    assert orders(1, 2, 3) == [Order.NEXT] * 3


def test_some_engines_begin_with_nothing_and_a_stream_may_be_joined_late():
    assert orders(0, 1) == [Order.NEXT] * 2
    assert orders(41, 42) == [Order.NEXT] * 2


def test_what_was_skipped_may_come_late_but_once():
    assert orders(1, 2, 5, 3, 3, 4, 6) == [
        Order.NEXT, Order.NEXT, Order.AHEAD, Order.LATE, Order.REPEATED, Order.LATE, Order.NEXT
    ]  # fmt: skip


def test_what_came_before_the_first_is_late():
    assert orders(5, 4, 4) == [Order.NEXT, Order.LATE, Order.REPEATED]


def test_the_same_again_is_repeated():
    assert orders(1, 1, 2, 1, 2) == [Order.NEXT, Order.REPEATED, Order.NEXT, Order.REPEATED, Order.REPEATED]


def test_the_window_has_an_end():
    newest = 1 + WINDOW
    assert orders(0, newest, 2, 1) == [Order.NEXT, Order.AHEAD, Order.LATE, Order.REPEATED]


def test_a_leap_of_a_strangers_number_costs_no_memory():
    _, so_far = Arrivals().take(1)
    order, so_far = so_far.take(10**15)
    assert order is Order.AHEAD
    assert so_far == Arrivals(10**15, 1)
    assert so_far.take(1) == (Order.REPEATED, so_far)


@given(st.lists(NUMBERS, max_size=200))
def test_the_same_as_remembering_every_number(numbers: list[int]):
    seen: set[int] = set()
    so_far = Arrivals()
    for number in numbers:
        greatest = max(seen, default=number - 1)
        if number > greatest:
            expected = Order.NEXT if number == greatest + 1 else Order.AHEAD
        else:
            known = number in seen or greatest - number >= WINDOW
            expected = Order.REPEATED if known else Order.LATE
        order, so_far = so_far.take(number)
        seen.add(number)
        assert order is expected
        assert so_far.seen < 1 << WINDOW


def test_examples_are_true():
    failed, attempted = doctest.testmod(arrivals)
    assert (failed, attempted > 0) == (0, True)
