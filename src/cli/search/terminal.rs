//! The terminal under the picker: keys one by one, and a screen that is given back as it was.

use std::io::{self, Read, Write};

use rustix::termios::{self, OptionalActions, Termios};

use super::picker::{Key, Outcome, Picker};
use crate::cli::Failure;
use crate::search::Hit;

const ENTER_SCREEN: &str = "\u{1b}[?1049h";
const LEAVE_SCREEN: &str = "\u{1b}[?1049l";

/// The standard input without a buffer: what was not taken yet can be waited for.
struct Bytes;

impl Read for Bytes {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(io::stdin(), into)?)
    }
}

/// A terminal that gives keys at once and echoes nothing. Dropped, it is as it was before.
struct Raw {
    before: Termios,
}

impl Raw {
    fn new() -> io::Result<Self> {
        let before = termios::tcgetattr(io::stdin())?;
        let mut raw = before.clone();
        raw.make_raw();
        termios::tcsetattr(io::stdin(), OptionalActions::Now, &raw)?;
        Ok(Self { before })
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // Nothing is left to be done when even this fails.
        let _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, &self.before);
        let _ = io::stderr().write_all(LEAVE_SCREEN.as_bytes());
    }
}

/// Lets somebody choose. The screen is drawn on the standard error, so that what is chosen can be piped.
///
/// # Errors
/// When the terminal cannot be read or written, or a search fails.
pub fn pick(mut picker: Picker<'_>) -> Result<Option<Hit>, Failure> {
    let raw = Raw::new()?;
    io::stderr().write_all(ENTER_SCREEN.as_bytes())?;
    let mut input = Bytes;
    let chosen = loop {
        draw(&picker)?;
        match picker.press(key(&mut input)?)? {
            Outcome::Stay => {}
            Outcome::Chosen(hit) => break Some(*hit),
            Outcome::Left => break None,
        }
    };
    drop(raw);
    Ok(chosen)
}

fn draw(picker: &Picker<'_>) -> io::Result<()> {
    let (rows, columns) = match termios::tcgetwinsize(io::stderr()) {
        Ok(size) if size.ws_row > 0 && size.ws_col > 0 => (size.ws_row.into(), size.ws_col.into()),
        _ => (24, 80),
    };
    let mut screen = String::from("\u{1b}[H");
    let lines = picker.lines(rows, columns);
    for (row, line) in lines.iter().enumerate() {
        screen += line;
        screen += "\u{1b}[K";
        if row + 1 < lines.len() {
            screen += "\r\n";
        }
    }
    screen += &format!("\u{1b}[J\u{1b}[1;{}H", picker.cursor().min(columns));
    io::stderr().write_all(screen.as_bytes())
}

/// The next key that means something. A terminal that is gone is left.
fn key(input: &mut impl Read) -> io::Result<Key> {
    loop {
        let Some(byte) = next(input)? else { return Ok(Key::Leave) };
        let key = match byte {
            b'\r' | b'\n' => Key::Enter,
            0x7f | 0x08 => Key::Back,
            0x03 | 0x04 | 0x07 => Key::Leave,
            0x0e => Key::Down,
            0x10 => Key::Up,
            0x15 => Key::Clear,
            0x17 => Key::BackWord,
            0x1b => match escaped(input)? {
                Some(key) => key,
                None => continue,
            },
            0..0x20 => continue,
            _ => match character(byte, input)? {
                Some(c) => Key::Character(c),
                None => continue,
            },
        };
        return Ok(key);
    }
}

/// What follows an escape: an arrow, a key that means nothing here, or nothing, which is the key itself.
fn escaped(input: &mut impl Read) -> io::Result<Option<Key>> {
    if !is_waiting()? {
        return Ok(Some(Key::Leave));
    }
    let first = next(input)?;
    if !matches!(first, Some(b'[' | b'O')) {
        return Ok(None);
    }
    loop {
        match next(input)? {
            Some(b'A') => return Ok(Some(Key::Up)),
            Some(b'B') => return Ok(Some(Key::Down)),
            Some(b'0'..=b'9' | b';') => {}
            _ => return Ok(None),
        }
    }
}

/// Whether the terminal has sent more already: an arrow comes all at once, an escape alone.
fn is_waiting() -> io::Result<bool> {
    let stdin = io::stdin();
    let mut wanted = [rustix::event::PollFd::new(&stdin, rustix::event::PollFlags::IN)];
    let moment = rustix::event::Timespec { tv_sec: 0, tv_nsec: 30_000_000 };
    Ok(rustix::event::poll(&mut wanted, Some(&moment))? > 0)
}

/// The rest of a character in UTF-8; nothing for what is none.
fn character(first: u8, input: &mut impl Read) -> io::Result<Option<char>> {
    let length = match first {
        0xf0..=0xf7 => 4,
        0xe0..=0xef => 3,
        0xc0..=0xdf => 2,
        _ => 1,
    };
    let mut bytes = vec![first];
    for _ in 1..length {
        bytes.extend(next(input)?);
    }
    Ok(std::str::from_utf8(&bytes).ok().and_then(|text| text.chars().next()))
}

fn next(input: &mut impl Read) -> io::Result<Option<u8>> {
    let mut byte = [0];
    Ok((input.read(&mut byte)? > 0).then_some(byte[0]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_keys() {
        let mut input = "年a\u{7f}\u{15}\r\u{1}\u{3}".as_bytes();
        let keys: Vec<Key> = std::iter::repeat_with(|| key(&mut input).expect("a key")).take(6).collect();
        assert_eq!(
            keys,
            [Key::Character('年'), Key::Character('a'), Key::Back, Key::Clear, Key::Enter, Key::Leave]
        );
        assert_eq!(key(&mut &b"\xff"[..]).expect("a key"), Key::Leave);
    }
}
