"""Reads a bundle (the folder standard/v1 of a build), trusting nothing in it: digests, schemas, links."""

import hashlib
import json
import re
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

FORMAT = "shouce/1"
BRACES = re.compile(r"\{\{([^{}]+)\}\}")
# Keys whose texts are ids of other things. Keys that hold something else under the same name in
# another place (a date, a table) are told apart by the type of their value.
ID_KEYS = {
    "owner", "readers", "parameters", "source", "related", "indicators", "source_facts", "parent", "ids", "role",
    "roles", "record", "form", "reference", "done", "parameter", "norm", "checks", "checklists", "forms",
    "filled_by", "indicator", "dated_by", "fields", "until", "weights", "review", "grades", "target", "see", "basis", "steps", "used_in", "into", "cited_by",
}
# Keys whose texts are ids only where they look like one.
WORDS_OR_IDS = {"data_from"}
FORM_ID = re.compile(r"FM-[A-Z]{2}-[0-9]{2}-[0-9]+")


class Bundle:
    """The files of a bundle as Python values, an index of every id, and the faults found so far."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.faults = []
        self.digest = None
        self.files = {}
        self.things, self.planned, self.components = {}, {}, {}
        self.links = 0
        # What does not follow its schema cannot be relied on to have the keys that are read below.
        if self._read() and self._validate():
            self._index()
            self._follow()

    def fault(self, where, what):
        self.faults.append(f"{where}：{what}")

    # ── bytes ──

    def _read(self):
        manifest = self._bytes("manifest.json")
        digest_line = self._bytes("manifest.sha256")
        if manifest is None or digest_line is None:
            return False
        self.digest = hashlib.sha256(manifest).hexdigest()
        if digest_line.decode("ascii", "replace") != f"{self.digest}  manifest.json\n":
            self.fault("manifest.sha256", "与 manifest.json 的摘要不符")
        self._parse("manifest.json", manifest)
        listed = self.files.get("manifest.json", {}).get("files", [])
        try:
            known = {entry["path"] for entry in listed} | {"manifest.json", "manifest.sha256"}
        except (KeyError, TypeError):
            self.fault("manifest.json", "files 不是文件的清单")
            return False
        for entry in listed:
            path = entry["path"]
            if path.startswith("/") or ".." in path.split("/"):
                self.fault(path, "路径越出文件夹")
                continue
            content = self._bytes(path)
            if content is None:
                continue
            if len(content) != entry.get("size"):
                self.fault(path, f"有 {len(content)} 字节，清单写 {entry.get('size')}")
            if hashlib.sha256(content).hexdigest() != entry.get("sha256"):
                self.fault(path, "摘要与清单不符")
            self._parse(path, content)
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            if path.is_file() and name not in known:
                self.fault(name, "清单里没有这个文件")
        return bool(listed)

    def _bytes(self, path):
        try:
            return (self.folder / path).read_bytes()
        except OSError as error:
            self.fault(path, f"读不了（{error.strerror}）")
            return None

    def _parse(self, path, content):
        try:
            # A key given twice would be lost without a word; a float has no place in the format.
            value = json.loads(content, object_pairs_hook=_once, parse_float=_no_float)
            if not isinstance(value, dict):
                raise ValueError("不是一个对象")
            self.files[path] = value
        except ValueError as error:
            self.fault(path, f"不是合格的 JSON（{error}）")

    # ── schemas ──

    def _validate(self):
        """Whether every file follows the schema that it names."""
        before = len(self.faults)
        schemas = {path: value for path, value in self.files.items() if path.startswith("schema/")}
        registry = Registry()
        for path, schema in schemas.items():
            try:
                Draft202012Validator.check_schema(schema)
                registry = Resource.from_contents(schema) @ registry
                schema["$id"]
            except Exception as error:  # noqa: BLE001: whatever is wrong with it is one fault
                self.fault(path, f"不是合格的 JSON Schema（{error}）")
                return False
        validators = {
            schema["$id"]: Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())
            for schema in schemas.values()
        }
        edition = self.files.get("manifest.json", {}).get("edition")
        for path, value in self.files.items():
            if path in schemas:
                continue
            validator = validators.get(value.get("schema"))
            if validator is None:
                self.fault(path, f"没有它的 schema：{value.get('schema')}")
                continue
            for error in validator.iter_errors(value):
                self.fault(path, f"不合 schema：/{'/'.join(map(str, error.absolute_path))} {error.message}")
            if value.get("format") != FORMAT or value.get("edition") != edition:
                self.fault(path, "格式或版次与清单不一致")
        return len(self.faults) == before

    # ── ids ──

    def of(self, kind):
        """The files of a kind (`norm`, `checklist`, …), with their paths."""
        wanted = f"urn:shouce:schema:v1:{kind}"
        return [(path, value) for path, value in self.files.items() if value.get("schema") == wanted]

    def one(self, kind):
        """The only file of a kind; an empty one when it is missing, which is a fault."""
        found = self.of(kind)
        if len(found) != 1:
            self.fault(kind, f"应有一个文件，有 {len(found)} 个")
        return found[0][1] if found else {}

    def _index(self):
        for path, norm in self.of("norm"):
            self._add(path, norm["id"], norm)
            for section in norm["sections"]:
                if section["kind"] in ("introduction", "text") and section["id"] != norm["id"]:
                    self._add(path, section["id"], section)
                for clause in section.get("clauses", []):
                    self._add(path, clause["id"], clause)
            for retired in norm.get("retired", []):
                self._add(path, retired["id"], retired)
        for kind, parts in (("checklist", "items"), ("form", "fields")):
            for path, whole in self.of(kind):
                self._add(path, whole["id"], whole)
                for part in whole[parts]:
                    self._add(path, part["id"], part)
        for kind, key in (
            ("parameters", "parameters"), ("roles", "roles"), ("sources", "sources"), ("indicators", "indicators"),
            ("source-facts", "source_facts"),
        ):
            for entry in self.one(kind).get(key, []):
                self._add(kind, entry["id"], entry)
        self.planned = {entry["id"]: entry["title"] for entry in self.one("handbook").get("planned", [])}
        self.components = {
            component["key"]: component
            for parameter in self.one("parameters").get("parameters", [])
            for component in parameter["components"]
        }

    def _add(self, path, id, thing):
        if id in self.things:
            self.fault(path, f"编号 {id} 出现了两次")
        self.things[id] = thing

    # ── links ──

    def _follow(self):
        for path, value in self.files.items():
            if path.startswith("schema/") or path == "manifest.json":
                continue
            for id in ids_in(value):
                self.links += 1
                if id not in self.things and not self._is_planned(id):
                    self.fault(path, f"指到不存在的 {id}")
            self._parameters(path, value)
        handbook = self.one("handbook")
        files = [norm["file"] for part in handbook.get("parts", []) for norm in part.get("norms", [])]
        files += [entry["file"] for key in ("checklists", "forms") for entry in handbook.get(key, [])]
        files += list(handbook.get("registries", {}).values())
        for file in files:
            self.links += 1
            if file not in self.files:
                self.fault("handbook.json", f"没有文件 {file}")

    def _is_planned(self, id):
        """Whether an id, or the norm or checklist it would lie in, is announced as still to come."""
        norm = re.match(r"[A-Z]{2}-[0-9]{2}(?=-)", id)
        return id in self.planned or id.rpartition(".")[0] in self.planned or (norm and norm[0] in self.planned)

    def _parameters(self, path, value):
        """Every parameter that a file names must be in its own list, with the registry's values."""
        carried = {entry["key"]: entry for entry in value.get("parameters", []) if "key" in entry}
        for key in braces_in(value):
            self.links += 1
            if key not in carried and path != "handbook.json":
                self.fault(path, f"文中的 {{{{{key}}}}} 没有随文件给出数值")
        for key, entry in carried.items():
            if self.components.get(key, {}).get("values") != entry["values"]:
                self.fault(path, f"参数 {key} 的数值与 parameters.json 不一致")


def ids_in(value):
    """Every id that a value refers to."""
    if isinstance(value, list):
        for entry in value:
            yield from ids_in(entry)
    if not isinstance(value, dict):
        return
    for key, entry in value.items():
        refers = key in ID_KEYS or (key == "from" and (isinstance(entry, list) or "until" in value))
        if refers and isinstance(entry, str):
            yield entry
        elif refers and isinstance(entry, list) and all(isinstance(one, str) for one in entry):
            yield from entry
        elif key in WORDS_OR_IDS:
            yield from filter(FORM_ID.fullmatch, entry)
        elif key != "registries":
            yield from ids_in(entry)


def braces_in(value):
    """Every parameter that stands in a text."""
    if isinstance(value, str):
        yield from BRACES.findall(value)
    elif isinstance(value, (list, dict)):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from braces_in(entry)


def _once(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError("有重复的键")
    return dict(pairs)


def _no_float(text):
    raise ValueError(f"有小数 {text}")
