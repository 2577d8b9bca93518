//! The theme: templates and static files, built in or overridden by a handbook.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use sha2::{Digest as _, Sha256};
use tera::{Context, ErrorKind, Tera};

use crate::error::Error;
use crate::text;

/// Prefix under which the built-in templates are known, so that an override can extend the one it
/// replaces: `{% extends "builtin/norm.html" %}`.
const BUILTIN: &str = "builtin/";

/// Folder of the files that are published under `assets/`.
const STATIC: &str = "static/";

/// The built-in files: part of the program in a release build, read from disk in a debug build.
#[derive(rust_embed::RustEmbed)]
#[folder = "templates/"]
struct Builtin;

/// Templates ready to render, and the static files with their published names.
#[derive(Debug)]
pub struct Theme {
    tera: Tera,
    /// By the name that they have in the folder of static files.
    assets: BTreeMap<String, Asset>,
}

/// A static file.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Where it is published: `assets/site-0123456789.css`.
    pub path: String,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

impl Theme {
    /// The built-in theme with a handbook's own files (name, such as `norm.html`, and text) over it.
    ///
    /// # Errors
    /// [`Error::Template`] when a template does not parse, or uses what does not exist.
    pub fn load(overrides: &BTreeMap<String, String>) -> Result<Arc<Self>, Error> {
        // Parsing is paid once a process; in a debug build the files may change under our feet.
        static LOADED: OnceLock<Arc<Theme>> = OnceLock::new();
        if cfg!(debug_assertions) || !overrides.is_empty() {
            return Self::read(overrides).map(Arc::new);
        }
        if let Some(theme) = LOADED.get() {
            return Ok(theme.clone());
        }
        let theme = Arc::new(Self::read(overrides)?);
        Ok(LOADED.get_or_init(|| theme).clone())
    }

    fn read(overrides: &BTreeMap<String, String>) -> Result<Self, Error> {
        let mut templates = Vec::new();
        let mut files: BTreeMap<String, Arc<[u8]>> = BTreeMap::new();
        for name in Builtin::iter() {
            let Some(file) = Builtin::get(&name) else { continue };
            if let Some(name) = name.strip_prefix(STATIC) {
                files.insert(name.to_owned(), squeezed(name, &file.data));
            } else if is_template(&name) {
                let text = String::from_utf8_lossy(&file.data).into_owned();
                templates.push((format!("{BUILTIN}{name}"), text));
            }
        }
        for (name, text) in overrides {
            if let Some(name) = name.strip_prefix(STATIC) {
                files.insert(name.to_owned(), text.as_bytes().into());
            } else if is_template(name) {
                templates.push((name.clone(), text.clone()));
            }
        }
        let mut tera = Tera::new();
        tera.autoescape_on([".html", ".xml", ".atom"]);
        tera.set_fallback_prefixes([BUILTIN]).map_err(|error| template_error(&error))?;
        tera.add_raw_templates(templates).map_err(|error| template_error(&error))?;
        Ok(Self { tera, assets: published(files) })
    }

    /// Renders a template.
    ///
    /// # Errors
    /// [`Error::Template`] with file, line and column of the template.
    pub fn render(&self, name: &str, context: &Context, out: &mut Vec<u8>) -> Result<(), Error> {
        self.tera.render_to(name, context, out).map_err(|error| template_error(&error))
    }

    /// The static file of this name.
    pub fn asset(&self, name: &str) -> Option<&Asset> {
        self.assets.get(name)
    }

    /// The published path of every static file by its name.
    pub fn paths(&self) -> BTreeMap<String, String> {
        self.assets.iter().map(|(name, asset)| (name.clone(), asset.path.clone())).collect()
    }

    /// All static files.
    pub fn assets(&self) -> impl Iterator<Item = &Asset> {
        self.assets.values()
    }
}

/// Static files under published names, which change with their bytes and so may be kept for ever. Files of one
/// folder speak of one another by name, so there it is the folder whose name changes.
fn published(files: BTreeMap<String, Arc<[u8]>>) -> BTreeMap<String, Asset> {
    let mut folders: BTreeMap<String, Sha256> = BTreeMap::new();
    for (name, bytes) in &files {
        if let Some((folder, file)) = name.split_once('/') {
            let hash = folders.entry(folder.to_owned()).or_default();
            hash.update(Sha256::digest(file.as_bytes()));
            hash.update(Sha256::digest(bytes));
        }
    }
    let folders: BTreeMap<String, String> =
        folders.into_iter().map(|(folder, hash)| (folder, short(&hash.finalize()))).collect();
    let path = |name: &str, bytes: &[u8]| match name.split_once('/') {
        Some((folder, file)) => format!("assets/{folder}-{}/{file}", folders[folder]),
        None => {
            let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
            format!("assets/{stem}-{}.{extension}", short(&Sha256::digest(bytes)))
        }
    };
    files
        .into_iter()
        .map(|(name, bytes)| (name.clone(), Asset { path: path(&name, &bytes), bytes }))
        .collect()
}

/// A built-in script or stylesheet without indentation and comments that fill their lines: what people
/// read in the source costs readers nothing on the way. Nothing of ours has a text of several lines in it.
fn squeezed(name: &str, bytes: &[u8]) -> Arc<[u8]> {
    let (comment, end) = if name.ends_with(".css") {
        ("/*", "*/")
    } else if name.ends_with(".js") {
        ("//", "")
    } else {
        return bytes.into();
    };
    let Ok(text) = std::str::from_utf8(bytes) else { return bytes.into() };
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        let whole = line.starts_with(comment) && (!line.contains(end) || line.ends_with(end));
        inside |= whole || (line.starts_with("/**") && line.ends_with("*/"));
        if !inside && !line.is_empty() {
            out.extend([line, "\n"]);
        }
        // A comment that goes on behind this line ends where its sign stands last on a line.
        inside &= !(end.is_empty() || line.ends_with(end));
    }
    out.into_bytes().into()
}

fn short(hash: &[u8]) -> String {
    text::hexadecimal(&hash[..5])
}

fn is_template(name: &str) -> bool {
    [".html", ".xml", ".atom", ".txt"].iter().any(|extension| name.ends_with(extension))
}

/// A template's fault with its place. Columns are counted in characters from 1.
fn template_error(error: &tera::Error) -> Error {
    Error::Template(match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let (span, file) = (report.span(), report.filename());
            format!("{file}:{}:{}：{}", span.start_line, span.start_col + 1, report.message())
        }
        _ => error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, text: &str) -> Result<Arc<Theme>, Error> {
        Theme::load(&BTreeMap::from([(name.to_owned(), text.to_owned())]))
    }

    #[test]
    fn published_names_change_with_the_bytes() {
        let path = |name: &str, text: &str, of: &str| {
            let files = [("site.css", ""), ("search/box.js", ""), ("search/fold.js", ""), (name, text)];
            let files = files.into_iter().map(|(name, text)| (name.to_owned(), text.as_bytes().into()));
            published(files.collect())[of].path.clone()
        };
        let css = path("site.css", "a", "site.css");
        assert!(css.starts_with("assets/site-") && css.ends_with(".css"));
        assert_ne!(css, path("site.css", "b", "site.css"));
        // What a folder's file imports may change while the file does not.
        let script = path("search/fold.js", "a", "search/box.js");
        assert!(script.starts_with("assets/search-") && script.ends_with("/box.js"));
        assert_ne!(script, path("search/fold.js", "b", "search/box.js"));
        assert_eq!(path("site.css", "a", "search/box.js"), path("site.css", "b", "search/box.js"));
    }

    #[test]
    fn comments_and_indentation_stay_at_home() {
        let text =
            |name: &str, text: &str| String::from_utf8_lossy(&squeezed(name, text.as_bytes())).into_owned();
        assert_eq!(
            text("a.css", "/* one\n   two */\n\na { /* in a line */\n  b: c;\n}\n"),
            "a { /* in a line */\nb: c;\n}\n"
        );
        assert_eq!(text("a.js", "// one\n/** two */\nf(\"//x\"); // three\n"), "f(\"//x\"); // three\n");
        assert_eq!(text("a.svg", "  <svg/>"), "  <svg/>");
    }

    #[test]
    fn a_broken_override_names_its_place() {
        let error = with("404.html", "<p>\n{% if %}</p>").expect_err("must fail").to_string();
        assert!(error.contains("404.html:2:"), "{error}");
        let error = with("404.html", "{{ x | nosuch }}").expect_err("must fail").to_string();
        assert!(error.contains("404.html:1:"), "{error}");
    }

    #[test]
    fn an_override_goes_before_the_built_in_and_may_extend_it() {
        let theme =
            with("404.html", r#"{% extends "builtin/404.html" %}{% block title %}没有{% endblock %}"#);
        assert!(theme.is_ok(), "{theme:?}");
        let theme = with("static/site.css", "body{}").expect("a theme");
        assert_eq!(&*theme.asset("site.css").expect("css").bytes, b"body{}");
    }
}
