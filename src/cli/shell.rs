//! What a command talks to: its two streams, the terminal behind them, and the handbook it works on.

use std::fmt::Arguments;
use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use crate::compile::{self, Compiled};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::report::{self, Format, Style};
use crate::source::{self, Sources};

/// Narrower terminals are taken for this wide.
const MIN_WIDTH: usize = 60;

/// The streams of one run, and its settings.
pub struct Shell<'a> {
    /// Results.
    pub out: &'a mut dyn Write,
    /// Whether results may have colours.
    pub out_colour: bool,
    err: &'a mut dyn Write,
    /// The folder given with `--source`.
    pub source: Option<PathBuf>,
    colour: bool,
    width: Option<usize>,
    interactive: bool,
}

/// Why a command came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The machine failed, or the arguments cannot be worked with.
    #[error(transparent)]
    Machine(#[from] Error),
    /// The results could not be written.
    #[error("写不了标准输出：{0}")]
    Output(#[from] io::Error),
}

/// A handbook, read and compiled.
pub struct Opened {
    /// Its files.
    pub sources: Sources,
    /// What became of them.
    pub compiled: Compiled,
}

impl Opened {
    /// A file of the handbook as it is shown to people: from the working folder, if it lies below.
    pub fn shown(&self, file: &str) -> String {
        format!("{}{file}", shown_folder(&self.sources.root))
    }
}

/// Runs `work` on the streams of this process.
pub fn with<T>(work: impl FnOnce(&mut Shell<'_>) -> T) -> T {
    let out_terminal = io::stdout().is_terminal();
    let mut out = BufWriter::new(Patient { inner: io::stdout(), gone: false });
    // Not locked: a server has other threads that write there.
    let mut err = io::stderr();
    let terminal = err.is_terminal();
    let dull = is_set("NO_COLOR") || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let width =
        rustix::termios::tcgetwinsize(&err).ok().map(|size| usize::from(size.ws_col)).filter(|&w| w > 0);
    work(&mut Shell {
        out: &mut out,
        out_colour: out_terminal && !dull,
        err: &mut err,
        source: None,
        colour: terminal && !dull,
        width: width.filter(|_| terminal).map(|width| width.max(MIN_WIDTH)),
        interactive: is_interactive(),
    })
}

/// Whether all streams of this process are a terminal that can draw.
fn is_interactive() -> bool {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    io::stdin().is_terminal() && io::stdout().is_terminal() && io::stderr().is_terminal() && !dumb
}

/// Whether a variable of the environment is set to anything.
fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

impl Shell<'_> {
    /// Whether somebody can be asked: all streams are a terminal that can draw.
    pub fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// Writes a line of progress or advice. That nobody can read it is no reason to fail.
    pub fn say(&mut self, line: Arguments<'_>) {
        // A terminal that shows both streams shows them in order; what fails here fails again at the end.
        let _ = self.out.flush();
        let _ = writeln!(self.err, "{line}");
    }

    /// Writes what is still held back.
    ///
    /// # Errors
    /// [`Failure::Output`] when the results cannot be written.
    pub fn finish(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(Failure::Output)
    }

    /// The handbook's folder.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is none; [`Error::Read`] when the working folder is gone.
    pub fn root(&self) -> Result<PathBuf, Error> {
        source::find_handbook(self.source.as_deref(), &here()?)
    }

    /// Reads and compiles the handbook.
    ///
    /// # Errors
    /// As [`Shell::root`], and when a file cannot be read.
    pub fn open(&self) -> Result<Opened, Error> {
        let sources = source::read(&self.root()?)?;
        let compiled = compile::compile(&sources);
        Ok(Opened { sources, compiled })
    }

    /// [`Shell::open`] for commands that show what there is: a handbook with errors is shown too, and
    /// said to have some.
    ///
    /// # Errors
    /// As [`Shell::open`].
    pub fn open_to_show(&mut self) -> Result<Opened, Error> {
        let opened = self.open()?;
        let errors = report::count(&opened.compiled.diagnostics).errors;
        if errors > 0 {
            self.say(format_args!("手册有 {errors} 处错误，下面的内容可能不全；运行 shouce check 查看"));
        }
        Ok(opened)
    }

    /// Writes diagnostics: for people to the standard error, for programs to the standard output.
    ///
    /// # Errors
    /// [`Failure::Output`] when a program's document cannot be written.
    pub fn report(&mut self, opened: &Opened, format: Format, notes: bool) -> Result<(), Failure> {
        self.report_found(&opened.sources, &opened.compiled.diagnostics, format, notes)
    }

    /// [`Shell::report`] of what was found in any sources.
    ///
    /// # Errors
    /// As [`Shell::report`].
    pub fn report_found(
        &mut self,
        sources: &Sources,
        diagnostics: &[Diagnostic],
        format: Format,
        notes: bool,
    ) -> Result<(), Failure> {
        let style = Style {
            format,
            notes,
            colour: self.colour,
            width: self.width,
            folder: shown_folder(&sources.root),
        };
        match format {
            Format::Json | Format::Github => {
                report::write(self.out, diagnostics, sources, &style)?;
            }
            Format::Full | Format::Short => {
                let mut text = Vec::new();
                report::write(&mut text, diagnostics, sources, &style)?;
                let _ = self.err.write_all(&text);
            }
        }
        let counts = report::count(diagnostics);
        let hidden = if counts.notes > 0 && !notes { "（加 --notes 看提示）" } else { "" };
        self.say(format_args!("{counts}{hidden}"));
        Ok(())
    }
}

/// The working folder.
///
/// # Errors
/// [`Error::Read`] when it is gone.
#[allow(clippy::disallowed_methods, reason = "the command line is a face")]
pub fn here() -> Result<PathBuf, Error> {
    std::env::current_dir().map_err(Error::read("."))
}

/// The home folder, where the environment names one.
pub fn home() -> Option<PathBuf> {
    std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from)
}

/// The handbook's folder as it is shown before the names of its files: from the working folder, with a
/// `/` at its end.
fn shown_folder(root: &Path) -> String {
    let here = here().unwrap_or_default();
    let shown = root.strip_prefix(&here).unwrap_or(root);
    let shown = shown.strip_prefix(".").unwrap_or(shown);
    match shown.display().to_string() {
        folder if folder.is_empty() || folder.ends_with('/') => folder,
        folder => format!("{folder}/"),
    }
}

/// A stream whose reader may go away, as that of `shouce search … | head -1` does: what is written
/// after that is lost, and the command still ends as it would have.
struct Patient<W> {
    inner: W,
    gone: bool,
}

impl<W: Write> Patient<W> {
    fn attempt<T>(&mut self, done: T, work: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        if self.gone {
            return Ok(done);
        }
        match work(&mut self.inner) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(done)
            }
            result => result,
        }
    }
}

impl<W: Write> Write for Patient<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.attempt(bytes.len(), |inner| inner.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.attempt((), Write::flush)
    }
}
