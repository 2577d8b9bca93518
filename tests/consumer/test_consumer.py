"""Tests of the consumer: its own arithmetic by hand, and the whole of it on a real bundle.

The bundle is that of the repository's handbook: the folder that SHOUCE_BUNDLE names, or one built for the
occasion with `cargo run -- build`. Run with `python3 -m unittest discover tests/consumer`.
"""

import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from datetime import date
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parent))

import consumer  # noqa: E402
from bundle import Bundle  # noqa: E402
from reckon import Calendar, Deadlines, holds, unknown_facts  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
# National Day of 2025 as the State Council arranged it: off 1 to 8 October, Sunday 28 September and
# Saturday 11 October worked.
AUTUMN_2025 = {"years": [{
    "year": 2025,
    "holidays": [{"name": "国庆节、中秋节", "from": "2025-10-01", "to": "2025-10-08"}],
    "make_up_days": ["2025-09-28", "2025-10-11"],
}]}


def equal(fact, value):
    return {"fact": fact, "operator": "equal", "values": [value]}


class Conditions(unittest.TestCase):
    def test_unknown_is_neither_true_nor_false(self):
        known = {"甲": "是"}
        both = {"all": [equal("甲", "是"), equal("乙", "是")]}
        self.assertIsNone(holds(both, known))
        self.assertIs(holds({"any": both["all"]}, known), True)
        self.assertIs(holds({"all": [equal("甲", "否"), equal("乙", "是")]}, known), False)
        self.assertIsNone(holds({"not": equal("乙", "是")}, known))
        self.assertEqual(unknown_facts(both, known), {"乙"})

    def test_numbers_compare_as_numbers(self):
        more = {"fact": "人数", "operator": "at-least", "values": ["100"]}
        self.assertIs(holds(more, {"人数": "99"}), False)
        self.assertIs(holds(more, {"人数": "100"}), True)

    def test_one_of_several(self):
        kinds = {"fact": "类型", "operator": "in", "values": ["社会团体", "基金会"]}
        self.assertIs(holds(kinds, {"类型": "基金会"}), True)
        self.assertIs(holds(kinds, {"类型": "民办非企业单位"}), False)


class DueDates(unittest.TestCase):
    """Every date here was counted on a paper calendar."""

    def setUp(self):
        self.calendar = Calendar(AUTUMN_2025)

    def test_five_working_days_across_national_day(self):
        # From Friday 26 September: Sunday 28 (worked), 29, 30, then Thursday 9 and Friday 10 October.
        self.assertEqual(self.calendar.add(date(2025, 9, 26), 5), date(2025, 10, 10))
        # One more falls on Saturday 11 October, which is worked.
        self.assertEqual(self.calendar.add(date(2025, 9, 26), 6), date(2025, 10, 11))
        self.assertEqual(self.calendar.add(date(2025, 10, 11), -6), date(2025, 9, 26))

    def deadlines(self, clauses, **more):
        components = {"P07.平时": {"unit": "workday", "values": {"city": {"n": 5, "text": "5个工作日"}}}}
        bundle = SimpleNamespace(things={clause["id"]: clause for clause in clauses}, components=components)
        return Deadlines(bundle, self.calendar, more.pop("level", "city"), date(2025, 9, 26), **more)

    def clause(self, id, **due):
        return {"id": id, "due": {"text": "", "relation": "within", "from": "opened", **due}}

    def test_a_deadline_counted_from_another_clause(self):
        first = self.clause("1.1", relation="same-day")
        second = self.clause("7.3", within={"parameter": "P07", "component": "平时"}, **{"from": {"done": "1.1"}})
        due = self.deadlines([first, second]).due(second)
        self.assertEqual(due["date"], "2025-10-10")
        # The first one done on Monday 29 September: 30, 9, 10, 11 (worked), Monday 13 October.
        later = self.deadlines([first, second], done={"1.1": date(2025, 9, 29)})
        self.assertEqual(later.due(second)["date"], "2025-10-13")
        # A street platform has no such term.
        self.assertEqual(self.deadlines([first, second], level="street").due(second)["why"], "本级不适用")

    def test_what_cannot_be_known_is_said(self):
        waits = self.clause("2", within={"n": 3, "unit": "workday"}, **{"from": {"event": "收到补正件"}})
        self.assertIn("收到补正件", self.deadlines([waits]).due(waits)["why"])
        given = self.deadlines([waits], events={"收到补正件": date(2025, 9, 30)})
        self.assertEqual(given.due(waits)["date"], "2025-10-11")
        # Two that wait for each other come to no date, and to no endless walk either.
        a, b = self.clause("a", **{"from": {"done": "b"}}), self.clause("b", **{"from": {"done": "a"}})
        self.assertIn("why", self.deadlines([a, b]).due(a))
        beyond = self.clause("3", within={"n": 100, "unit": "workday"})
        self.assertIs(self.deadlines([beyond]).due(beyond)["calendar_known"], False)

    def test_calendar_units_and_before(self):
        month = self.clause("1", within={"n": 5, "unit": "month"})
        self.assertEqual(self.deadlines([month]).due(month)["date"], "2026-02-26")
        before = self.clause("2", relation="before", within={"n": 1, "unit": "workday"}, **{"from": {"event": "到期"}})
        due = self.deadlines([before], events={"到期": date(2025, 10, 9)}).due(before)
        self.assertEqual(due["date"], "2025-09-30")


class RealBundle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = Path(tempfile.mkdtemp())
        given = os.environ.get("SHOUCE_BUNDLE")
        if not given:
            site = cls.scratch / "site"
            build = ["cargo", "run", "--quiet", "--", "build", "--no-sync", "--out", str(site)]
            subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        cls.bundle = Path(given) if given else site / "standard/v1"

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.scratch)

    def run_consumer(self, *arguments, bundle=None):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = consumer.main([str(bundle or self.bundle), *arguments])
        return code, out.getvalue(), err.getvalue()

    def test_the_bundle_has_no_fault(self):
        code, out, err = self.run_consumer("--start", "2025-09-26")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("单件预审", out)

    def test_what_a_pre_reviewer_checks(self):
        arguments = ("--start", "2025-09-26", "--fact", "件别=新件", "--fact", "时段=平时", "--json")
        report = json.loads(self.run_consumer(*arguments, "--checklist", "CK-NJ-03-1")[1])
        items = {item["id"]: item for item in report["checklists"][0]["items"]}
        licence = items["CK-NJ-03-1.03"]
        self.assertIn("NJ-03-2.6", licence["checks"])
        self.assertIn({"name": "执业许可证副本", "required": True}, licence["evidence"])
        listed = [*items.values(), *report["requirements"]]
        due = {due["clause"]: due for entry in listed for due in entry.get("due", [])}
        # Opened on Friday 26 September 2025, 5 working days from its registration on the same day.
        self.assertEqual(due["NJ-03-7.3"]["date"], "2025-10-10")
        # The terms for the busy season and for corrected files do not apply to this case.
        self.assertNotIn("NJ-03-7.4", due)
        self.assertNotIn("NJ-03-12.3", due)

    def test_facts_decide_and_their_absence_asks(self):
        report = json.loads(self.run_consumer("--json", "--fact", "组织类型=基金会")[1])
        items = {item["id"]: item for checklist in report["checklists"] for item in checklist["items"]}
        applies = {id: item["applies"] for id, item in items.items()}
        self.assertIn(False, applies.values())
        self.assertIn(True, applies.values())
        self.assertTrue(all(item["ask"] for item in items.values() if item["applies"] is None))
        code, _, err = self.run_consumer("--fact", "组织类型=公司")
        self.assertEqual(code, 2)
        self.assertIn("组织类型", err)

    def broken(self, change):
        """The faults of a copy of the bundle after a change; digests are mended unless it says no."""
        folder = Path(tempfile.mkdtemp(dir=self.scratch)) / "v1"
        shutil.copytree(self.bundle, folder)
        if change(folder) is not False:
            self.mend(folder)
        code, _, err = self.run_consumer(bundle=folder)
        self.assertEqual(code, 1)
        return err

    def mend(self, folder):
        path = folder / "manifest.json"
        manifest = json.loads(path.read_bytes())
        for entry in manifest["files"]:
            content = (folder / entry["path"]).read_bytes()
            entry.update(size=len(content), sha256=hashlib.sha256(content).hexdigest())
        path.write_text(json.dumps(manifest, ensure_ascii=False))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        (folder / "manifest.sha256").write_text(f"{digest}  manifest.json\n")

    def edit(self, folder, name, change):
        path = folder / name
        value = json.loads(path.read_bytes())
        change(value)
        path.write_text(json.dumps(value, ensure_ascii=False))

    def test_faults_are_found(self):
        def flip(folder):
            path = folder / "roles.json"
            path.write_bytes(path.read_bytes().replace("预审".encode(), "预查".encode(), 1))
            return False

        def stranger(folder):
            (folder / "norms" / "extra.json").write_text("{}")

        def dangling(value):
            value["items"][0]["checks"] = ["NJ-03-99.9"]

        name = "checklists/CK-NJ-03-1.json"
        norm = "norms/NJ-03.json"
        for change, words in [
            (flip, "摘要与清单不符"),
            (stranger, "清单里没有这个文件"),
            (lambda folder: not (folder / "manifest.json").write_text("[]"), "不是合格的 JSON"),
            (lambda folder: bool((folder / "roles.json").unlink()), "读不了"),
            (lambda folder: self.edit(folder, name, dangling), "指到不存在的 NJ-03-99.9"),
            (lambda folder: self.edit(folder, name, lambda value: value.update(extra=1)), "不合 schema"),
            (lambda folder: self.edit(folder, name, lambda value: value.update(edition="0")), "版次与清单不一致"),
            (lambda folder: self.edit(folder, norm, lambda value: value.pop("parameters")), "没有随文件给出数值"),
            (lambda folder: self.edit(folder, norm, lambda value: value["meta"].update(han=1.5)), "有小数"),
        ]:
            self.assertIn(words, self.broken(change))


if __name__ == "__main__":
    unittest.main()
