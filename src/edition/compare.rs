//! What became of one field: its kind of change, and whether it is material.

use crate::edition::record::{Field, Value};
use crate::syntax::condition::{Condition, Operator};
use crate::syntax::deadline::{Amount, Due, Relation};
use crate::text;
use crate::vocabulary::{ChangeClass, ChangeKind, Level, Modality, Stricter};

/// Looks the value of a parameter's component up: number and unit's word.
pub type Amounts<'a> = &'a dyn Fn(&Amount, Level) -> Option<(i64, String)>;

/// What became of a field; nothing when it says the same.
pub fn compare(
    field: Field,
    before: Option<&Value>,
    after: Option<&Value>,
    amounts: (Amounts<'_>, Amounts<'_>),
) -> Option<ChangeKind> {
    use ChangeKind as Kind;
    if before == after {
        return None;
    }
    let kind = match (before, after) {
        // A condition leaves fewer cases, a restriction to levels fewer platforms.
        (None, Some(Value::Condition(_))) => Kind::Narrower,
        (Some(Value::Condition(_)), None) => Kind::Wider,
        (None, Some(_)) if field == Field::Levels => Kind::Narrower,
        (Some(_), None) if field == Field::Levels => Kind::Wider,
        (None, Some(Value::Due(_))) => Kind::Tighter,
        (Some(Value::Due(_)), None) => Kind::Looser,
        (None, Some(Value::Set(_))) => Kind::Extended,
        (Some(Value::Set(_)), None) => Kind::Reduced,
        (None, Some(_)) => Kind::Added,
        (Some(_), None) => Kind::Removed,
        (Some(before), Some(after)) => return both(field, before, after, amounts),
        (None, None) => return None,
    };
    Some(if field == Field::Checked { Kind::Rechecked } else { kind })
}

fn both(
    field: Field,
    before: &Value,
    after: &Value,
    amounts: (Amounts<'_>, Amounts<'_>),
) -> Option<ChangeKind> {
    use ChangeKind as Kind;
    Some(match (before, after) {
        _ if field == Field::Checked => Kind::Rechecked,
        (Value::Text(a), Value::Text(b)) if plain(a) == plain(b) => Kind::Editorial,
        (Value::Text(_), Value::Text(_)) => Kind::Reworded,
        (Value::Modality(a), Value::Modality(b)) => match (strength(*a), strength(*b)) {
            (Some(a), Some(b)) if a < b => Kind::Raised,
            (Some(a), Some(b)) if a > b => Kind::Lowered,
            _ => Kind::Changed,
        },
        (Value::Set(a), Value::Set(b)) => match (within(a, b), within(b, a)) {
            (true, true) => Kind::Reordered,
            (true, false) if field == Field::Levels => Kind::Wider,
            (false, true) if field == Field::Levels => Kind::Narrower,
            (true, false) => Kind::Extended,
            (false, true) => Kind::Reduced,
            (false, false) => Kind::Changed,
        },
        (Value::Number { n: a, stricter, .. }, Value::Number { n: b, stricter: now, .. })
            if stricter == now =>
        {
            match (stricter, a.cmp(b)) {
                (_, std::cmp::Ordering::Equal) | (Stricter::None, _) => Kind::Changed,
                (Stricter::Lower, order) => {
                    if order.is_gt() {
                        Kind::Tighter
                    } else {
                        Kind::Looser
                    }
                }
                (Stricter::Higher, order) => {
                    if order.is_lt() {
                        Kind::Tighter
                    } else {
                        Kind::Looser
                    }
                }
            }
        }
        (Value::Due(a), Value::Due(b)) => due(a, b, amounts)?,
        (Value::Condition(a), Value::Condition(b)) => condition(a, b),
        _ => Kind::Changed,
    })
}

/// Whether a change is material, before anybody has confirmed that it is not.
pub fn class(kind: ChangeKind) -> ChangeClass {
    match kind {
        ChangeKind::Editorial | ChangeKind::Reordered | ChangeKind::Rechecked => ChangeClass::Editorial,
        _ => ChangeClass::Material,
    }
}

/// How strongly a verb binds, among those for and among those against; the two sorts do not compare.
pub fn strength(modality: Modality) -> Option<u8> {
    match modality {
        Modality::May | Modality::NeedNot => Some(1),
        Modality::Should => Some(2),
        Modality::Shall => Some(3),
        Modality::Must => Some(4),
        Modality::Statement => Some(0),
        Modality::ShouldNot | Modality::ShallNot => None,
    }
}

/// A text without what does not change what it says: white space, and the width of punctuation.
fn plain(words: &str) -> String {
    text::folded(words).chars().filter(|c| !c.is_whitespace()).collect()
}

fn within(part: &[String], whole: &[String]) -> bool {
    part.iter().all(|word| whole.contains(word))
}

/// Deadlines of the same start and side compare by their length, where both are in one unit.
fn due(before: &Due, after: &Due, (old, new): (Amounts<'_>, Amounts<'_>)) -> Option<ChangeKind> {
    if (&before.from, before.relation, &before.within) == (&after.from, after.relation, &after.within) {
        return Some(ChangeKind::Editorial);
    }
    if before.from != after.from || before.relation != after.relation {
        return Some(ChangeKind::Changed);
    }
    let lengths = before.within.as_ref().zip(after.within.as_ref());
    let lengths = lengths.and_then(|(a, b)| Some((old(a, Level::City)?, new(b, Level::City)?)));
    let Some(((a, unit), (b, now))) = lengths else { return Some(ChangeKind::Changed) };
    if unit != now || a == b {
        return Some(ChangeKind::Changed);
    }
    // Before an event, more time is asked for by a longer length.
    let tighter = if before.relation == Relation::Before { b > a } else { b < a };
    Some(if tighter { ChangeKind::Tighter } else { ChangeKind::Looser })
}

/// Whether fewer or more cases meet a condition than met the one before, as far as its shape tells.
fn condition(before: &Condition, after: &Condition) -> ChangeKind {
    match (implies(after, before), implies(before, after)) {
        (true, true) => ChangeKind::Editorial,
        (true, false) => ChangeKind::Narrower,
        (false, true) => ChangeKind::Wider,
        (false, false) => ChangeKind::Changed,
    }
}

/// Whether the first can hold only where the second does, told by their shapes; `false` may mean that it
/// cannot be told.
fn implies(first: &Condition, second: &Condition) -> bool {
    match (first, second) {
        _ if first == second => true,
        (_, Condition::All(parts)) => parts.iter().all(|part| implies(first, part)),
        (Condition::Any(parts), _) => parts.iter().all(|part| implies(part, second)),
        (Condition::All(parts), _) if parts.iter().any(|part| implies(part, second)) => true,
        (_, Condition::Any(parts)) => parts.iter().any(|part| implies(first, part)),
        (Condition::Compare(a), Condition::Compare(b)) if a.fact == b.fact => {
            let among = |values: &[String]| a.values.iter().all(|value| values.contains(value));
            let positive = |operator| matches!(operator, Operator::Equal | Operator::In);
            positive(a.operator) && positive(b.operator) && among(&b.values)
        }
        (Condition::Not(a), Condition::Not(b)) => implies(b, a),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Id;
    use crate::syntax::condition::parse;
    use crate::syntax::deadline::parse_due;

    fn fixed(amount: &Amount, _: Level) -> Option<(i64, String)> {
        match amount {
            Amount::Fixed { n, unit } => Some((i64::from(*n), unit.english().to_owned())),
            Amount::Parameter { .. } => None,
        }
    }

    fn kind(field: Field, before: Option<Value>, after: Option<Value>) -> Option<ChangeKind> {
        compare(field, before.as_ref(), after.as_ref(), (&fixed, &fixed))
    }

    #[test]
    fn layout_is_editorial_and_words_are_not() {
        let text = |words: &str| Some(Value::Text(words.to_owned()));
        assert_eq!(kind(Field::Text, text("应登记。"), text("应登记。")), None);
        let editorial = kind(Field::Text, text("应登记，当日办。"), text("应 登记,当日办。"));
        assert_eq!(editorial, Some(ChangeKind::Editorial));
        assert_eq!(kind(Field::Text, text("应登记。"), text("应登记姓名。")), Some(ChangeKind::Reworded));
    }

    #[test]
    fn deadlines_are_tighter_or_looser() {
        let norm = Id::new("NJ-03");
        let due = |words: &str| parse_due(words, &norm).map(Value::Due);
        for (before, after, expected) in [
            (due("5个工作日"), due("3个工作日"), ChangeKind::Tighter),
            (due("3个工作日"), due("5个工作日"), ChangeKind::Looser),
            (due("开班前2日"), due("开班前3日"), ChangeKind::Tighter),
            (due("3个工作日"), due("3日"), ChangeKind::Changed),
            (due("5个工作日"), None, ChangeKind::Looser),
            (due("3个工作日，自 1.1 完成起"), due("3个工作日"), ChangeKind::Changed),
        ] {
            assert_eq!(kind(Field::Due, before, after), Some(expected));
        }
    }

    #[test]
    fn conditions_get_wider_or_narrower() {
        let condition = |words: &str| Some(Value::Condition(parse(words).expect(words)));
        for (before, after, expected) in [
            ("甲 = 是", "甲 = 是 且 乙 = 是", ChangeKind::Narrower),
            ("甲 = 是", "甲 = 是 或 乙 = 是", ChangeKind::Wider),
            ("丙 属于 一/二", "丙 属于 一/二/三", ChangeKind::Wider),
            ("丙 = 一", "丙 属于 一", ChangeKind::Editorial),
            ("丙 = 一", "丁 = 一", ChangeKind::Changed),
            ("非 甲 = 是", "非 丙 属于 一", ChangeKind::Changed),
        ] {
            assert_eq!(
                kind(Field::Condition, condition(before), condition(after)),
                Some(expected),
                "{after}"
            );
        }
        assert_eq!(kind(Field::Condition, None, condition("甲 = 是")), Some(ChangeKind::Narrower));
    }

    #[test]
    fn numbers_follow_their_stricter_direction() {
        let number = |n: i64, stricter| Some(Value::Number { n, text: n.to_string(), stricter });
        let tell = |a, b, stricter| kind(Field::City, number(a, stricter), number(b, stricter));
        assert_eq!(tell(5, 3, Stricter::Lower), Some(ChangeKind::Tighter));
        assert_eq!(tell(5, 3, Stricter::Higher), Some(ChangeKind::Looser));
        assert_eq!(tell(5, 3, Stricter::None), Some(ChangeKind::Changed));
    }

    #[test]
    fn verbs_and_sets() {
        let verb = |modality| Some(Value::Modality(modality));
        let tell = |a, b| kind(Field::Modality, verb(a), verb(b));
        assert_eq!(tell(Modality::Should, Modality::Shall), Some(ChangeKind::Raised));
        assert_eq!(tell(Modality::Shall, Modality::May), Some(ChangeKind::Lowered));
        assert_eq!(tell(Modality::Shall, Modality::ShallNot), Some(ChangeKind::Changed));
        let set = |words: &[&str]| Some(Value::Set(words.iter().map(ToString::to_string).collect()));
        let tell = |field, a: &[&str], b: &[&str]| kind(field, set(a), set(b));
        assert_eq!(tell(Field::Evidence, &["甲"], &["甲", "乙"]), Some(ChangeKind::Extended));
        assert_eq!(tell(Field::Evidence, &["甲", "乙"], &["乙", "甲"]), Some(ChangeKind::Reordered));
        assert_eq!(tell(Field::Levels, &["市", "区"], &["市"]), Some(ChangeKind::Narrower));
        assert_eq!(tell(Field::Roles, &["甲"], &["乙"]), Some(ChangeKind::Changed));
    }
}
