//! Canonical JSON (RFC 8785): no white space, the keys of every object in the order of their UTF-16
//! units. Equal values give equal bytes, so that digests and fingerprints can be made of them.
//!
//! Serde hands over the fields of an object as they are declared, so each object is written first and
//! put in order when it ends. Numbers are whole here, as everywhere in the bundle.

use std::io;
use std::ops::Range;

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};

use crate::text;

/// `value` as canonical JSON, its texts as they are.
///
/// # Errors
/// [`serde_json::Error`] when the value cannot be written: a key that is neither text nor number, or a
/// number that is not whole.
pub fn to_vec(value: &(impl Serialize + ?Sized)) -> serde_json::Result<Vec<u8>> {
    written(value, None)
}

/// `value` as canonical JSON to be compared with others: texts in canonical form and half width, and
/// without the entries whose key is in `skipped`.
///
/// # Errors
/// As for [`to_vec`].
pub fn comparable(value: &(impl Serialize + ?Sized), skipped: &[&str]) -> serde_json::Result<Vec<u8>> {
    written(value, Some(skipped))
}

fn written(value: &(impl Serialize + ?Sized), skipped: Option<&[&str]>) -> serde_json::Result<Vec<u8>> {
    // Room for a clause, of which there are thousands.
    let (out, entries, open) = (Vec::with_capacity(1 << 10), Vec::with_capacity(16), Vec::with_capacity(8));
    let mut canonical = Canonical { out, entries, open, skipped, ..Canonical::default() };
    value.serialize(&mut Serializer::with_formatter(io::sink(), &mut canonical))?;
    Ok(canonical.out)
}

/// Keeps what it formats, because entries that are written already may have to change places.
#[derive(Default)]
struct Canonical<'a> {
    out: Vec<u8>,
    /// Objects that are open, the innermost last.
    open: Vec<Object>,
    /// Entries of the open objects, those of the innermost last.
    entries: Vec<Entry>,
    /// Whether a text is being collected, to be changed when it ends.
    in_text: bool,
    /// That text.
    words: String,
    /// Room for putting entries in order.
    spare: Vec<u8>,
    /// Keys that are left out where values are made comparable.
    skipped: Option<&'a [&'a str]>,
}

/// An object that is open.
struct Object {
    /// Where its first entry begins in the output.
    start: usize,
    /// Its first entry among those of all open objects.
    first: usize,
}

/// An entry of an object: where its key stands in the output, and where it ends.
struct Entry {
    /// The key without its quotes.
    key: Range<usize>,
    /// Whether the key is ASCII and as it is written: its bytes then are its units.
    plain: bool,
    end: usize,
}

impl Canonical<'_> {
    fn raw(&mut self, text: &str) {
        if self.in_text {
            self.words.push_str(text);
        } else {
            self.out.extend_from_slice(text.as_bytes());
        }
    }

    /// Puts the entries of the innermost object in order.
    fn close(&mut self) {
        let Some(object) = self.open.pop() else { return };
        let entries = &mut self.entries[object.first..];
        let (out, skipped) = (&self.out, self.skipped.unwrap_or_default());
        let key = |entry: &Entry| &out[entry.key.clone()];
        let kept = |entry: &Entry| !skipped.iter().any(|skipped| skipped.as_bytes() == key(entry));
        // UTF-16 units and bytes order alike but beyond U+D7FF.
        let order = |a: &Entry, b: &Entry| match a.plain && b.plain {
            true => key(a).cmp(key(b)),
            false => units(key(a)).cmp(&units(key(b))),
        };
        let in_order = entries.is_sorted_by(|a, b| order(a, b).is_lt());
        if !in_order || !entries.iter().all(kept) {
            entries.sort_by(order);
            self.spare.clear();
            for entry in entries.iter().filter(|entry| kept(entry)) {
                if !self.spare.is_empty() {
                    self.spare.push(b',');
                }
                // From the quote in front of the key.
                self.spare.extend_from_slice(&out[entry.key.start - 1..entry.end]);
            }
            self.out.truncate(object.start);
            self.out.extend_from_slice(&self.spare);
        }
        self.entries.truncate(object.first);
    }
}

/// The UTF-16 units of a key.
fn units(key: &[u8]) -> Vec<u16> {
    let quoted = [b"\"", key, b"\""].concat();
    serde_json::from_slice::<String>(&quoted).unwrap_or_default().encode_utf16().collect()
}

/// Adds a text between its quotes, escaped as RFC 8785 wants it.
fn push_escaped(out: &mut Vec<u8>, text: &str) {
    // Writing to memory does not fail, and a text can always be written.
    let _ = serde_json::to_writer(out, text);
}

/// Every method of the trait that writes is here: nothing may reach the writer, which forgets.
impl Formatter for &mut Canonical<'_> {
    fn write_null<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.raw("null");
        Ok(())
    }

    fn write_bool<W: ?Sized + io::Write>(&mut self, _: &mut W, value: bool) -> io::Result<()> {
        self.raw(if value { "true" } else { "false" });
        Ok(())
    }

    fn write_i8<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: i8) -> io::Result<()> {
        self.write_i64(writer, value.into())
    }

    fn write_i16<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: i16) -> io::Result<()> {
        self.write_i64(writer, value.into())
    }

    fn write_i32<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: i32) -> io::Result<()> {
        self.write_i64(writer, value.into())
    }

    fn write_i64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: i64) -> io::Result<()> {
        self.write_i128(writer, value.into())
    }

    fn write_i128<W: ?Sized + io::Write>(&mut self, _: &mut W, value: i128) -> io::Result<()> {
        self.raw(&value.to_string());
        Ok(())
    }

    fn write_u8<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: u8) -> io::Result<()> {
        self.write_i64(writer, value.into())
    }

    fn write_u16<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: u16) -> io::Result<()> {
        self.write_i64(writer, value.into())
    }

    fn write_u32<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: u32) -> io::Result<()> {
        self.write_i64(writer, value.into())
    }

    fn write_u64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        self.write_i128(writer, value.into())
    }

    fn write_u128<W: ?Sized + io::Write>(&mut self, _: &mut W, value: u128) -> io::Result<()> {
        self.raw(&value.to_string());
        Ok(())
    }

    fn write_f32<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f32) -> io::Result<()> {
        self.write_f64(writer, value.into())
    }

    fn write_f64<W: ?Sized + io::Write>(&mut self, _: &mut W, value: f64) -> io::Result<()> {
        Err(io::Error::new(io::ErrorKind::InvalidData, format!("{value} is no whole number")))
    }

    fn write_number_str<W: ?Sized + io::Write>(&mut self, _: &mut W, value: &str) -> io::Result<()> {
        self.raw(value);
        Ok(())
    }

    fn begin_string<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        if self.skipped.is_some() {
            self.in_text = true;
        } else {
            self.raw("\"");
        }
        Ok(())
    }

    fn end_string<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        if self.in_text {
            // Identifiers and words of closed sets are the same in any form.
            if self.words.bytes().all(|byte| byte.is_ascii_graphic()) {
                push_escaped(&mut self.out, &self.words);
            } else {
                push_escaped(&mut self.out, &text::folded(&text::canonical(&self.words)));
            }
            self.words.clear();
            self.in_text = false;
        } else {
            self.raw("\"");
        }
        Ok(())
    }

    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, _: &mut W, fragment: &str) -> io::Result<()> {
        self.raw(fragment);
        Ok(())
    }

    fn write_char_escape<W: ?Sized + io::Write>(&mut self, _: &mut W, escape: CharEscape) -> io::Result<()> {
        let byte = match escape {
            CharEscape::Quote => b'"',
            CharEscape::ReverseSolidus => b'\\',
            CharEscape::Solidus => b'/',
            CharEscape::Backspace => 8,
            CharEscape::FormFeed => 12,
            CharEscape::LineFeed => b'\n',
            CharEscape::CarriageReturn => b'\r',
            CharEscape::Tab => b'\t',
            CharEscape::AsciiControl(byte) => byte,
        };
        if self.in_text {
            self.words.push(char::from(byte));
        } else {
            let mut quoted = Vec::new();
            push_escaped(&mut quoted, char::from(byte).encode_utf8(&mut [0; 4]));
            self.out.extend_from_slice(&quoted[1..quoted.len() - 1]);
        }
        Ok(())
    }

    fn write_byte_array<W: ?Sized + io::Write>(&mut self, _: &mut W, value: &[u8]) -> io::Result<()> {
        let numbers: Vec<String> = value.iter().map(u8::to_string).collect();
        self.raw(&format!("[{}]", numbers.join(",")));
        Ok(())
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.raw("[");
        Ok(())
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.raw("]");
        Ok(())
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, _: &mut W, first: bool) -> io::Result<()> {
        self.raw(if first { "" } else { "," });
        Ok(())
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        Ok(())
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.raw("{");
        self.open.push(Object { start: self.out.len(), first: self.entries.len() });
        Ok(())
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.close();
        self.raw("}");
        Ok(())
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, _: &mut W, first: bool) -> io::Result<()> {
        self.raw(if first { "" } else { "," });
        let at = self.out.len() + 1;
        self.entries.push(Entry { key: at..at, plain: true, end: at });
        Ok(())
    }

    fn end_object_key<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        let end = self.out.len() - 1;
        if let Some(entry) = self.entries.last_mut() {
            entry.key.end = end;
            entry.plain = self.out[entry.key.clone()].iter().all(|byte| byte.is_ascii() && *byte != b'\\');
        }
        Ok(())
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.raw(":");
        Ok(())
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        let end = self.out.len();
        if let Some(entry) = self.entries.last_mut() {
            entry.end = end;
        }
        Ok(())
    }

    fn write_raw_fragment<W: ?Sized + io::Write>(&mut self, _: &mut W, fragment: &str) -> io::Result<()> {
        self.raw(fragment);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn canonical(value: &Value) -> String {
        String::from_utf8(to_vec(value).unwrap()).unwrap()
    }

    #[test]
    fn keys_are_in_order_at_every_depth() {
        let value = json!({"b": [{"z": 1, "a": {}}], "a": null, "\u{ff01}": 1, "😀": 2, "é": "\u{1}\n\"\\/"});
        // U+1F600 begins with a surrogate, which is below U+FF01.
        assert_eq!(
            canonical(&value),
            "{\"a\":null,\"b\":[{\"a\":{},\"z\":1}],\"é\":\"\\u0001\\n\\\"\\\\/\",\"😀\":2,\"\u{ff01}\":1}"
        );
    }

    #[test]
    fn comparable_values_ignore_width_layout_and_what_is_skipped() {
        let of = |value: &Value| comparable(value, &["text"]).unwrap();
        assert_eq!(of(&json!({"text": "甲", "b": "材料（一）\n"})), of(&json!({"b": "材料(一)"})));
        assert_eq!(of(&json!({"a": {"text": 1}, "text": 2})), b"{\"a\":{}}");
        assert_eq!(of(&json!({"b": "\u{ff02}甲\t"})), of(&json!({"b": "\"甲"})));
    }

    #[test]
    fn what_is_no_whole_number_is_refused() {
        assert!(to_vec(&1.5).is_err());
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((any::<String>(), inner), 0..6)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// Another implementation of the RFC writes the same bytes.
        #[test]
        fn others_write_the_same(value in any_value()) {
            prop_assert_eq!(to_vec(&value).unwrap(), serde_json_canonicalizer::to_vec(&value).unwrap());
        }
    }
}
