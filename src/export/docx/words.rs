//! Running text: a parameter's mark becomes its value, other marks stay as their author wrote them.

use crate::id::Id;
use crate::model::{Evidence, Handbook, RoleDuty};
use crate::syntax::mark::{self, Piece};
use crate::vocabulary::{Duty, Level, MarkKind};

/// What texts are written for.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The handbook.
    pub handbook: &'a Handbook,
    /// The level whose values stand in sentences.
    pub level: Level,
}

impl Context<'_> {
    /// Text with the values of its parameters; they are known by their marks.
    pub fn words(&self, text: &str) -> String {
        if !text.contains('【') {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        for piece in mark::split(text) {
            match piece {
                Piece::Mark(range, marks) => {
                    let parameters = marks.iter().filter(|mark| mark.kind == MarkKind::Parameter);
                    let values: Vec<String> = parameters
                        .filter_map(|mark| Some((mark.reference.as_ref()?, mark)))
                        .map(|(id, mark)| {
                            self.value(id, mark.component.as_deref()).unwrap_or_else(|| mark.text.clone())
                        })
                        .collect();
                    out.push_str(&if values.is_empty() {
                        text[range].to_owned()
                    } else {
                        values.join("、")
                    });
                }
                Piece::Text(range) | Piece::Unclosed(range) | Piece::Unknown(range, _) => {
                    out.push_str(&text[range]);
                }
            }
        }
        out
    }

    /// A parameter's value as it stands in a sentence: at the level, or where it first applies.
    pub fn value(&self, id: &Id, component: Option<&str>) -> Option<String> {
        let component = self.handbook.parameters.get(id)?.component(component)?;
        component.text(self.level).or_else(|| component.default_text())
    }

    /// `NJ-03 年检报告预审程序`; the id alone where nothing has it.
    pub fn titled(&self, id: &Id) -> String {
        self.handbook.label(id).map_or_else(|| id.to_string(), |label| format!("{id} {label}"))
    }

    /// Several of them.
    pub fn titled_all<'i>(&self, ids: impl IntoIterator<Item = &'i Id>) -> String {
        ids.into_iter().map(|id| self.titled(id)).collect::<Vec<_>>().join("；")
    }

    /// A role by its title.
    pub fn role(&self, id: &Id) -> String {
        self.handbook.roles.get(id).map_or_else(|| id.to_string(), |role| role.title.clone())
    }

    /// Roles by their titles.
    pub fn role_list(&self, ids: &[Id]) -> String {
        ids.iter().map(|id| self.role(id)).collect::<Vec<_>>().join("、")
    }

    /// `年检预审员 执行；部门主管 复核`; the duty is left out when everybody just does it.
    pub fn duties(&self, roles: &[RoleDuty]) -> String {
        let plain = roles.iter().all(|role| role.duty == Duty::Responsible);
        let one = |role: &RoleDuty| match plain {
            true => self.role(&role.role),
            false => format!("{} {}", self.role(&role.role), role.duty.chinese()),
        };
        roles.iter().map(one).collect::<Vec<_>>().join(if plain { "、" } else { "；" })
    }

    /// `材料核对单（必交）；FM-NJ-03-1 预审工作单（选交）`.
    pub fn evidence(&self, evidence: &[Evidence]) -> String {
        let one = |proof: &Evidence| {
            let name = proof.form.as_ref().map_or_else(|| self.words(&proof.name), |form| self.titled(form));
            format!("{name}（{}）", if proof.required { "必交" } else { "选交" })
        };
        evidence.iter().map(one).collect::<Vec<_>>().join("；")
    }
}

/// `市、区`.
pub fn levels(levels: &[Level]) -> String {
    levels.iter().map(|level| level.chinese()).collect::<Vec<_>>().join("、")
}
