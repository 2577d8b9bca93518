"""What a consumer works out from a bundle: three-valued conditions, working days, due dates."""

from datetime import date, timedelta


def holds(condition, facts):
    """Kleene's three values: True, False, or None when the known facts do not decide."""
    if condition is None:
        return True
    if "all" in condition:
        values = [holds(part, facts) for part in condition["all"]]
        return False if False in values else None if None in values else True
    if "any" in condition:
        values = [holds(part, facts) for part in condition["any"]]
        return True if True in values else None if None in values else False
    if "not" in condition:
        value = holds(condition["not"], facts)
        return None if value is None else not value
    return _compare(condition, facts.get(condition["fact"]))


def _compare(comparison, value):
    if value is None:
        return None
    operator, values = comparison["operator"], comparison["values"]
    if operator in ("equal", "in"):
        return value in values
    if operator == "not-equal":
        return value not in values
    left, right = _ordered(value, values[0])
    return {
        "greater": left > right, "at-least": left >= right, "less": left < right, "at-most": left <= right,
    }[operator]


def _ordered(left, right):
    """As numbers when both are; dates in ISO form order as text."""
    try:
        return float(left), float(right)
    except ValueError:
        return left, right


def unknown_facts(condition, facts):
    """Names of the facts that a condition asks for and nobody has given."""
    if condition is None:
        return set()
    if "fact" in condition:
        return set() if condition["fact"] in facts else {condition["fact"]}
    inner = condition.get("all") or condition.get("any") or [condition["not"]]
    return set().union(*(unknown_facts(part, facts) for part in inner))


class Calendar:
    """Working days as calendar.json arranges them."""

    def __init__(self, file):
        self.years = {year["year"] for year in file.get("years", [])}
        self.off, self.worked = set(), set()
        for year in file.get("years", []):
            for holiday in year["holidays"]:
                day, last = date.fromisoformat(holiday["from"]), date.fromisoformat(holiday["to"])
                while day <= last:
                    self.off.add(day)
                    day += timedelta(days=1)
            self.worked |= {date.fromisoformat(day) for day in year.get("make_up_days", [])}

    def is_workday(self, day):
        return day in self.worked or (day.weekday() < 5 and day not in self.off)

    def add(self, start, count):
        """The count-th working day after start, before it when negative; start itself never counts."""
        step = timedelta(days=1 if count >= 0 else -1)
        day, left = start, abs(count)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def knows(self, first, last):
        """Whether the arrangement of every year between two days is known."""
        first, last = min(first, last), max(first, last)
        return all(year in self.years for year in range(first.year, last.year + 1))


class Deadlines:
    """Due dates of clauses, for one case opened on a day, at one level."""

    def __init__(self, bundle, calendar, level, opened, events=None, done=None):
        self.bundle, self.calendar, self.level, self.opened = bundle, calendar, level, opened
        self.events, self.done = events or {}, done or {}

    def due(self, clause, within=()):
        """The deadline of a clause; None when it has none.

        `text` is what the manual says, a parameter replaced by its value here; `date` the last day, or `why`
        there is none; `from_opening` says that it counts from when the item is opened, for which the day of
        the case is taken; `calendar_known` is False when it runs into a year without a known arrangement.
        """
        due = clause.get("due")
        if due is None:
            return None
        answer = {"text": self._text(due)}
        if due["from"] == "opened":
            answer["from_opening"] = True
        start, why = self._start(due["from"], (*within, clause["id"]))
        if start is None:
            return {**answer, "why": why}
        day, why = self._from(start, due)
        if day is None:
            return {**answer, "why": why}
        answer["date"] = day.isoformat()
        if not self.calendar.knows(start, day):
            answer["calendar_known"] = False
        return answer

    def _start(self, origin, within):
        if origin == "opened":
            return self.opened, None if self.opened else "没有给开始日"
        if "event" in origin:
            day = self.events.get(origin["event"])
            return day, None if day else f"自「{origin['event']}」起，日子还不知道"
        id = origin["done"]
        if id in self.done:
            return self.done[id], None
        clause = self.bundle.things.get(id)
        if clause is None or id in within:
            return None, f"自 {id} 完成起，该条还没有发布"
        # Nobody has said when it was done: it is done at the latest when it is due.
        before = self.due(clause, within)
        if before and "date" in before:
            return date.fromisoformat(before["date"]), None
        return None, f"自 {id} 完成起，日子还不知道"

    def _from(self, start, due):
        relation, amount = due["relation"], due.get("within")
        if relation in ("at", "same-day") or (relation == "before" and amount is None):
            return start, None
        if amount is None:
            return None, "没有写多久"
        number, unit = self._amount(amount)
        if number is None:
            return None, "本级不适用"
        number = -number if relation == "before" else number
        if unit == "workday":
            return self.calendar.add(start, number), None
        if unit == "day":
            return start + timedelta(days=number), None
        if unit in ("month", "year"):
            return _add_months(start, number * (12 if unit == "year" else 1)), None
        return None, "以小时或分钟计，从那一刻起算"

    def _amount(self, amount):
        if "n" in amount:
            return amount["n"], amount["unit"]
        component = self.bundle.components.get(_key(amount), {})
        return component.get("values", {}).get(self.level, {}).get("n"), component.get("unit")

    def _text(self, due):
        amount = due.get("within", {})
        if "parameter" not in amount:
            return due["text"]
        values = self.bundle.components.get(_key(amount), {}).get("values", {})
        return due["text"].replace(_key(amount), values.get(self.level, {}).get("text", "（本级不适用）"))


def _key(amount):
    return ".".join(filter(None, (amount["parameter"], amount.get("component"))))


def _add_months(day, months):
    """The same day of a later month; its last day where the month is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has a 28th")
