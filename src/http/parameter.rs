//! Query parameters: declared once, so that what is checked is what is documented.

use std::collections::BTreeMap;

use axum::extract::Query;
use axum::http::Uri;
use serde_json::{Value, json};

use super::problem::Problem;

/// A query parameter of a route.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Whether it must be given.
    pub required: bool,
}

/// What a parameter may be.
#[derive(Debug)]
pub enum Kind {
    /// Text of at most so many characters.
    Text(usize),
    /// A whole number.
    Integer {
        /// The smallest.
        least: usize,
        /// The largest.
        most: usize,
        /// What holds when it is not given.
        default: usize,
    },
    /// One of these words; Chinese and English ones.
    Word(fn() -> Vec<&'static str>),
}

/// The parameters of a request, checked.
#[derive(Debug, Default)]
pub struct Arguments {
    given: BTreeMap<&'static str, String>,
}

impl Arguments {
    /// The arguments in the query of `uri`.
    ///
    /// # Errors
    /// A problem that names the first parameter which is unknown, repeated, missing or wrong.
    pub fn parse(uri: &Uri, parameters: &'static [Parameter]) -> Result<Self, Problem> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| Problem::parameter("", "查询部分不是「名=值」的形式"))?;
        let mut given = BTreeMap::new();
        for (name, value) in pairs.0 {
            let Some(parameter) = parameters.iter().find(|parameter| parameter.name == name) else {
                return Err(unknown(&name, parameters));
            };
            parameter.check(&value).map_err(|wanted| Problem::parameter(parameter.name, wanted))?;
            if given.insert(parameter.name, value).is_some() {
                return Err(Problem::parameter(parameter.name, "给了不止一次"));
            }
        }
        match parameters.iter().find(|parameter| parameter.required && !given.contains_key(parameter.name)) {
            Some(missing) => Err(Problem::parameter(missing.name, "没有给")),
            None => Ok(Self { given }),
        }
    }

    /// The value of a parameter, when it was given and is not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.given.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The value of a word parameter, as `parse` understands it.
    pub fn word<T>(&self, name: &str, parse: fn(&str) -> Option<T>) -> Option<T> {
        self.text(name).and_then(parse)
    }

    /// The value of a number, or its default.
    pub fn integer(&self, parameter: &Parameter) -> usize {
        let Kind::Integer { default, .. } = parameter.kind else { return 0 };
        self.text(parameter.name).and_then(|value| value.parse().ok()).unwrap_or(default)
    }
}

impl Parameter {
    /// A text of at most so many characters.
    pub const fn text(name: &'static str, most: usize, summary: &'static str) -> Self {
        Self { name, summary, kind: Kind::Text(most), required: false }
    }

    /// One of some words.
    pub const fn word(name: &'static str, words: fn() -> Vec<&'static str>, summary: &'static str) -> Self {
        Self { name, summary, kind: Kind::Word(words), required: false }
    }

    /// A whole number from `least` to `most`.
    pub const fn integer(
        name: &'static str,
        least: usize,
        most: usize,
        default: usize,
        summary: &'static str,
    ) -> Self {
        Self { name, summary, kind: Kind::Integer { least, most, default }, required: false }
    }

    /// The same, and it must be given.
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// `Err` with what is wanted instead.
    fn check(&self, value: &str) -> Result<(), String> {
        let good = match self.kind {
            Kind::Text(most) => value.chars().count() <= most,
            Kind::Integer { least, most, .. } => {
                // `parse` alone would let a plus sign pass.
                let digits = value.bytes().all(|byte| byte.is_ascii_digit());
                digits && value.parse().is_ok_and(|number| (least..=most).contains(&number))
            }
            Kind::Word(words) => words().contains(&value),
        };
        if good { Ok(()) } else { Err(self.wanted()) }
    }

    fn wanted(&self) -> String {
        match self.kind {
            Kind::Text(most) => format!("最多 {most} 个字"),
            Kind::Integer { least, most, .. } => format!("要 {least} 到 {most} 的整数"),
            Kind::Word(words) => format!("要是其中之一：{}", words().join("、")),
        }
    }

    /// The JSON Schema of its value.
    pub fn schema(&self) -> Value {
        match self.kind {
            Kind::Text(most) => json!({ "type": "string", "maxLength": most }),
            Kind::Integer { least, most, default } => {
                json!({ "type": "integer", "minimum": least, "maximum": most, "default": default })
            }
            Kind::Word(words) => json!({ "type": "string", "enum": words() }),
        }
    }
}

fn unknown(name: &str, parameters: &'static [Parameter]) -> Problem {
    let known: Vec<_> = parameters.iter().map(|parameter| parameter.name).collect();
    let detail = if known.is_empty() {
        "这个地址不接受参数".to_owned()
    } else {
        format!("没有这个参数；可用的有 {}", known.join("、"))
    };
    Problem::parameter(name, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    static PARAMETERS: &[Parameter] = &[
        Parameter::text("q", 4, "").required(),
        Parameter::integer("limit", 1, 100, 20, ""),
        Parameter::word("level", || vec!["市", "city"], ""),
    ];

    fn parse(query: &str) -> Result<Arguments, Value> {
        let uri = format!("/x?{query}").parse().expect("a URI");
        Arguments::parse(&uri, PARAMETERS)
            .map_err(|problem| serde_json::to_value(problem.details()).expect("JSON"))
    }

    #[test]
    fn good_arguments_are_read() {
        let arguments = parse("q=%E5%B9%B4%E6%A3%80&limit=5").expect("good");
        assert_eq!(arguments.text("q"), Some("年检"));
        assert_eq!(arguments.integer(&PARAMETERS[1]), 5);
        assert_eq!(parse("q=a").expect("good").integer(&PARAMETERS[1]), 20);
        assert_eq!(parse("q=").expect("good").text("q"), None);
    }

    #[test]
    fn bad_arguments_are_named() {
        for (query, field) in [
            ("", "q"),
            ("q=12345", "q"),
            ("q=a&q=b", "q"),
            ("q=a&limit=0", "limit"),
            ("q=a&limit=x", "limit"),
            ("q=a&limit=-1", "limit"),
            ("q=a&limit=%2B1", "limit"),
            ("q=a&limit=", "limit"),
            ("q=a&level=国", "level"),
            ("q=a&nosuch=1", "nosuch"),
        ] {
            // Characters beyond ASCII stand percent-encoded in a URI.
            let query = query.replace('国', "%E5%9B%BD");
            assert_eq!(parse(&query).expect_err(&query)["field"], field, "{query}");
        }
    }
}
