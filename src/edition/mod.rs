//! Editions held against each other: what changed, clause by clause and field by field.
//!
//! A handbook is laid out as [`record`]s, one for each thing with an id, each with the fields that an
//! author can write. [`mod@compare`] says what became of one field, [`mod@diff`] what became of the handbook.

pub mod compare;
pub mod diff;
pub mod record;
pub mod wording;

pub use diff::{Confirmed, Difference, ItemChange, diff};
pub use record::{Field, Record, RecordKind, Value, records};

use crate::model::Handbook;

/// The rewordings of a handbook that a second person confirmed.
pub fn confirmed(handbook: &Handbook) -> Confirmed {
    let stands = |id| handbook.target(id).map(|target| crate::model::short_fingerprint(&target.label()));
    let fresh = handbook.rewordings.iter().filter(|one| stands(&one.id).as_ref() == Some(&one.fingerprint));
    fresh.map(|one| (one.id.clone(), one.confirmed_by.clone())).collect()
}
