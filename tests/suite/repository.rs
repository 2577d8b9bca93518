//! Rules of this repository: the layers of the map, the seven packages, and what the README says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Modules in the order of the map in `src/lib.rs`.
fn map() -> Vec<String> {
    let text = fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs");
    text.lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Names of crate modules that a text uses: `crate::name`, also inside `crate::{a, b}`.
fn used(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        // `$crate` and words that end in `crate` are something else.
        let rest = &text[at + "crate::".len()..];
        let word = |s: &str| s.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        match rest.strip_prefix('{') {
            Some(group) => {
                let mut depth = 0;
                let mut piece = String::new();
                for c in group.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => {
                            names.push(word(piece.trim()));
                            piece.clear();
                            continue;
                        }
                        _ => {}
                    }
                    piece.push(c);
                }
                names.push(word(piece.trim()));
            }
            None => names.push(word(rest)),
        }
    }
    names
}

/// The part of a file in front of its unit tests: tests may use whatever they need.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

#[test]
fn a_module_uses_only_modules_above_it() {
    let order: BTreeMap<String, usize> = map().into_iter().enumerate().map(|(i, name)| (name, i)).collect();
    assert!(order.len() > 10, "the map in lib.rs was not read");
    // Outputs do not know one another.
    let outputs = ["export", "search", "site"];
    let mut faults = Vec::new();
    for (module, place) in &order {
        let mut files = Vec::new();
        let file = root().join(format!("src/{module}.rs"));
        if file.is_file() {
            files.push(file);
        } else {
            sources(&root().join("src").join(module), &mut files);
        }
        assert!(!files.is_empty(), "lib.rs names `{module}`, which has no file");
        for path in files {
            let text = fs::read_to_string(&path).expect("a source file");
            for name in used(without_tests(&text)) {
                let Some(other) = order.get(&name) else { continue };
                if other > place {
                    faults.push(format!(
                        "`{module}` uses `{name}`, which lib.rs lists below it ({})",
                        path.display()
                    ));
                }
                if name != *module && outputs.contains(&module.as_str()) && outputs.contains(&name.as_str()) {
                    faults.push(format!("output `{module}` uses output `{name}` ({})", path.display()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_source_file_says_what_it_is_for() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    for path in files {
        let text = fs::read_to_string(&path).expect("a source file");
        assert!(text.starts_with("//! "), "{} does not begin with its purpose", path.display());
    }
}

#[test]
fn each_of_the_seven_packages_does_its_job() {
    let jobs = [
        ("walkdir", "src/source"),
        ("serde_yaml", "src/yaml"),
        ("pulldown_cmark", "src/syntax/markdown"),
        ("tera", "src/site"),
        ("tantivy", "src/search"),
        ("notify", "src/watch.rs"),
        ("axum", "src/http"),
    ];
    for (package, place) in jobs {
        let path = root().join(place);
        let mut files = Vec::new();
        if path.is_file() {
            files.push(path);
        } else {
            sources(&path, &mut files);
        }
        let found = files
            .iter()
            .any(|f| fs::read_to_string(f).expect("a source file").contains(&format!("{package}::")));
        assert!(found, "{package} is not used in {place}");
    }
}

#[test]
fn only_one_module_names_the_yaml_crates() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let module = root().join("src/yaml");
    for path in files.iter().filter(|path| !path.starts_with(&module)) {
        let text = fs::read_to_string(path).expect("a source file");
        assert!(
            !text.contains("serde_yaml::") && !text.contains("granit_parser"),
            "{} names a YAML crate",
            path.display()
        );
    }
}

#[test]
fn the_readme_names_commands_that_exist() {
    for name in ["README.md", "README.zh-CN.md"] {
        let text = fs::read_to_string(root().join(name)).expect("a README");
        for command in ["cargo run --release -- serve", "tests/run"] {
            assert!(text.contains(command), "{name} does not say `{command}`");
        }
        for line in text.lines().filter_map(|line| line.trim().strip_prefix("shouce ")) {
            let command = line.split_whitespace().next().unwrap_or_default();
            let file = root().join(format!("src/cli/{command}.rs"));
            assert!(file.is_file(), "{name} names `shouce {command}`, which does not exist");
        }
    }
}
