#!/usr/bin/env python3
"""Scores a platform from the bundle alone: puts the scores of the three assessors together.

Points, groups, weights, review lines, deductions and grades are all read from the bundle; nothing of a
particular handbook is known here. The scores come as JSON:

    { "level": "区",
      "scores": { "自评": { "A1": 3, … }, "委托方": { … }, "第三方": { … } },
      "deductions": { "F3": 2 },
      "vetoes": [] }

`deductions` counts the cases of each item, `vetoes` names the veto items that were met. Exit codes: 0 scored,
1 faults in the bundle or the scores, 2 wrong arguments.

    python3 tests/consumer/assess.py site/standard/v1 CK-BZ-04-3 scores.json
"""

import argparse
import json
import sys
from decimal import ROUND_HALF_UP, Decimal

from bundle import Bundle

LEVELS = {"市": "city", "区": "district", "街": "street"}
OWN, AUTHORITY, THIRD = "自评", "委托方", "第三方"
ASSESSORS = (OWN, AUTHORITY, THIRD)


class Wrong(Exception):
    """The scores do not fit the checklist."""


def main(arguments):
    parser = argparse.ArgumentParser(description="按标准包里的评分表，把三方的分合成总分")
    parser.add_argument("bundle", help="标准包的文件夹（…/standard/v1）")
    parser.add_argument("checklist", help="评分表的编号")
    parser.add_argument("scores", help="三方打分的 JSON 文件")
    options = parser.parse_args(arguments)
    bundle = Bundle(options.bundle)
    for fault in bundle.faults:
        print(f"错：{fault}", file=sys.stderr)
    if bundle.faults:
        return 1
    checklist = bundle.things.get(options.checklist)
    if not checklist or not checklist.get("scoring"):
        print(f"没有评分表 {options.checklist}", file=sys.stderr)
        return 2
    try:
        with open(options.scores, encoding="utf-8") as file:
            result = assess(checklist, json.load(file, parse_float=Decimal))
    except (OSError, ValueError, Wrong) as error:
        print(f"错：{error}", file=sys.stderr)
        return 1
    print(json.dumps(result, ensure_ascii=False, indent=2, default=str))
    return 0


def assess(checklist, given):
    """Total, grade, and the reviews that are due before the total counts."""
    level = LEVELS.get(given["level"], given["level"])
    items = {item["number"]: item for item in checklist["items"]}
    scores = {assessor: _checked(items, given["scores"].get(assessor, {}), assessor) for assessor in ASSESSORS}
    totals = {assessor: sum(of.values()) for assessor, of in scores.items()}
    weights = _components(checklist, "weights", level)
    composed = sum(totals[assessor] * weights[assessor] / 100 for assessor in ASSESSORS)
    deducted = sum(_deducted(items, number, count) for number, count in given.get("deductions", {}).items())
    vetoes = [number for number in given.get("vetoes", []) if _veto(items, number)]
    total = _rounded(composed - deducted)
    return {
        "level": level,
        "totals": totals,
        "composed": _rounded(composed),
        "deducted": deducted,
        "total": total,
        "grade": None if vetoes else _grade(_components(checklist, "grades", level), total),
        "vetoes": vetoes,
        "reviews": list(_reviews(items, scores, totals, _components(checklist, "review", level))),
    }


def _checked(items, scores, assessor):
    for number, item in items.items():
        points = Decimal(item.get("score", {}).get("points", 0)) / 100
        if points and number not in scores:
            raise Wrong(f"{assessor}没有打 {number}")
        if number in scores and not 0 <= Decimal(scores[number]) <= points:
            raise Wrong(f"{assessor}给 {number} 打了 {scores[number]} 分，满分是 {points}")
    if unknown := scores.keys() - items.keys():
        raise Wrong(f"{assessor}打了表里没有的 {'、'.join(sorted(unknown))}")
    return {number: Decimal(score) for number, score in scores.items()}


def _components(checklist, key, level):
    """The numbers of the parameter that the checklist names under this key, by component."""
    uses = [use for use in checklist["parameters"] if use["id"] == checklist[key]]
    return {use["component"]: use["values"][level]["n"] for use in uses}


def _deducted(items, number, count):
    rule = items.get(number, {}).get("score", {}).get("deduction")
    if not rule:
        raise Wrong(f"{number} 没有扣分的规定")
    points = rule["points"] * count
    return Decimal(min(points, rule.get("at_most", rule["points"]))) / 100


def _veto(items, number):
    if not items.get(number, {}).get("veto"):
        raise Wrong(f"{number} 不是否决项")
    return True


def _grade(grades, total):
    reached = [(least, name) for name, least in grades.items() if total >= least]
    return max(reached)[1] if reached else None


def _reviews(items, scores, totals, lines):
    """Where two sides are so far apart that the scores are looked at again: the own score against the mean of the
    two others, and the two others against each other; over the whole and within each first-level indicator."""
    pairs = (
        ("自评对外部均分", lambda of: (of[OWN], (of[AUTHORITY] + of[THIRD]) / 2)),
        ("委托方对第三方", lambda of: (of[AUTHORITY], of[THIRD])),
    )
    for name, sides in pairs:
        first, second = sides(totals)
        if abs(first - second) >= lines["总分差"]:
            yield {"between": name, "difference": abs(first - second)}
    for group in dict.fromkeys(item.get("group") for item in items.values()):
        inside = [number for number, item in items.items() if item.get("group") == group and not item["veto"]]
        full = Decimal(sum(items[number]["score"]["points"] for number in inside)) / 100
        if not full:
            continue
        rates = {who: sum(of[number] for number in inside) / full * 100 for who, of in scores.items()}
        for name, sides in pairs:
            first, second = sides(rates)
            if abs(first - second) >= lines["得分率差"]:
                yield {"between": name, "group": group, "difference": _rounded(abs(first - second))}


def _rounded(number):
    return number.quantize(Decimal("0.1"), ROUND_HALF_UP)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
