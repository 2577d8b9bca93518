//! `forms/<id>.json`: a form and its fields.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Header, cited_by, none};
use crate::export::prose;
use crate::id::Id;
use crate::model::{
    Audience, ExclusionConstraint, Form, FormField, Handbook, IndicatorCount, Norm, UniqueConstraint,
};
use crate::syntax::deadline::Schedule;
use crate::vocabulary::{FieldType, Keep, Personal};

use super::parameter::{ParameterUse, Uses};

/// One form.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct FormFile<'a> {
    /// The keys that every file carries.
    #[serde(flatten)]
    pub header: Header<'a>,
    /// Id, such as `FM-NJ-03-1`.
    pub id: &'a Id,
    /// The norm it belongs to.
    pub norm: &'a Id,
    /// Title.
    pub title: &'a str,
    /// Roles that fill it in.
    #[serde(skip_serializing_if = "none")]
    pub filled_by: &'a [Id],
    /// Whether everybody may fill it in.
    pub open_to_all: bool,
    /// When it is filled in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<&'a Schedule>,
    /// How long it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep: Option<Keep>,
    /// Whether its fields are the columns of rows that repeat.
    pub rows: bool,
    /// What no two entries may have in common.
    #[serde(skip_serializing_if = "none")]
    pub unique: &'a [UniqueConstraint],
    /// What no two entries may hold at the same time.
    #[serde(skip_serializing_if = "none")]
    pub exclusive: &'a [ExclusionConstraint],
    /// The indicators that an entry counts into.
    #[serde(skip_serializing_if = "none")]
    pub counts: &'a [IndicatorCount],
    /// Its fields, in order.
    pub fields: Vec<FieldData<'a>>,
    /// Values of the parameters that its notes name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<ParameterUse<'a>>,
    /// Who refers to it.
    #[serde(skip_serializing_if = "none")]
    pub cited_by: &'a [Id],
}

/// A field of a form.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Field", deny_unknown_fields)]
pub struct FieldData<'a> {
    /// Id, such as `FM-NJ-03-1.03`.
    pub id: &'a Id,
    /// Number, such as `03`.
    pub number: &'a str,
    /// Its name.
    pub label: &'a str,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Whether it must be filled in.
    pub required: bool,
    /// The values of a choice.
    #[serde(skip_serializing_if = "none")]
    pub options: &'a [String],
    /// Help for the person who fills it in, as Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Whether it holds personal information.
    pub personal: Personal,
    /// How long it is kept, when different from the form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep: Option<Keep>,
    /// Who may see it, when that is not everybody who may see the form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible_to: Option<&'a Audience>,
}

/// A form as its file.
pub fn form<'a>(handbook: &'a Handbook, norm: &'a Norm, form: &'a Form) -> FormFile<'a> {
    let mut uses = Uses::default();
    form.when.iter().for_each(|when| uses.schedule(when));
    let fields = form.fields.iter().map(|field| field_data(field, &mut uses)).collect();
    FormFile {
        header: Header::new(handbook, "form"),
        id: &form.id,
        norm: &norm.id,
        title: &form.title,
        filled_by: &form.filled_by,
        open_to_all: form.open_to_all,
        when: form.when.as_ref(),
        keep: form.keep,
        rows: form.rows,
        unique: &form.unique,
        exclusive: &form.exclusive,
        counts: &form.counts,
        fields,
        parameters: uses.values(handbook),
        cited_by: cited_by(handbook, &form.id),
    }
}

fn field_data<'a>(field: &'a FormField, uses: &mut Uses<'a>) -> FieldData<'a> {
    let note = uses.replace_marks(&prose::markdown(&field.note));
    FieldData {
        id: &field.id,
        number: &field.number,
        label: &field.label,
        kind: field.kind,
        required: field.required,
        options: &field.options,
        note: (!note.is_empty()).then_some(note),
        personal: field.personal,
        keep: field.keep,
        visible_to: (!field.visible_to.is_empty()).then_some(&field.visible_to),
    }
}
