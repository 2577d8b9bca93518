"""The draft standard's scoring list, as the bundle carries it: complete, and enough to score a platform."""

import contextlib
import io
import json
import os
import re
import sys
import tempfile
import unittest
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import assess  # noqa: E402
from bundle import Bundle  # noqa: E402

BUNDLE = os.environ.get("SHOUCE_BUNDLE")
LIST = "CK-BZ-04-3"
OWN, AUTHORITY, THIRD = assess.ASSESSORS


@unittest.skipUnless(BUNDLE, "SHOUCE_BUNDLE names no bundle")
class ScoringList(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bundle = Bundle(BUNDLE)
        cls.list = cls.bundle.things[LIST]
        cls.scored = {item["number"]: item for item in cls.list["items"] if not item["veto"]}

    def scores(self, losses):
        """Full points of every item, less what each assessor takes off."""
        full = {number: Decimal(item["score"]["points"]) / 100 for number, item in self.scored.items()}
        return {
            assessor: {number: points - Decimal(str(off.get(number, 0))) for number, points in full.items()}
            for assessor, off in losses.items()
        }

    def assess(self, losses, **more):
        return assess.assess(self.list, {"level": "区", "scores": self.scores(losses), **more})

    def test_thirty_six_items_make_a_hundred_points(self):
        self.assertEqual(len(self.scored), 36)
        self.assertEqual(sum(item["score"]["points"] for item in self.scored.values()), 10_000)

    def test_every_item_says_how_it_is_assessed(self):
        for number, item in self.scored.items():
            with self.subTest(number):
                score = item["score"]
                self.assertTrue(score["grading"]["method"] and score["sample"])
                lookouts = {lookout["assessor"] for lookout in score["lookouts"]}
                self.assertEqual(lookouts, {"self", "authority", "third-party"})
                self.assertTrue(item["checks"], "no requirement")
                self.assertTrue(item.get("form"), "no form")
                self.assertTrue(item["evidence"], "no evidence")
                for id in [*item["checks"], item["form"], *item.get("indicators", [])]:
                    self.assertTrue(id in self.bundle.things or id in self.bundle.planned, id)

    def test_the_worked_example(self):
        # Own 92, authority 84, third party 80, as the norm counts it by hand.
        losses = {
            OWN: {"D2": 0, "A1": 2, "A2": 2, "A3": 2, "A4": 2},
            AUTHORITY: {"C6": 1, "D2": 1.5, "C2": 3, "C3": 3, "C5": 3, "B1": 3, "A1": 1.5},
            THIRD: {"C6": 2, "D2": 1.5, "C2": 4, "C3": 3, "C5": 3, "B1": 3, "B2": 3, "A1": 0.5},
        }
        result = self.assess(losses)
        self.assertEqual(result["totals"], {OWN: 92, AUTHORITY: 84, THIRD: 80})
        self.assertEqual(result["total"], Decimal("84.0"))
        self.assertEqual(result["grade"], "良")
        whole = [review for review in result["reviews"] if "group" not in review]
        self.assertEqual(whole, [{"between": "自评对外部均分", "difference": 10}])
        # After the review: C6 is 3 and D2 is 1.5 for all, and D2 is deducted once.
        for off in losses.values():
            off.update(C6=2, D2=1.5)
        result = self.assess(losses, deductions={"D2": 1})
        self.assertEqual(result["totals"], {OWN: Decimal("88.5"), AUTHORITY: 83, THIRD: 80})
        self.assertEqual((result["composed"], result["total"]), (Decimal("82.9"), Decimal("80.9")))
        self.assertEqual(result["grade"], "良")

    def test_a_difference_below_the_line_needs_no_review(self):
        losses = {OWN: {"A1": 2}, AUTHORITY: {"A1": 2}, THIRD: {"A1": 2}}
        self.assertEqual(self.assess(losses)["reviews"], [])

    def test_a_first_level_indicator_is_reviewed_on_its_own(self):
        # A has 12 points: 2 of them are 16.7 percentage points, more than the line of 15.
        losses = {OWN: {}, AUTHORITY: {"A1": 2}, THIRD: {"A1": 2}}
        reviews = self.assess(losses)["reviews"]
        self.assertEqual([(r["between"], r["group"][0]) for r in reviews], [("自评对外部均分", "A")])

    def test_deductions_are_capped_and_a_veto_leaves_no_grade(self):
        losses = {assessor: {} for assessor in assess.ASSESSORS}
        self.assertEqual(self.assess(losses, deductions={"F3": 2})["total"], Decimal("96.0"))
        self.assertEqual(self.assess(losses, deductions={"F3": 9})["total"], Decimal("94.0"))
        self.assertIsNone(self.assess(losses, vetoes=["V1"])["grade"])

    def test_scores_that_do_not_fit_are_refused(self):
        losses = {assessor: {} for assessor in assess.ASSESSORS}
        whole = {"level": "区", "scores": self.scores(losses)}
        for change, message in (
            (lambda of: of[OWN].pop("A1"), "没有打 A1"),
            (lambda of: of[THIRD].update(A1=4), "满分是 3"),
            (lambda of: of[AUTHORITY].update(X9=1), "没有的 X9"),
        ):
            given = {"level": "区", "scores": {who: dict(of) for who, of in whole["scores"].items()}}
            change(given["scores"])
            with self.assertRaisesRegex(assess.Wrong, re.escape(message)):
                assess.assess(self.list, given)

    def test_the_command(self):
        given = {"level": "市", "scores": self.scores({assessor: {} for assessor in assess.ASSESSORS})}
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "scores.json")
            path.write_text(json.dumps(given, default=float), encoding="utf-8")
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                self.assertEqual(assess.main([BUNDLE, LIST, str(path)]), 0)
            self.assertEqual(json.loads(out.getvalue())["grade"], "优")
            with contextlib.redirect_stderr(io.StringIO()):
                self.assertEqual(assess.main([BUNDLE, "CK-BZ-04-1", str(path)]), 2)
                self.assertEqual(assess.main([BUNDLE, LIST, str(path) + "x"]), 1)


if __name__ == "__main__":
    unittest.main()
