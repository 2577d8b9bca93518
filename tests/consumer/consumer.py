#!/usr/bin/env python3
"""An independent consumer of the bundle: knows the files and their schemas, nothing of the program.

It verifies the bundle, follows every link in it, and lists what one role has to check in one case,
item by item, with due dates. Exit codes: 0 clean, 1 faults in the bundle, 2 wrong arguments.

    pip install jsonschema
    python3 tests/consumer/consumer.py site/standard/v1 --start 2025-09-26 --fact 件别=新件 --fact 时段=平时
"""

import argparse
import json
import sys
from datetime import date

from bundle import BRACES, Bundle
from reckon import Calendar, Deadlines, holds, unknown_facts

LEVELS = {"市": "city", "区": "district", "街": "street"}
MODALITY = {
    "shall": "应", "shall-not": "不应", "should": "宜", "should-not": "不宜", "may": "可", "need-not": "不必",
    "must": "法定", "statement": "陈述",
}
CASE = {"组织类型": "民办非企业单位", "有执业许可": "是"}


def main(arguments):
    options = _parser().parse_args(arguments)
    level = LEVELS.get(options.level, options.level)
    try:
        facts = {**CASE, **_pairs(options.fact)}
        events = {name: date.fromisoformat(day) for name, day in _pairs(options.event).items()}
        start = date.fromisoformat(options.start) if options.start else None
    except ValueError as error:
        print(f"参数不对：{error}", file=sys.stderr)
        return 2
    bundle = Bundle(options.bundle)
    report = {"bundle": _identity(bundle), "role": options.role, "level": level, "facts": facts}
    if start:
        report["start"] = start.isoformat()
    if bundle.things:
        deadlines = Deadlines(bundle, Calendar(bundle.one("calendar")), level, start, events)
        work = Work(bundle, deadlines, options.role, level, facts)
        if impossible := work.impossible_facts():
            print(f"参数不对：{'；'.join(impossible)}", file=sys.stderr)
            return 2
        report["checklists"] = work.checklists(set(options.checklist))
        report["requirements"] = work.requirements(report["checklists"])
    report["faults"] = bundle.faults
    print(json.dumps(report, ensure_ascii=False, indent=2) if options.json else readable(report))
    for fault in bundle.faults:
        print(f"错：{fault}", file=sys.stderr)
    return 1 if bundle.faults else 0


def _parser():
    parser = argparse.ArgumentParser(description="核对标准包，列出一个角色在一件里要查的事项和到期日")
    parser.add_argument("bundle", help="标准包的文件夹（…/standard/v1）")
    parser.add_argument("--role", default="R04", help="角色号，默认 R04 年检预审员")
    parser.add_argument("--level", default="市", choices=[*LEVELS, *LEVELS.values()], help="平台级别：市、区、街")
    parser.add_argument("--start", help="开始日（YYYY-MM-DD）；不写就不算到期日")
    parser.add_argument("--fact", action="append", default=[], metavar="名=值", help="已知的事实，可写多次")
    parser.add_argument("--event", action="append", default=[], metavar="事件=日期", help="已知日子的事件，可写多次")
    parser.add_argument("--checklist", action="append", default=[], metavar="编号", help="只列这些检查表")
    parser.add_argument("--json", action="store_true", help="给程序读的形式")
    return parser


def _pairs(texts):
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise ValueError(f"「{text}」不是 名=值")
        pairs[name] = value
    return pairs


def _identity(bundle):
    handbook = bundle.one("handbook") if bundle.files else {}
    return {
        "title": handbook.get("title"), "edition": handbook.get("edition"), "digest": f"sha256:{bundle.digest}",
        "files": len(bundle.files), "ids": len(bundle.things), "links": bundle.links,
    }


class Work:
    """What a role has to check in one case."""

    def __init__(self, bundle, deadlines, role, level, facts):
        self.bundle, self.deadlines, self.role, self.level, self.facts = bundle, deadlines, role, level, facts

    def impossible_facts(self):
        """What is wrong with the facts given: values that no checklist knows."""
        options = {}
        for _, checklist in self.bundle.of("checklist"):
            for question in checklist.get("facts", []):
                known = options.setdefault(question["name"], set())
                known.update({"boolean": ["是", "否"]}.get(question["type"], question.get("options", [])))
        return [
            f"事实「{name}」不能是「{self.facts[name]}」（可用：{'、'.join(sorted(known))}）"
            for name, known in options.items()
            if known and name in self.facts and self.facts[name] not in known
        ]

    def checklists(self, wanted):
        """The checklists that have an item for the role, in the handbook's order."""
        found = []
        files = {value["id"]: value for _, value in self.bundle.of("checklist")}
        for entry in self.bundle.one("handbook").get("checklists", []):
            checklist = files.get(entry["id"])
            if checklist is None or (wanted and checklist["id"] not in wanted):
                continue
            items = [item for item in checklist["items"] if self._concerns(item)]
            if items and not checklist["scoring"]:
                found.append(self._checklist(checklist, items))
        return found

    def _checklist(self, checklist, items):
        listed = {
            "id": checklist["id"], "title": checklist["title"], "norm": checklist["norm"],
            "norm_title": self.bundle.things.get(checklist["norm"], {}).get("title"),
            "order": checklist["order"], "items": [self._item(checklist, item) for item in items],
        }
        if "when" in checklist:
            listed["when"] = checklist["when"]["text"]
        if "form" in checklist:
            listed["form"] = checklist["form"]
        return listed

    def _item(self, checklist, item):
        applies = holds(item.get("applies_if"), self.facts) if self._at_level(item) else False
        listed = {
            "id": item["id"], "text": self._filled(item["text"], checklist), "modality": item["modality"],
            "applies": applies, "checks": item.get("checks", []), "veto": item["veto"],
        }
        if applies is None:
            asks = {question["name"]: question["ask"] for question in checklist.get("facts", [])}
            unknown = sorted(unknown_facts(item["applies_if"], self.facts))
            listed["ask"] = [asks.get(name, name) for name in unknown]
        if "evidence" in item:
            listed["evidence"] = [{"name": e["name"], "required": e["required"]} for e in item["evidence"]]
        if applies is not False:
            clauses = {clause["id"]: clause for clause in checklist.get("clauses", [])}
            due = [self._due(clauses[id]) for id in item.get("checks", []) if id in clauses]
            listed["due"] = [entry for entry in due if entry]
        return listed

    def requirements(self, checklists):
        """The role's requirements with a deadline in the norms of these checklists that no item checks."""
        checked = {id for checklist in checklists for item in checklist["items"] for id in item["checks"]}
        listed = []
        for id in dict.fromkeys(checklist["norm"] for checklist in checklists):
            norm = self.bundle.things.get(id, {})
            for section in norm.get("sections", []):
                for clause in section.get("clauses", []):
                    if clause["id"] in checked or "due" not in clause or not self._concerns(clause):
                        continue
                    due = self._due({"levels": norm["meta"].get("levels", []), **clause})
                    if due:
                        text = self._filled(clause["text"], norm)
                        listed.append({"id": clause["id"], "text": text, "modality": clause["modality"], "due": [due]})
        return listed

    def _due(self, clause):
        """The deadline of a clause that applies, or may apply, here."""
        applies = holds(clause.get("applies_if"), self.facts) if self._at_level(clause) else False
        due = self.deadlines.due(clause) if applies is not False else None
        return {"clause": clause["id"], "applies": applies, **due} if due else None

    def _concerns(self, thing):
        return any(r["role"] == self.role and r["duty"] != "informed" for r in thing.get("roles", []))

    def _at_level(self, thing):
        return self.level in thing.get("levels", [self.level])

    def _filled(self, text, file):
        values = {entry["key"]: entry["values"] for entry in file.get("parameters", [])}
        at_level = lambda match: values.get(match[1], {}).get(self.level, {}).get("text", "（本级不适用）")
        return BRACES.sub(at_level, text)


def readable(report):
    """The report for people."""
    bundle = report["bundle"]
    lines = [
        f"{bundle['title']}　{bundle['edition']}　{bundle['digest']}",
        f"{bundle['files']} 个文件，{bundle['ids']} 个编号，{bundle['links']} 处引用，{len(report['faults'])} 处错误",
        "已知：" + "，".join(f"{name} = {value}" for name, value in report["facts"].items()),
    ]
    if "start" in report:
        lines.append(f"开始日 {report['start']}")
    for checklist in report.get("checklists", []):
        lines += ["", f"■ {checklist['id']} {checklist['title']}（{checklist['norm']} {checklist['norm_title']}）"]
        lines.append("　" + "；".join(filter(None, [
            checklist.get("when"), {"sequential": "按序", "any": "次序不限"}[checklist["order"]], checklist.get("form"),
        ])))
        for item in checklist["items"]:
            lines += _readable_item(item)
    if report.get("requirements"):
        lines += ["", "■ 没有检查项、另有时限的要求"]
        for requirement in report["requirements"]:
            lines.append(f"　□ {requirement['id']} {requirement['text']}")
            lines += [f"　　　时限：{_readable_due(due)}" for due in requirement["due"]]
    return "\n".join(lines)


def _readable_item(item):
    sign = {True: "□", None: "？", False: "－"}[item["applies"]]
    veto = "〔否决〕" if item["veto"] else ""
    yield f"　{sign} {item['id'].rpartition('.')[2]} {item['text']}{veto}〔{MODALITY[item['modality']]}〕{'、'.join(item['checks'])}"
    if item["applies"] is False:
        yield "　　　不适用"
        return
    for question in item.get("ask", []):
        yield f"　　　先问：{question}"
    if item.get("evidence"):
        yield "　　　证据：" + "；".join(f"{e['name']}（{'必交' if e['required'] else '选交'}）" for e in item["evidence"])
    for due in item["due"]:
        yield f"　　　时限：{due['clause']} {_readable_due(due)}"


def _readable_due(due):
    unsure = "，适用与否待定" if due["applies"] is None else ""
    if "date" not in due:
        return f"{due['text']}（{due['why']}{unsure}）"
    opening = "，按开始日开项算" if due.get("from_opening") else ""
    unknown = "" if due.get("calendar_known", True) else "，该年放假安排未知"
    return f"不晚于 {due['date']}（{due['text']}{opening}{unknown}{unsure}）"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
