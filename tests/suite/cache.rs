//! A compile that remembers says exactly what a fresh one says, whatever was changed in between.

use std::path::Path;

use shouce::compile::{Cache, compile, compile_cached};
use shouce::source::{self, Sources};

fn manual() -> Sources {
    source::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("handbook")).expect("the manual")
}

fn edit(sources: &mut Sources, path: &str, from: &str, to: &str) {
    let text = sources.text(path).to_owned();
    assert!(text.contains(from), "{path} does not hold {from}");
    sources.add(path, text.replacen(from, to, 1).as_bytes());
}

/// The bundle's manifest names the hash of everything that is data.
fn manifest(compiled: &shouce::compile::Compiled) -> Vec<u8> {
    let files = shouce::export::bundle(&compiled.handbook).expect("a bundle");
    files.get("standard/v1/manifest.json").expect("a manifest").to_vec()
}

#[test]
fn remembering_changes_nothing() {
    let cache = Cache::default();
    let mut sources = manual();
    let mut step = |what: &str, change: &dyn Fn(&mut Sources)| {
        change(&mut sources);
        let (warm, fresh) = (compile_cached(&sources, &cache), compile(&sources));
        assert_eq!(warm.diagnostics, fresh.diagnostics, "{what}");
        assert_eq!(manifest(&warm), manifest(&fresh), "{what}");
    };
    step("nothing yet", &|_| {});
    step("nothing", &|_| {});
    step("a clause that other norms' items check gets a condition", &|s| {
        edit(s, "NJ/NJ-03.md", "- **7.1** ", "- **7.1** 可应");
    });
    step("the slip is mended", &|s| edit(s, "NJ/NJ-03.md", "- **7.1** 可应", "- **7.1** "));
    step("a role gets another alias", &|s| edit(s, "roles.yaml", "别名: [预审员]", "别名: [预审人]"));
    step("a parameter's value changes", &|s| edit(s, "parameters.yaml", "市: 5", "市: 4"));
    step("a word is banned", &|s| edit(s, "shouce.yaml", "禁用词: [", "禁用词: [预审, "));
    step("a sentence refers to another norm", &|s| {
        edit(s, "NJ/NJ-03.md", "左屏放报告", "照 NJ-08-1.1 放报告")
    });
    step("and to nothing", &|s| edit(s, "NJ/NJ-03.md", "照 NJ-08-1.1 放", "照 NJ-08-99.1 放"));
    step("which comes to be", &|s| edit(s, "NJ/NJ-08.md", "- **1.1** ", "- **99.1** 甲应看。\n- **1.1** "));
    step("and goes again", &|s| edit(s, "NJ/NJ-08.md", "- **99.1** 甲应看。\n", ""));
    step("the reference too", &|s| edit(s, "NJ/NJ-03.md", "照 NJ-08-99.1 放", "放"));
    step("a clause that others refer to is renumbered", &|s| {
        edit(s, "NJ/NJ-08.md", "- **1.1** ", "- **1.77** ");
    });
    step("and back", &|s| edit(s, "NJ/NJ-08.md", "- **1.77** ", "- **1.1** "));
    step("a number is taken twice", &|s| {
        let text = s.text("NJ/NJ-08.md").to_owned();
        s.add("NJ/NJ-08b.md", text.as_bytes());
    });
    step("the first of the two goes", &|s| {
        s.files.remove("NJ/NJ-08.md");
    });
    step("the second has its name", &|s| {
        let text = s.text("NJ/NJ-08b.md").to_owned();
        s.files.remove("NJ/NJ-08b.md");
        s.add("NJ/NJ-08.md", text.as_bytes());
    });
    step("what is written is still to come", &|s| s.add("planned.yaml", "规范:\n  NJ-04: 甲\n".as_bytes()));
    step("a norm goes", &|s| {
        s.files.remove("NJ/NJ-09.md");
    });
    step("the part loses its page", &|s| {
        s.files.remove("NJ/index.md");
    });
}
