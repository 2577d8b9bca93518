//! Norms, clauses, checklists and forms.

use schemars::JsonSchema;
use serde::Serialize;

use super::{canonical, level, list, missing};
use crate::export::json;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::http::route::Call;
use crate::id::Id;
use crate::model::{Checklist, Clause, Form, Handbook, Norm, Readers, RoleDuty, Target};
use crate::vocabulary::{Level, NormKind, Status};

/// A norm, in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ListedNorm<'a> {
    /// Id.
    pub id: &'a Id,
    /// Title.
    pub title: &'a str,
    /// Kind of document.
    pub kind: NormKind,
    /// State.
    pub status: Status,
    /// Edition of this norm.
    pub edition: &'a str,
    /// Code of its part.
    pub part: &'a str,
    /// Role that answers for it.
    pub owner: &'a Id,
    /// Levels it applies to; absent: all.
    #[serde(skip_serializing_if = "<[Level]>::is_empty")]
    pub levels: &'a [Level],
    /// Its page.
    pub url: String,
    /// Its address in this API.
    pub href: String,
}

/// A checklist, in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ListedChecklist<'a> {
    /// Id.
    pub id: &'a Id,
    /// Title.
    pub title: &'a str,
    /// The norm it belongs to.
    pub norm: &'a Id,
    /// When it is done, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub when: Option<&'a str>,
    /// Number of its items.
    pub items: usize,
    /// Whether its items are scored.
    pub scoring: bool,
    /// Its page.
    pub url: String,
    /// Its address in this API.
    pub href: String,
}

/// A form, in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ListedForm<'a> {
    /// Id.
    pub id: &'a Id,
    /// Title.
    pub title: &'a str,
    /// The norm it belongs to.
    pub norm: &'a Id,
    /// Roles that fill it in.
    #[serde(skip_serializing_if = "<[Id]>::is_empty")]
    pub filled_by: &'a [Id],
    /// Number of its fields.
    pub fields: usize,
    /// Its page.
    pub url: String,
    /// Its address in this API.
    pub href: String,
}

/// `/api/v1/norms`
pub fn norms(call: &Call<'_>) -> Result<Reply, Problem> {
    let handbook = &call.content()?.handbook;
    let filter = Filter::of(call, handbook)?;
    let kind = call.arguments.word("kind", NormKind::parse);
    let status = call.arguments.word("status", Status::parse);
    let wanted = |norm: &&Norm| {
        filter.takes(norm)
            && filter.role_is(|role| concerns(norm, role))
            && kind.is_none_or(|kind| norm.kind == kind)
            && status.is_none_or(|status| norm.status == status)
    };
    let listed = handbook.norms.values().filter(wanted).map(|norm| listed_norm(handbook, norm));
    list::reply(call, listed.collect(), |listed| listed.id.as_str())
}

/// `/api/v1/norms/{id}`
pub fn norm(call: &Call<'_>) -> Result<Reply, Problem> {
    let handbook = &call.content()?.handbook;
    let id = Id::new(call.segment);
    let Some(norm) = handbook.norms.get(&id) else {
        return Err(missing::problem(handbook, &id, "规范", handbook.norms.keys()));
    };
    applies(call, &id, &norm.levels)?;
    level::reply(call, &json::norm(handbook, norm))
}

/// `/api/v1/clauses/{id}`
pub fn clause(call: &Call<'_>) -> Result<Reply, Problem> {
    let handbook = &call.content()?.handbook;
    let id = Id::new(call.segment);
    let Some(Target::Clause(norm, clause)) = handbook.target(&id) else {
        return Err(missing::problem(
            handbook,
            &id,
            "条款",
            handbook.clauses().map(|(_, clause)| &clause.id),
        ));
    };
    applies(call, &id, levels_of(norm, clause))?;
    level::reply(call, &json::clause(handbook, norm, clause))
}

/// `/api/v1/checklists`
pub fn checklists(call: &Call<'_>) -> Result<Reply, Problem> {
    let handbook = &call.content()?.handbook;
    let filter = Filter::of(call, handbook)?;
    let has_role =
        |checklist: &Checklist, role: &Id| checklist.items.iter().any(|item| has(&item.roles, role));
    let listed = handbook
        .checklists()
        .filter(|(norm, checklist)| filter.takes(norm) && filter.role_is(|role| has_role(checklist, role)))
        .map(|(norm, checklist)| listed_checklist(handbook, norm, checklist));
    list::reply(call, listed.collect(), |listed| listed.id.as_str())
}

/// `/api/v1/checklists/{id}`
pub fn checklist(call: &Call<'_>) -> Result<Reply, Problem> {
    let handbook = &call.content()?.handbook;
    let id = Id::new(call.segment);
    let Some(Target::Checklist(norm, checklist)) = handbook.target(&id) else {
        return Err(missing::problem(
            handbook,
            &id,
            "检查表",
            handbook.checklists().map(|(_, checklist)| &checklist.id),
        ));
    };
    applies(call, &id, &norm.levels)?;
    level::reply(call, &json::checklist(handbook, norm, checklist))
}

/// `/api/v1/forms`
pub fn forms(call: &Call<'_>) -> Result<Reply, Problem> {
    let handbook = &call.content()?.handbook;
    let filter = Filter::of(call, handbook)?;
    let listed = handbook
        .forms()
        .filter(|(norm, form)| filter.takes(norm) && filter.role_is(|role| form.filled_by.contains(role)))
        .map(|(norm, form)| listed_form(handbook, norm, form));
    list::reply(call, listed.collect(), |listed| listed.id.as_str())
}

/// `/api/v1/forms/{id}`
pub fn form(call: &Call<'_>) -> Result<Reply, Problem> {
    let handbook = &call.content()?.handbook;
    let id = Id::new(call.segment);
    let Some(Target::Form(norm, form)) = handbook.target(&id) else {
        return Err(missing::problem(handbook, &id, "表单", handbook.forms().map(|(_, form)| &form.id)));
    };
    canonical(&json::form(handbook, norm, form))
}

/// What every list can be narrowed by.
struct Filter {
    codes: Option<Vec<String>>,
    level: Option<Level>,
    role: Option<Id>,
}

impl Filter {
    fn of(call: &Call<'_>, handbook: &Handbook) -> Result<Self, Problem> {
        let codes = call.arguments.text("part").map(|code| part_codes(handbook, code)).transpose()?;
        let role = call.arguments.text("role").map(|role| known_role(handbook, role)).transpose()?;
        Ok(Self { codes, level: call.level(), role })
    }

    /// Whether a norm is of the part and for the level asked for.
    fn takes(&self, norm: &Norm) -> bool {
        let in_part = self.codes.as_ref().is_none_or(|codes| codes.contains(&norm.part));
        in_part && self.level.is_none_or(|level| norm.levels.is_empty() || norm.levels.contains(&level))
    }

    /// Whether no role is asked for, or it is one that `test` takes.
    fn role_is(&self, test: impl Fn(&Id) -> bool) -> bool {
        self.role.as_ref().is_none_or(test)
    }
}

/// The codes of the part that has this one among its codes.
pub fn part_codes(handbook: &Handbook, code: &str) -> Result<Vec<String>, Problem> {
    let part = handbook.parts.iter().find(|part| part.codes.iter().any(|known| known == code));
    let known = || handbook.parts.iter().map(|part| part.code.as_str()).collect::<Vec<_>>().join("、");
    part.map(|part| part.codes.clone())
        .ok_or_else(|| Problem::parameter("part", format!("没有这个部；有 {}", known())))
}

/// A role that the registry knows.
pub fn known_role(handbook: &Handbook, role: &str) -> Result<Id, Problem> {
    let id = Id::new(role);
    let known = handbook.roles.contains_key(&id);
    if known {
        Ok(id)
    } else {
        Err(Problem::parameter("role", "角色表里没有这个号；全部角色见 /api/v1/roles"))
    }
}

/// Whether a norm concerns a role: it owns it, must know it, or has something to do in it.
fn concerns(norm: &Norm, role: &Id) -> bool {
    let reads = match &norm.readers {
        Readers::All => true,
        Readers::Roles(roles) => roles.contains(role),
    };
    reads || norm.owner == *role || norm.clauses().any(|clause| has(&clause.roles, role))
}

fn has(roles: &[RoleDuty], role: &Id) -> bool {
    roles.iter().any(|duty| duty.role == *role)
}

/// The levels a clause is for: its own, or its norm's.
fn levels_of<'a>(norm: &'a Norm, clause: &'a Clause) -> &'a [Level] {
    if clause.levels.is_empty() { &norm.levels } else { &clause.levels }
}

/// Refuses what is not for the level asked for.
fn applies(call: &Call<'_>, id: &Id, levels: &[Level]) -> Result<(), Problem> {
    match call.level() {
        Some(level) if !levels.is_empty() && !levels.contains(&level) => {
            Err(Problem::not_found(format!("{id} 不适用于{}级", level.chinese()), Vec::new()))
        }
        _ => Ok(()),
    }
}

fn listed_norm<'a>(handbook: &Handbook, norm: &'a Norm) -> ListedNorm<'a> {
    ListedNorm {
        id: &norm.id,
        title: &norm.title,
        kind: norm.kind,
        status: norm.status,
        edition: &norm.edition,
        part: &norm.part,
        owner: &norm.owner,
        levels: &norm.levels,
        url: url(handbook, &norm.id),
        href: format!("/api/v1/norms/{}", norm.id),
    }
}

fn listed_checklist<'a>(
    handbook: &Handbook,
    norm: &'a Norm,
    checklist: &'a Checklist,
) -> ListedChecklist<'a> {
    ListedChecklist {
        id: &checklist.id,
        title: &checklist.title,
        norm: &norm.id,
        when: checklist.when.as_ref().map(|schedule| schedule.text.as_str()),
        items: checklist.items.len(),
        scoring: checklist.scoring,
        url: url(handbook, &checklist.id),
        href: format!("/api/v1/checklists/{}", checklist.id),
    }
}

fn listed_form<'a>(handbook: &Handbook, norm: &'a Norm, form: &'a Form) -> ListedForm<'a> {
    ListedForm {
        id: &form.id,
        title: &form.title,
        norm: &norm.id,
        filled_by: &form.filled_by,
        fields: form.fields.len(),
        url: url(handbook, &form.id),
        href: format!("/api/v1/forms/{}", form.id),
    }
}

fn url(handbook: &Handbook, id: &Id) -> String {
    handbook.url(id).unwrap_or_default()
}
