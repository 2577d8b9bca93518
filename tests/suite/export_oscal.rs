//! OSCAL: that the files fit together. Whether they follow its schemas, tests/exports asks programs
//! that are not ours.

use std::collections::BTreeSet;

use serde_json::Value;
use shouce::export::{self, Selection};
use shouce::files::Files;
use shouce::vocabulary::Level;

use crate::fixture::Fixture;

fn oscal(fixture: &Fixture, words: &[&str]) -> Files {
    let handbook = fixture.compile().handbook;
    let selection = Selection::of(&handbook, words.iter().copied()).unwrap();
    export::oscal(&handbook, &selection, Level::District).unwrap()
}

fn value(files: &Files, path: &str) -> Value {
    serde_json::from_slice(files.get(path).unwrap()).unwrap()
}

/// Every text under a key of this name, wherever it stands.
fn all<'v>(value: &'v Value, key: &str, out: &mut Vec<&'v str>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(name, value)| match value {
            Value::String(text) if name == key => out.push(text),
            other => all(other, key, out),
        }),
        Value::Array(items) => items.iter().for_each(|item| all(item, key, out)),
        _ => {}
    }
}

fn texts<'v>(value: &'v Value, key: &str) -> Vec<&'v str> {
    let mut out = Vec::new();
    all(value, key, &mut out);
    out
}

#[test]
fn a_requirement_is_a_control_with_its_sentence_law_and_rights() {
    let files = oscal(&Fixture::new(), &[]);
    let catalog = value(&files, "catalog.json");
    let section = &catalog["catalog"]["groups"][0]["groups"][0]["groups"][0];
    assert_eq!((&section["id"], &section["class"]), (&"TS-01-1".into(), &"section".into()));
    let control = &section["controls"][1];
    assert_eq!(control["id"], "TS-01-1.2");
    assert_eq!(control["parts"][0]["prose"], "接待员应在{{ insert: param, P01 }}内答复来访人。");
    assert_eq!(control["links"][0]["text"], "L01 第5条");
    let property = |name: &str| {
        let props = control["props"].as_array().unwrap().iter();
        props.clone().find(|prop| prop["name"] == name).map(|prop| prop["value"].clone())
    };
    assert_eq!(property("tailor"), Some("tighten".into()));
    assert_eq!(property("due"), Some("P01，自 2.1 完成起".into()));
    // The profile has the values of the level that was asked for.
    let set = &value(&files, "profile.json")["profile"]["modify"]["set-parameters"];
    assert_eq!(set[0], serde_json::json!({ "param-id": "P01", "values": ["5个工作日"] }));
}

#[test]
fn the_files_lead_to_one_another() {
    for words in [&[][..], &["TS-01-1"], &["CK-TS-01-1"]] {
        let files = oscal(&Fixture::new(), words);
        let (catalog, plan) = (value(&files, "catalog.json"), value(&files, "assessment-plan.json"));
        let ids: BTreeSet<&str> = texts(&catalog, "id").into_iter().collect();
        assert!(texts(&plan, "control-id").iter().all(|id| ids.contains(id)), "{words:?}");
        let uuids = [texts(&catalog, "uuid"), texts(&plan, "uuid")].concat();
        for href in [texts(&catalog, "href"), texts(&plan, "href")].concat() {
            assert!(uuids.contains(&href.trim_start_matches('#')), "{href}");
        }
        let profile = value(&files, "profile.json");
        assert!(texts(&profile, "param-id").iter().all(|id| ids.contains(id)));
    }
    let plan = value(&oscal(&Fixture::new(), &[]), "assessment-plan.json");
    assert_eq!(texts(&plan, "control-id"), ["TS-01-1.1", "TS-01-2.1", "TS-01-1.2"]);
}

#[test]
fn a_retired_number_leads_to_its_successor_and_nothing_is_an_empty_list() {
    let retired = Fixture::new().front("废号:\n  \"1.9\": { 版次: \"2026.1\", 并入: \"1.1\" }\n");
    let files = oscal(&retired, &[]);
    let text = files.iter().map(|(_, bytes)| String::from_utf8(bytes.to_vec()).unwrap()).collect::<String>();
    assert!(text.contains("\"id\": \"TS-01-1.9\"") && text.contains("\"href\": \"#TS-01-1.1\""));
    assert!(!text.contains("[]"), "{text}");
    assert!(oscal(&retired, &[]).iter().eq(files.iter()));
}
