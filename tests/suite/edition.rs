//! Editions: what changed between two of them, and sealed ones that stay as they were.

use std::process::Command;

use proptest::prelude::*;
use shouce::compile::Compiled;
use shouce::edition::{Confirmed, Difference, ItemChange, diff};
use shouce::id::Id;
use shouce::release::seal::{Decision, hindrances, seal};
use shouce::release::{sign, verify};
use shouce::source::sealed::Sealed;
use shouce::vocabulary::{ChangeClass, ChangeKind, RecordField};

use crate::command;
use crate::fixture::Fixture;

fn compiled(body: &str) -> Compiled {
    Fixture::new().body(body).compile()
}

fn between(before: &str, after: &str) -> Difference {
    diff(&compiled(before).handbook, &compiled(after).handbook, &Confirmed::new())
}

fn change<'a>(difference: &'a Difference, id: &str) -> &'a ItemChange {
    let found = difference.changes.iter().find(|change| change.id.as_str() == id);
    found.unwrap_or_else(|| panic!("{id} among {:?}", difference.changes))
}

const ONE: &str = "
## 1 接待

- **1.1** 接待员宜在来访当日登记姓名和事项，记下来意。
  - 时限：3个工作日
- **1.2** 主管应每周抽查来访登记两份，看有没有漏项。
";

#[test]
fn a_handbook_does_not_differ_from_itself() {
    let found = between(ONE, ONE);
    assert_eq!((found.changes, found.proposals), (Vec::new(), Vec::new()));
    let whole = Fixture::new().compile();
    assert_eq!(diff(&whole.handbook, &Fixture::new().compile().handbook, &Confirmed::new()).changes, []);
}

#[test]
fn every_field_says_what_became_of_it() {
    let after = ONE.replace("宜在", "应在").replace("3个工作日", "2个工作日");
    let found = between(ONE, &after);
    let clause = change(&found, "TS-01-1.1");
    let kinds: Vec<_> = clause.fields.iter().map(|field| (field.field, field.change)).collect();
    assert_eq!(
        kinds,
        [
            (RecordField::Text, ChangeKind::Reworded),
            (RecordField::Modality, ChangeKind::Raised),
            (RecordField::Due, ChangeKind::Tighter),
            (RecordField::Tailor, ChangeKind::Changed),
        ]
    );
    assert_eq!(clause.class, ChangeClass::Material);
    assert_eq!(clause.roles, [Id::new("R02")]);
    assert_eq!(found.changes.len(), 1);
}

#[test]
fn a_field_that_came_or_went_leaves_the_thing_where_it_was() {
    let with = ONE.replace("两份，看有没有漏项。", "两份，看有没有漏项。\n  - 说明：随机抽");
    for (before, after, field) in [(ONE, with.as_str(), ChangeKind::Added), (&with, ONE, ChangeKind::Removed)]
    {
        let found = between(before, after);
        let clause = change(&found, "TS-01-1.2");
        assert_eq!((clause.change, clause.fields[0].change), (ChangeKind::Changed, field));
    }
}

#[test]
fn layout_changes_nothing_material() {
    let found = between(ONE, &ONE.replace("事项，记", "事项,记"));
    assert_eq!(change(&found, "TS-01-1.1").class, ChangeClass::Editorial);
}

#[test]
fn what_is_new_gone_or_moved_is_told_apart() {
    let body = |clauses: &str| format!("\n## 1 接待\n\n{clauses}");
    let before =
        body("- **1.1** 接待员应登记来访人姓名。\n- **1.2** 主管应每周抽查来访登记两份，看有没有漏项。\n");
    let moved =
        body("- **1.1** 接待员应登记来访人姓名。\n- **1.3** 主管应每周抽查来访登记三份，看有没有漏项。\n");
    let found = between(&before, &moved);
    assert_eq!(change(&found, "TS-01-1.3").change, ChangeKind::Added);
    assert_eq!(change(&found, "TS-01-1.2").change, ChangeKind::Removed);
    assert_eq!(
        (found.proposals[0].from.as_str(), found.proposals[0].to.as_str()),
        ("TS-01-1.2", "TS-01-1.3")
    );
    // With a tombstone it is one change, of what the sentence says.
    let tomb = |into: &str| {
        let front = format!("废号:\n  \"1.2\": {{ 版次: \"2026.1\", 并入: [{into}] }}\n");
        let after = Fixture::new().front(&front).body(&moved).compile();
        diff(&compiled(&before).handbook, &after.handbook, &Confirmed::new())
    };
    let found = tomb("\"1.3\"");
    let clause = change(&found, "TS-01-1.2");
    assert_eq!((clause.change, clause.into.as_slice()), (ChangeKind::Moved, &[Id::new("TS-01-1.3")][..]));
    assert_eq!(clause.fields[0].change, ChangeKind::Reworded);
    assert!(found.proposals.is_empty() && found.changes.len() == 1);
    assert_eq!(change(&tomb("\"1.1\", \"1.3\""), "TS-01-1.2").change, ChangeKind::Split);
}

#[test]
fn a_rewording_is_editorial_only_with_a_second_person_and_the_confirmed_words() {
    let after = ONE.replace("看有没有漏项", "看是否漏项");
    let confirmation = |fingerprint: &str| {
        let entry = format!("- 条: TS-01-1.2\n  指纹: \"{fingerprint}\"\n  说明: 换词\n  确认: 王某\n");
        Fixture::new().file("rewordings.yaml", entry).body(&after).compile()
    };
    let compiled_before = compiled(ONE);
    let class = |after: &Compiled| {
        let confirmed = shouce::edition::confirmed(&after.handbook);
        change(&diff(&compiled_before.handbook, &after.handbook, &confirmed), "TS-01-1.2").class
    };
    assert_eq!(class(&compiled(&after)), ChangeClass::Material);
    let stale = confirmation("0000000000000000");
    assert_eq!(class(&stale), ChangeClass::Material);
    let report = stale.diagnostics.iter().find(|found| found.rule.code == "SH0605").expect("it is reported");
    let fingerprint = report.help.rsplit(' ').next().expect("the fingerprint");
    let fresh = confirmation(fingerprint);
    assert_eq!(fresh.diagnostics, []);
    assert_eq!(class(&fresh), ChangeClass::Editorial);
}

fn sealed() -> Sealed {
    let fixture = Fixture::new();
    let edition = seal(&fixture.sources(), &fixture.compile(), &decision(), None).expect("sealed");
    Sealed::read(&edition.archive().expect("an archive")).expect("read back")
}

fn decision() -> Decision {
    Decision {
        effective: jiff::civil::date(2026, 12, 1),
        transition: Some("旧件照旧".into()),
        approved_by: None,
    }
}

#[test]
fn the_same_handbook_seals_to_the_same_bytes() {
    let fixture = Fixture::new();
    let bytes = || {
        seal(&fixture.sources(), &fixture.compile(), &decision(), None)
            .expect("sealed")
            .archive()
            .expect("bytes")
    };
    assert_eq!(bytes(), bytes());
}

#[test]
fn a_sealed_edition_compiles_to_what_was_sealed() {
    let sealed = sealed();
    let compiled = shouce::compile::compile(&sealed.sources());
    assert_eq!(compiled.diagnostics, []);
    assert_eq!(diff(&compiled.handbook, &Fixture::new().compile().handbook, &Confirmed::new()).changes, []);
    assert!(verify::compiles_to_itself(&sealed).expect("it compiles"));
}

#[test]
fn the_edition_says_what_it_is_by_its_schema() {
    let sealed = sealed();
    let own = |name: &str| &sealed.files[&format!("standard/v1/{name}")];
    let schema: serde_json::Value = serde_json::from_slice(own("schema/release.json")).expect("JSON");
    let edition: serde_json::Value = serde_json::from_slice(own("release.json")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    assert!(validator.is_valid(&edition), "{edition}");
    assert_eq!((&edition["effective"], &edition["transition"]), (&"2026-12-01".into(), &"旧件照旧".into()));
}

#[test]
fn every_change_to_a_sealed_edition_is_found() {
    let sealed = sealed();
    assert_eq!(verify::verify(&sealed, None).faults, Vec::<String>::new());
    for path in sealed.files.keys() {
        let mut touched = sealed.clone();
        touched.files.get_mut(path).expect("a file").push(b' ');
        assert!(!verify::verify(&touched, None).faults.is_empty(), "{path} changed");
        let mut missing = sealed.clone();
        missing.files.remove(path);
        assert!(!verify::verify(&missing, None).faults.is_empty(), "{path} missing");
    }
    let mut more = sealed;
    more.files.insert("source/x.md".into(), Vec::new());
    assert!(!verify::verify(&more, None).faults.is_empty());
}

#[test]
fn a_signature_holds_for_its_key_and_manifest_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let (ours, theirs) = (sign::keys().expect("keys"), sign::keys().expect("keys"));
    let secret = folder.path().join("key");
    std::fs::write(&secret, &ours.secret).expect("written");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("a path").to_owned()
    };
    let (ours, theirs) = (write("ours.pub", &ours.public), write("theirs.pub", &theirs.public));
    let manifest = b"{\"edition\":\"2026.1\"}";
    let signature = sign::sign(manifest, "sha256:00", "2026.1", &secret).expect("signed");
    assert_eq!(sign::verify(manifest, &signature, &ours), Ok("2026.1 sha256:00".to_owned()));
    assert!(sign::verify(b"{}", &signature, &ours).is_err());
    assert!(sign::verify(manifest, &signature, &theirs).is_err());
    assert!(sign::verify(manifest, "nonsense", &ours).is_err());
    // The tool that the format comes from says the same.
    let (text, signed) =
        (write("manifest.json", "{\"edition\":\"2026.1\"}"), write("manifest.json.minisig", &signature));
    match Command::new("minisign").args(["-V", "-m", &text, "-x", &signed, "-p", &ours]).output() {
        Ok(run) => assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr)),
        Err(_) => println!("minisign is not installed: skipped"),
    }
}

#[test]
fn a_handbook_with_errors_or_a_lock_behind_is_not_sealed() {
    assert_eq!(hindrances(&Fixture::new().compile()), Vec::<String>::new());
    assert_eq!(hindrances(&compiled("\n## 1 接待\n\n- **1.1** 接待员应登记，应复核。\n")).len(), 1);
    for label in ["../x", "a/b", "-d", ""] {
        let settings = "编号: yangli\n标题: 样例手册\n发布: 样例中心\n严格: 是\n默认层级: 市\n部: [TS]\n";
        let named = Fixture::new().file("shouce.yaml", format!("{settings}版次: \"{label}\"\n")).compile();
        assert_eq!(hindrances(&named).len(), 1, "{label}: {:?}", hindrances(&named));
    }
    let behind = Fixture::new().file("ids.lock", "# 空\n").compile();
    assert_eq!(hindrances(&behind).len(), 1);
}

#[test]
fn the_commands_seal_list_show_compare_and_verify() {
    let place = command::Fixture::started();
    assert_eq!(place.run(&["lock"]).code, 0);
    assert_eq!(place.run(&["edition", "list"]).code, 1);
    assert_eq!(place.run(&["diff"]).code, 2);
    assert_eq!(place.run(&["edition", "key", "--out", "key"]).code, 0);
    assert_eq!(place.run(&["edition", "key", "--out", "key"]).code, 2, "an old key is kept");
    let new =
        |label: &str| place.run(&["edition", "new", "--effective", "2026-12-01", "--key", "key", label]);
    assert_eq!(new("--no-tag").code, 0);
    assert_eq!(new("--no-tag").code, 1, "sealed once");
    let listed = place.run(&["edition", "list"]).out;
    assert!(listed.contains("sha256:") && listed.contains("已签名"), "{listed}");
    let label = listed.split_whitespace().next().expect("a label").to_owned();
    assert_eq!(place.run(&["diff"]).code, 0);
    let verified = place.run(&["edition", "verify", &label, "--key", "key.pub"]);
    assert_eq!(verified.code, 0, "{}", verified.err);
    assert!(verified.out.contains("签名有效"));
    // The next edition.
    let norm = std::fs::read_dir(place.path("handbook"))
        .expect("a folder")
        .filter_map(|part| std::fs::read_dir(part.ok()?.path()).ok())
        .flatten()
        .filter_map(|file| Some(file.ok()?.path()))
        .find(|path| path.extension().is_some_and(|ending| ending == "md") && !path.ends_with("index.md"))
        .expect("a norm");
    let text = std::fs::read_to_string(&norm).expect("a text");
    std::fs::write(&norm, text.replacen("应", "宜", 1)).expect("written");
    let found = place.run(&["diff", "--format", "json"]);
    assert_eq!(found.code, 1);
    let found: serde_json::Value = serde_json::from_str(&found.out).expect("JSON");
    assert_eq!(found["changes"][0]["class"], "material");
    place.edit("handbook/shouce.yaml", &label, "9999.1");
    assert_eq!(place.run(&["lock"]).code, 0);
    assert_eq!(new("--dry-run").code, 0);
    assert_eq!(new("--no-tag").code, 0);
    let shown = place.run(&["edition", "show", "9999.1"]).out;
    assert!(shown.contains("施行：2026-12-01") && shown.contains(&format!("上一版：{label}")), "{shown}");
    // Damage is found, and said in words.
    let archive = place.path("handbook/editions/9999.1.zip");
    let mut bytes = std::fs::read(&archive).expect("bytes");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&archive, bytes).expect("written");
    assert_eq!(place.run(&["edition", "verify", "9999.1"]).code, 1);
}

#[test]
fn editions_are_read_back_from_git() {
    let place = command::Fixture::started();
    let git = |arguments: &[&str]| {
        let identity =
            ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main"];
        let run = Command::new("git").current_dir(place.path(".")).args(identity).args(arguments).output();
        assert!(run.expect("git").status.success(), "{arguments:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "x"]);
    git(&["tag", "edition/2025.9"]);
    assert!(place.run(&["edition", "list"]).out.starts_with("2025.9  git"));
    assert_eq!(place.run(&["diff", "2025.9"]).code, 0);
    assert_eq!(place.run(&["diff", "HEAD"]).code, 0);
    assert_eq!(place.run(&["diff", "--upload-pack=x"]).code, 2);
    assert_eq!(place.run(&["diff", "no-such-thing"]).code, 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_read_as_an_archive_panics(bytes in proptest::collection::vec(any::<u8>(), 0..512), head in any::<bool>()) {
        let mut archive = if head { b"PK\x03\x04".to_vec() } else { Vec::new() };
        archive.extend(bytes);
        let _ = Sealed::read(&archive);
    }

    #[test]
    fn both_texts_are_in_every_wording(before in "[应宜可。，a-z0-9{}P ]{0,24}", after in "[应宜可。，a-z0-9{}P ]{0,24}") {
        use shouce::edition::wording::{StretchChange, stretches};
        let all = stretches(&before, &after);
        let without = |change| all.iter().filter(|s| s.change != change).map(|s| s.text.as_str()).collect::<String>();
        prop_assert_eq!(without(StretchChange::Added), before);
        prop_assert_eq!(without(StretchChange::Removed), after);
    }
}
