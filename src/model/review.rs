//! When a norm is to be reviewed again: the handbook's settings name the parameter that says so.

use jiff::Span;
use jiff::civil::Date;

use super::{Handbook, Norm};
use crate::syntax::deadline::{Every, parse_schedule};
use crate::syntax::mark;
use crate::vocabulary::Unit;

/// The day by which a norm is to be reviewed; `None` where the settings say nothing for its state, or
/// the parameter holds no length of time.
pub fn review_due(handbook: &Handbook, norm: &Norm) -> Option<Date> {
    let (id, component) = mark::component(handbook.config.reviews.get(&norm.status)?).ok()?;
    let found = handbook.parameters.get(&id)?.component(component.as_deref())?;
    let value = found.values.get(&handbook.config.level).or_else(|| found.values.values().next())?;
    let months = match found.unit {
        Some(Unit::Month) => value.parse::<i64>().ok()?,
        Some(Unit::Year) => value.parse::<i64>().ok()?.checked_mul(12)?,
        _ => match parse_schedule(value, &norm.id).every {
            Every::Year { .. } => 12,
            Every::HalfYear => 6,
            Every::Quarter { .. } => 3,
            Every::Month { .. } => 1,
            _ => return None,
        },
    };
    norm.effective.checked_add(Span::new().try_months(months).ok()?).ok()
}
