"""The exports of the real manual, opened by programs that are not ours: LibreOffice, compliance-trestle, oscal.

What is compared comes from the standard bundle. Environment: SHOUCE is the program, SHOUCE_BUNDLE the bundle's
folder. Without them, or without LibreOffice outside `tests/run`, the tests that need them are skipped.

    SHOUCE=target/debug/shouce SHOUCE_BUNDLE=target/manual/standard/v1 python3 -m unittest tests/exports/check.py
"""

import copy
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "consumer"))

import assess  # noqa: E402
from bundle import Bundle  # noqa: E402

PROGRAM = os.environ.get("SHOUCE")
BUNDLE = os.environ.get("SHOUCE_BUNDLE")
OFFICE = shutil.which("soffice")
SCORES = "CK-BZ-04-3"
A4_WIDTH, MILLIMETRE = 595.3, 72 / 25.4


class Exports(unittest.TestCase):
    """A folder for the files, the bundle to compare them with, and what the programs are started by."""

    @classmethod
    def setUpClass(cls):
        if not PROGRAM or not BUNDLE:
            raise unittest.SkipTest("SHOUCE and SHOUCE_BUNDLE name no program and bundle")
        cls.bundle = Bundle(BUNDLE)
        cls.place = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.place.name)

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()

    @classmethod
    def export(cls, name, *arguments):
        subprocess.run([PROGRAM, "export", *arguments, "--out", cls.folder / name], check=True, capture_output=True)
        return cls.folder / name

    @classmethod
    def convert(cls, to, *files):
        """The files in another format, by LibreOffice with stand-ins for the fonts that they ask for."""
        environment = {**os.environ, "FONTCONFIG_FILE": str(HERE / "fonts.conf"), "XDG_CACHE_HOME": cls.place.name}
        profile = f"-env:UserInstallation=file://{cls.folder}/profile"
        out = cls.folder / re.split(r"\W", to)[0]
        command = ["soffice", profile, "--headless", "--convert-to", to, "--outdir", out, *files]
        subprocess.run(command, check=True, capture_output=True, env=environment, timeout=500)
        made = [out / f"{file.stem}.{re.split(r':', to)[0]}" for file in files]
        missing = [file.name for file in made if not file.exists()]
        assert not missing, f"LibreOffice could not open {missing}"
        return made

    def norm(self, id):
        with open(Path(BUNDLE) / "norms" / f"{id}.json", encoding="utf-8") as file:
            return json.load(file)


def solid(text):
    """Text without spaces, and without marks such as 【法：L06】, which the bundle holds apart from it."""
    return re.sub(r"【[法源例参][^】]*】|\s", "", text)


def pieces(text):
    """What stands around the parameters of a sentence."""
    return [solid(piece) for piece in re.split(r"\{\{.*?\}\}", text) if solid(piece)]


def plain(line):
    """A line of Markdown without its signs for quotations, lists, emphasis, code and rules."""
    line = re.sub(r"^[\s>]*(\[!\w+\]|[-*+] |\d+[.)] )?|^\s*:?-+:?\s*$", "", line.strip())
    return re.sub(r"\*\*|`|\\(?=\W)", "", line)


@unittest.skipUnless(OFFICE, "LibreOffice is not installed")
class Documents(Exports):
    NORMS = ("NJ-03", "BZ-04")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files = {}
        for norm in cls.NORMS:
            for layout in ("手册", "公文"):
                cls.files[norm, layout] = cls.export(f"{norm}-{layout}.docx", "docx", norm, "--style", layout)
        cls.whole = cls.export("manual.docx", "docx")
        cls.pdfs = dict(zip(cls.files, cls.convert("pdf", *cls.files.values())))

    def sentences(self, norm):
        """Everything that the bundle says of a norm and that must be on its pages."""
        for section in norm["sections"]:
            yield section["title"]
            for block in section.get("blocks", []):
                for line in block.get("text", "").splitlines():
                    yield from (piece for cell in re.split(r"\\?\|", line) for piece in pieces(plain(cell)))
            for clause in section.get("clauses", []):
                yield from pieces(clause["text"])
                for key in ("exception", "note"):
                    yield from pieces(clause.get(key, ""))
        for id in norm.get("checklists", []):
            for item in self.bundle.things[id]["items"]:
                yield from (item["text"], item["number"])
        for id in norm.get("forms", []):
            for field in self.bundle.things[id]["fields"]:
                yield from (field["label"], *field.get("options", []))

    def missing(self, norm, text):
        text = solid(text)
        return [piece for piece in self.sentences(norm) if solid(piece) and solid(piece) not in text]

    def test_no_text_of_a_norm_is_lost_in_either_layout(self):
        text = self.convert("txt:Text (encoded):UTF8", *self.files.values())
        for (norm, layout), file in zip(self.files, text):
            with self.subTest(norm=norm, layout=layout):
                self.assertEqual(self.missing(self.norm(norm), file.read_text("utf-8")), [])

    def test_no_text_of_the_whole_manual_is_lost(self):
        [file] = self.convert("txt:Text (encoded):UTF8", self.whole)
        text = file.read_text("utf-8")
        norms = sorted(path.stem for path in (Path(BUNDLE) / "norms").glob("*.json"))
        self.assertGreater(len(norms), 1)
        lost = {norm: missing for norm in norms if (missing := self.missing(self.norm(norm), text))}
        self.assertEqual(lost, {})

    def test_everything_stands_between_the_margins(self):
        margins = {"手册": (25, 25), "公文": (28, 25.9)}
        for (norm, layout), pdf in self.pdfs.items():
            left, right = (length * MILLIMETRE for length in margins[layout])
            page = subprocess.run(["pdftotext", "-bbox", pdf, "-"], check=True, capture_output=True, text=True).stdout
            words = re.findall(r'xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">([^<]*)<', page)
            self.assertGreater(len(words), 500)
            # Punctuation may hang over the edge by its own width.
            beyond = [word for low, high, word in words if float(low) < left - 1 or float(high) > A4_WIDTH - right + 17]
            self.assertEqual(beyond, [], f"{norm} {layout}")

    def test_fonts_are_those_that_were_asked_for(self):
        for (norm, layout), pdf in self.pdfs.items():
            fonts = subprocess.run(["pdffonts", pdf], check=True, capture_output=True, text=True).stdout
            # fonts.conf puts a serif face in the place of 宋体 and 仿宋, one without serifs in that of 黑体.
            self.assertIn("NotoSerifCJK", fonts, f"{norm} {layout}")
            self.assertIn("NotoSansCJK", fonts, f"{norm} {layout}")
            for font in fonts.splitlines()[2:]:
                self.assertIn(" yes ", font, "not embedded")

    def test_an_official_page_has_22_lines_of_at_most_28_characters(self):
        text = subprocess.run(
            ["pdftotext", "-layout", self.pdfs["NJ-03", "公文"], "-"], check=True, capture_output=True, text=True
        ).stdout
        pages = text.split("\f")
        numbers = [line.strip() for page in pages[:-1] for line in page.splitlines() if line.strip()][-1]
        self.assertEqual(numbers, f"— {len(pages) - 1} —")
        for page in pages:
            lines = [line.strip() for line in page.splitlines() if re.fullmatch(r"[\u4e00-\u9fff，。、：；]+", line.strip())]
            self.assertLessEqual(max(map(len, lines), default=0), 29)


@unittest.skipUnless(OFFICE, "LibreOffice is not installed")
class Spreadsheets(Exports):
    """The scoring list is filled in as an assessor would, and reckoned by LibreOffice."""

    LOSSES = {
        "自评": {"A1": 2, "A2": 2, "A3": 2, "A4": 2},
        "委托方": {"C6": 1, "D2": 1.5, "C2": 3, "C3": 3, "C5": 3, "B1": 3, "A1": 1.5},
        "第三方": {"C6": 2, "D2": 1.5, "C2": 4, "C3": 3, "C5": 3, "B1": 3, "B2": 3, "A1": 0.5},
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.book = cls.export("BZ-04.xlsx", "xlsx", "BZ-04", "--level", "区")
        cls.whole = cls.export("manual.xlsx", "xlsx")

    def reckoned(self, name, losses, **more):
        """The composition, by the names of its rows, after these losses of points; `more` are other columns."""
        import openpyxl

        book = openpyxl.load_workbook(self.book)
        sheet = book[SCORES]
        columns = {cell.value: cell.column for cell in sheet[1]}
        for row in range(2, sheet.max_row + 1):
            number = sheet.cell(row, columns["指标"]).value.split()[0]
            full = sheet.cell(row, columns["满分"]).value
            for assessor, off in losses.items():
                if full is not None and off.get(number, 0) is not None:
                    sheet.cell(row, columns[assessor]).value = full - off.get(number, 0)
            if full is None:
                sheet.cell(row, columns["否决"]).value = "没有"
            for title, values in more.items():
                if number in values:
                    sheet.cell(row, columns[title]).value = values[number]
        book.save(self.folder / f"{name}.xlsx")
        [file] = self.convert("xlsx:Calc MS Excel 2007 XML", self.folder / f"{name}.xlsx")
        rows = openpyxl.load_workbook(file, data_only=True)[f"合成 {SCORES}"].iter_rows(values_only=True)
        return {row[0]: row[1:] for row in rows if row[0]}

    def expected(self, losses, **more):
        """The same by the consumer that knows nothing but the bundle."""
        checklist = self.bundle.things[SCORES]
        full = {i["number"]: Decimal(i["score"]["points"]) / 100 for i in checklist["items"] if not i["veto"]}
        scores = {
            who: {number: points - Decimal(str(off.get(number, 0))) for number, points in full.items()}
            for who, off in losses.items()
        }
        return assess.assess(checklist, {"level": "区", "scores": scores, **more})

    def test_the_total_is_that_of_the_bundle(self):
        after = {who: {**off, "C6": 2, "D2": 1.5} for who, off in self.LOSSES.items()}
        for name, losses, cases in (("first", self.LOSSES, {}), ("after", after, {"D2": 1, "F3": 5})):
            with self.subTest(name):
                sheet = self.reckoned(name, losses, 扣分件数=cases)
                expected = self.expected(losses, deductions=cases)
                totals = [Decimal(str(round(value, 2))) for value in sheet["合计"][1:4]]
                self.assertEqual(totals, list(expected["totals"].values()))
                self.assertEqual(Decimal(str(sheet["总分"][1])), expected["total"])
                self.assertEqual(sheet["等级"][1], expected["grade"])
                places = {(review.get("group") or "合计") for review in expected["reviews"]}
                reviewed = {row for row, values in sheet.items() if len(values) > 9 and values[9] == "复核"}
                self.assertEqual(reviewed - {"一级指标"}, places)

    def test_points_of_what_is_not_offered_are_worked_out_from_the_rest(self):
        # The worked example of the norm: of the other 29 points of C a station got 23.2, so C6 counts 4.0 of 5.
        none = {"C6": None, "C1": 3, "C2": 2.8}
        sheet = self.reckoned("rest", {who: none for who in self.LOSSES}, 计分或折算={"C6": "折算"})
        self.assertEqual([round(value, 6) for value in sheet["C 服务提供"][1:4]], [27.2] * 3)
        self.assertEqual(sheet["合计"][10], 0)

    def test_a_missing_score_gives_no_total_and_a_veto_no_grade(self):
        sheet = self.reckoned("missing", {**self.LOSSES, "第三方": {"A1": None}})
        self.assertEqual(sheet["合计"][10], 1)
        self.assertIn(sheet["总分"][1], (None, ""))
        sheet = self.reckoned("veto", self.LOSSES, 否决={"V1": "坐实"})
        self.assertEqual(sheet["等级"][1], "不合格")

    def test_the_whole_manual_survives_being_opened_and_saved(self):
        import openpyxl

        [file] = self.convert("xlsx:Calc MS Excel 2007 XML", self.whole)
        ours, theirs = (openpyxl.load_workbook(path) for path in (self.whole, file))
        self.assertEqual(ours.sheetnames, theirs.sheetnames)
        for name in ("要求", "检查表"):
            rows = [[list(row) for row in book[name].iter_rows(values_only=True)] for book in (ours, theirs)]
            self.assertGreater(len(rows[0]), 900)
            self.assertEqual(*rows)
            self.assertEqual(ours[name].freeze_panes, "B2")
            self.assertEqual(len(ours[name].merged_cells.ranges), 0)


class Oscal(Exports):
    """Read by two implementations: compliance-trestle (OSCAL 1.2.1), and oscal by the metaschema of 1.1.3."""

    NAMES = ("catalog", "profile", "assessment-plan")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.export("oscal", "oscal")
        cls.files = {name: json.loads((folder / f"{name}.json").read_text("utf-8")) for name in cls.NAMES}

    def trestle(self, name, model):
        from trestle.oscal.assessment_plan import AssessmentPlan
        from trestle.oscal.catalog import Catalog
        from trestle.oscal.profile import Profile

        kinds = dict(zip(self.NAMES, (Catalog, Profile, AssessmentPlan)))
        path = self.folder / "read.json"
        path.write_text(json.dumps(model, ensure_ascii=False), "utf-8")
        return kinds[name].oscal_read(path)

    def refuses(self, name, change):
        model = copy.deepcopy(self.files[name])
        change(model[name])
        from trestle.common.err import TrestleError

        with self.assertRaises(TrestleError):
            self.trestle(name, model)

    def test_trestle_reads_every_file_and_finds_every_requirement(self):
        for name, model in self.files.items():
            self.assertIsNotNone(self.trestle(name, model), name)
        from trestle.core.catalog.catalog_interface import CatalogInterface

        catalog = CatalogInterface(self.trestle("catalog", self.files["catalog"]))
        ids = set(catalog.get_control_ids())
        bound = set()
        for path in (Path(BUNDLE) / "norms").glob("*.json"):
            norm = json.loads(path.read_text("utf-8"))
            clauses = [clause for section in norm["sections"] for clause in section.get("clauses", [])]
            bound.update(clause["id"] for clause in clauses if clause["modality"] != "statement")
            bound.update(retired["id"] for retired in norm.get("retired", []))
        self.assertEqual(ids, bound)

    def test_trestle_refuses_a_mutated_file(self):
        self.refuses("catalog", lambda model: model.update(groups=[]))
        self.refuses("catalog", lambda model: model.update(uuid="not-a-uuid"))
        self.refuses("catalog", lambda model: model["groups"][0].update(unknown="x"))
        self.refuses("catalog", lambda model: model["groups"][0].pop("title"))
        self.refuses("profile", lambda model: model.pop("imports"))
        self.refuses("profile", lambda model: model["metadata"].update({"last-modified": "yesterday"}))
        self.refuses("assessment-plan", lambda model: model.pop("import-ssp"))

    def test_the_metaschema_of_1_1_3_is_kept_to(self):
        for name, model in self.files.items():
            self.assertEqual(self.faults(model), [], name)
        broken = copy.deepcopy(self.files["catalog"])
        broken["catalog"]["metadata"].pop("title")
        self.assertNotEqual(self.faults(broken), [])

    def faults(self, model):
        import logging

        logging.getLogger("oscal").setLevel(logging.CRITICAL + 1)
        from oscal import OSCAL, oscal_support

        # The metaschemas it carries would be unpacked into the working folder.
        oscal_support.configure_support(str(self.folder / "metaschemas.db"))
        path = self.folder / "checked.json"
        path.write_text(json.dumps(model, ensure_ascii=False), "utf-8")
        content = OSCAL.open(str(path))
        self.assertEqual(content.oscal_version, "v1.1.3")
        content.validate()
        # Its tokens are ASCII; those of the standard are letters of any script.
        token = re.compile(r"[^\W\d][\w.\-]*")
        return [
            fault
            for fault in content.validation_errors
            if not (fault["error-type"] == "invalid-type" and token.fullmatch(str(fault["value"])))
        ]


class Answers(Exports):
    def test_a_filled_in_table_comes_back_and_a_stale_one_does_not(self):
        import csv

        path = self.export("answers.csv", "csv", SCORES, "--answers")
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            row["status"], row["note"] = "部分符合", "看过；=1+1"
            row["score"] = "0.5" if row["points"] not in ("", "0") else ""

        def given(rows):
            with open(path, "w", encoding="utf-8-sig", newline="") as file:
                writer = csv.DictWriter(file, rows[0].keys())
                writer.writeheader()
                writer.writerows(rows)
            return subprocess.run([PROGRAM, "import", "csv", path], capture_output=True, text=True)

        run = given(rows)
        self.assertEqual(run.returncode, 0, run.stderr)
        answers = json.loads(run.stdout)["answers"]
        self.assertEqual([answer["id"] for answer in answers], [row["id"] for row in rows])
        self.assertEqual(answers[0]["score"], 50)
        rows[2]["text_fp"] = "sha256:" + "0" * 64
        run = given(rows)
        self.assertEqual((run.returncode, run.stdout), (1, ""))
        self.assertIn("第 4 行 text_fp 栏", run.stderr)


if __name__ == "__main__":
    unittest.main()
