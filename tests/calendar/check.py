"""Compares every day of handbook/calendar.yaml with two independent calendars.

Needs the PyPI packages `chinesecalendar` and `PyYAML`, and the npm package `chinese-days`, which
`check.mjs` asks (NODE_PATH names the node_modules folder that holds it). Exits 1 when the three
disagree about any day, or about the name of a holiday.
"""

import datetime
import json
import os
import pathlib
import subprocess
import sys

import chinese_calendar
import yaml

HERE = pathlib.Path(__file__).resolve().parent
FILE = HERE.parent.parent / "handbook" / "calendar.yaml"
WORKDAY, WEEKEND, HOLIDAY, MAKE_UP = "workday", "weekend", "holiday", "make-up"


def days(first, last):
    """Every day from `first` to `last`, both included."""
    return [first + datetime.timedelta(n) for n in range((last - first).days + 1)]


def kind(day, off, working):
    """What a day is: its kind, and the holiday's name where it is one."""
    if day in off:
        return HOLIDAY, off[day]
    if day in working:
        return MAKE_UP, ""
    return (WEEKEND if day.weekday() >= 5 else WORKDAY), ""


def ours(entries):
    """The handbook's holidays by day, and its make-up days."""
    date = datetime.date.fromisoformat
    off, working = {}, set()
    for entry in entries:
        for holiday in entry["放假"]:
            for day in days(date(holiday["自"]), date(holiday["至"])):
                assert day not in off, f"{day} is in two holidays"
                off[day] = holiday["名称"]
        working |= {date(day) for day in entry["上班"]}
    return off, working


def ask_node(first, last):
    """What chinese-days says of each day. It reads days in the local zone, so the zone is fixed."""
    script = ["node", str(HERE / "check.mjs"), str(first), str(last)]
    zone = {**os.environ, "TZ": "UTC"}
    return json.loads(subprocess.run(script, check=True, stdout=subprocess.PIPE, env=zone).stdout)


def main():
    entries = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    years = [entry["年"] for entry in entries]
    assert years == list(range(years[0], years[-1] + 1)), f"a year is missing: {years}"
    off, working = ours(entries)
    # An arrangement may begin in December of the year before.
    first = min(datetime.date(years[0], 1, 1), *off, *working)
    every = days(first, datetime.date(years[-1], 12, 31))
    node = ask_node(every[0], every[-1])

    faults, counts = [], {}
    for day in every:
        mine, name = kind(day, off, working)
        python = chinese_calendar.get_holiday_detail(day)
        python_kind, python_name = kind(day, chinese_calendar.holidays, chinese_calendar.workdays)
        others = {
            "chinesecalendar": (python_kind, chinese_calendar.Holiday(python_name).chinese if python_name else ""),
            "chinese-days": tuple(node[str(day)]["detail"]),
        }
        for package, (their_kind, their_name) in others.items():
            # Our names are those of the notice (清明节; 国庆节、中秋节), theirs are shorter (清明; 中秋).
            if mine != their_kind or their_name not in name:
                faults.append(f"{day}: here {mine} {name}, {package} says {their_kind} {their_name}")
        # What the packages answer when asked plainly, beside their tables.
        works = mine in (WORKDAY, MAKE_UP)
        if works == python[0] or works != node[str(day)]["works"]:
            faults.append(f"{day}: here {'working' if works else 'off'}, a package says otherwise")
        if works:
            counts[day.year] = counts.get(day.year, 0) + 1

    print("\n".join(faults) or f"{len(every)} days agree; working days: {counts}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
