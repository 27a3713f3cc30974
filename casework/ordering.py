"""Who has a plan carried out by a service, and who had that stopped: the orders of a case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from casework import names, reading
from casework.errors import NotAllowed
from casework.journal import Event, Journal
from casework.record import Does, Order, Plan

_EVENTS: Final[dict[Does, Event]] = {"start": "started", "stop": "stopped"}


def all_orders(journal: Journal) -> list[Order]:
    """What was ordered of the plans of a case, in the order in which it was."""
    return [reading.order_of(one.value) for one in journal.records("order")]


def orders(journal: Journal, plan_id: str) -> list[Order]:
    """What was ordered of one plan."""
    return [one for one in all_orders(journal) if one.plan_id == plan_id]


def latest(some: Iterable[Order], at: str | None = None) -> Order | None:
    """What holds of orders of one plan, now or at a moment."""
    held = [one for one in some if at is None or one.at <= at]
    return held[-1] if held else None


def carried_out(journal: Journal) -> list[Plan]:
    """The plans that were started last, and not stopped."""
    last = {one.plan_id: one for one in all_orders(journal)}
    plans = (reading.plan_of(one.value) for one in journal.records("plan"))
    return [one for one in plans if one.plan_id in last and last[one.plan_id].does == "start"]


def start(journal: Journal, by: str, plan_id: str, together: bool) -> Order:
    """Have a plan carried out from now on; `together` with other samples of its site."""
    return _record(journal, by, "start", plan_id, together, None)


def stop(journal: Journal, by: str, plan_id: str, reason: str) -> Order:
    """Have it carried out no longer. Raises NotAllowed where it is not being carried out."""
    last = latest(orders(journal, plan_id))
    if last is None or last.does == "stop":
        raise NotAllowed(f"the plan {plan_id} is not being carried out")
    return _record(journal, by, "stop", plan_id, last.together, names.reason(reason))


def _record(
    journal: Journal, by: str, does: Does, plan_id: str, together: bool, reason: str | None
) -> Order:
    name, who = journal.new_name("O", "order"), names.actor(by)
    made = Order(name, plan_id, does, who, journal.now(), together, reason)
    facts = {"plan": plan_id, "together": together, "reason": reason}
    journal.append(_EVENTS[does], by, facts, ("order", name, made.as_dict()))
    return made
