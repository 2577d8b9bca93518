//! What a text document consists of, before it is written as WordprocessingML.

/// A stretch of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Paragraph),
    /// A table.
    Table(Table),
}

/// A paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paragraph {
    /// Its style.
    pub style: Style,
    /// How many steps its left edge is moved in, as nested lists do.
    pub depth: usize,
    /// A number or sign that hangs before it.
    pub marker: Option<String>,
    /// Name by which links in the document reach it.
    pub bookmark: Option<String>,
    /// Its words.
    pub runs: Vec<Run>,
}

/// The styles of paragraphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Running text.
    #[default]
    Body,
    /// The title of the document.
    Title,
    /// The line below the title.
    Subtitle,
    /// A heading, 1 being the highest of at most 6.
    Heading(u8),
    /// A numbered clause.
    Clause,
    /// What belongs to a clause, in smaller letters.
    Detail,
    /// An item of a list.
    Item,
    /// A quotation, example or warning.
    Quote,
    /// A line of code.
    Code,
    /// The words above a table.
    Caption,
    /// A cell of a table.
    Cell,
    /// A cell of a table's first row.
    CellHead,
}

/// Words that look alike.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// The words; a line end breaks the line.
    pub text: String,
    /// Bold.
    pub bold: bool,
    /// Struck through.
    pub strike: bool,
    /// Set as code.
    pub code: bool,
    /// The bookmark that they lead to.
    pub link: Option<String>,
}

/// A table. It is as wide as the text; its columns share the width by what they hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The first row, repeated on every page; empty when there is none.
    pub head: Vec<Vec<Paragraph>>,
    /// The other rows; a cell holds paragraphs.
    pub rows: Vec<Vec<Vec<Paragraph>>>,
}

impl Run {
    /// Plain words.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Bold words.
    pub fn bold(text: impl Into<String>) -> Self {
        Self { text: text.into(), bold: true, ..Self::default() }
    }
}

impl Paragraph {
    /// Plain words in a style.
    pub fn new(style: Style, text: impl Into<String>) -> Self {
        Self { style, runs: vec![Run::new(text)], ..Self::default() }
    }

    /// Words that look differently, in a style.
    pub fn of(style: Style, runs: Vec<Run>) -> Self {
        Self { style, runs, ..Self::default() }
    }

    /// Its words without their looks, the marker left out.
    pub fn text(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }
}

impl From<Paragraph> for Block {
    fn from(paragraph: Paragraph) -> Self {
        Self::Paragraph(paragraph)
    }
}

impl Table {
    /// A table of plain texts below the names of its columns. Columns without any text are left out.
    pub fn of_texts(columns: &[&str], rows: Vec<Vec<String>>) -> Self {
        let kept: Vec<usize> = (0..columns.len())
            .filter(|&at| {
                rows.is_empty() || rows.iter().any(|row| row.get(at).is_some_and(|c| !c.is_empty()))
            })
            .collect();
        let cell = |style, text: &str| text.lines().map(|line| Paragraph::new(style, line)).collect();
        let pick = |row: Vec<String>| kept.iter().map(|&at| cell(Style::Cell, &row[at])).collect();
        Self {
            head: kept.iter().map(|&at| cell(Style::CellHead, columns[at])).collect(),
            rows: rows.into_iter().map(pick).collect(),
        }
    }

    /// Adds a column with the same text in every row.
    pub fn with_column(mut self, name: &str, text: &str) -> Self {
        self.head.push(vec![Paragraph::new(Style::CellHead, name)]);
        for row in &mut self.rows {
            row.push(text.lines().map(|line| Paragraph::new(Style::Cell, line)).collect());
        }
        self
    }
}
