//! The text that a browser searches when there is no server: one compact file of all units.

use std::borrow::Cow;

use super::link;
use crate::model::{Handbook, Norm, SectionKind};
use crate::syntax::mark;

/// The file while it is written: titles once, then units that point to them.
#[derive(Default)]
struct Units {
    /// Headings that units share: id and title of a norm, a page or a registry.
    groups: Vec<[String; 2]>,
    /// Units as JSON, each an array: index of the group, address, title, text.
    json: Vec<u8>,
}

/// The file as JSON, in the order of the handbook.
pub fn json(handbook: &Handbook, address_of_page: &dyn Fn(&str) -> Option<String>) -> Vec<u8> {
    let mut units = Units::default();
    for norm in handbook.norms.values() {
        units.norm(handbook, norm);
    }
    units.registries(handbook);
    for page in &handbook.pages {
        let Some(address) = address_of_page(&page.path) else { continue };
        units.group(&page.id, &page.title);
        for (anchor, title, text) in &page.sections {
            let address = if anchor.is_empty() { address.clone() } else { format!("{address}#{anchor}") };
            units.add(address, title, text);
        }
    }
    // Plain strings always serialise.
    let groups = serde_json::to_string(&units.groups).unwrap_or_default();
    [format!("{{\"v\":1,\"groups\":{groups},\"units\":[").as_bytes(), &units.json, b"]}"].concat()
}

impl Units {
    fn group(&mut self, id: &str, title: &str) {
        self.groups.push([id.to_owned(), title.to_owned()]);
    }

    /// Adds a unit of the last group.
    fn add(&mut self, address: String, title: &str, text: &str) {
        let group = self.groups.len().saturating_sub(1);
        let path = address.strip_prefix('/').unwrap_or(&address);
        let address = match path.split_once('#') {
            Some((path, fragment)) => format!("{}#{fragment}", link::encode_path(path)),
            None => link::encode_path(path).into_owned(),
        };
        if !self.json.is_empty() {
            self.json.push(b',');
        }
        // Numbers and strings always serialise.
        let _ = serde_json::to_writer(&mut self.json, &(group, address, title, text));
    }

    fn norm(&mut self, handbook: &Handbook, norm: &Norm) {
        self.group(norm.id.as_str(), &norm.title);
        self.add(format!("/{}/", norm.id), &norm.title, norm.notice.as_deref().unwrap_or_default());
        for section in norm.sections.iter() {
            if !section.text.is_empty()
                || !matches!(section.kind, SectionKind::Introduction | SectionKind::Text)
            {
                let address = format!("/{}/#{}", norm.id, section.id.local());
                self.add(address, &format!("{} {}", section.number, section.title), &section.text);
            }
        }
        for clause in norm.clauses() {
            let mut text = filled(handbook, &clause.text);
            for more in [&clause.exception, &clause.note].into_iter().flatten() {
                text.to_mut().push(' ');
                text.to_mut().push_str(&mark::without_marks(more));
            }
            self.add(format!("/{}/#{}", norm.id, clause.number), clause.id.as_str(), &text);
        }
        for checklist in &norm.checklists {
            self.add(format!("/checklists/{}/", checklist.id), &checklist.title, checklist.id.as_str());
            for item in &checklist.items {
                let title = format!("{} {}", checklist.title, item.number);
                self.add(format!("/checklists/{}/#{}", checklist.id, item.number), &title, &item.text);
            }
        }
        for form in norm.forms.iter() {
            let fields: Vec<_> =
                form.fields.iter().map(|field| format!("{} {}", field.label, field.note_text)).collect();
            self.add(
                format!("/forms/{}/", form.id),
                &form.title,
                &format!("{} {}", form.id, fields.join("；")),
            );
        }
    }

    fn registries(&mut self, handbook: &Handbook) {
        self.group("", "术语");
        for term in &handbook.terms {
            let others = [&term.synonyms[..], &term.deprecated[..]].concat().join("、");
            let anchor = term.word.replace(char::is_whitespace, "-");
            self.add(format!("/terms/#{anchor}"), &term.word, &format!("{} {others}", term.definition));
        }
        self.group("", "角色");
        for role in handbook.roles.values() {
            self.add(
                format!("/roles/{}/", role.id),
                &role.title,
                &format!("{} {}", role.mission, role.aliases.join("、")),
            );
        }
        self.group("", "参数");
        for parameter in handbook.parameters.values() {
            let note = parameter.note.as_deref().unwrap_or_default();
            self.add(
                format!("/parameters/#{}", parameter.id),
                &parameter.label,
                &format!("{} {note}", parameter.id),
            );
        }
        self.group("", "依据");
        for source in handbook.sources.values() {
            let number = source.number.as_deref().unwrap_or_default();
            self.add(
                format!("/sources/#{}", source.id),
                &source.title,
                &format!("{} {number} {}", source.id, source.subject),
            );
        }
        self.group("", "指标");
        for found in handbook.indicators.values() {
            self.add(
                format!("/indicators/#{}", found.id),
                &found.title,
                &format!("{} {}", found.id, found.definition),
            );
        }
        self.group("", "来源事实");
        for fact in handbook.source_facts.values() {
            self.add(format!("/source-facts/#{}", fact.id), fact.id.as_str(), &fact.text);
        }
    }
}

/// A clause's text with the values of its parameters in place of `{{P07.平时}}`.
pub fn filled<'a>(handbook: &Handbook, text: &'a str) -> Cow<'a, str> {
    if !text.contains('{') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((name, behind)) = after.split_once("}}") else {
            out.push_str("{{");
            rest = after;
            continue;
        };
        let value = mark::component(name).ok().and_then(|(id, component)| {
            let found = handbook.parameters.get(&id)?.component(component.as_deref())?;
            found.text(handbook.config.level).or_else(|| found.default_text())
        });
        out.push_str(value.as_deref().unwrap_or(name));
        rest = behind;
    }
    out.push_str(rest);
    Cow::Owned(out)
}
