//! Blocks as WordprocessingML, for `word/document.xml`.

use super::document::{Block, Paragraph, Run, Style, Table};
use super::layout::{FIXED, Layout};

/// How far a step of nesting moves the left edge in, in twentieths of a point.
const STEP: usize = 420;

/// Room that a cell keeps left and right of its text, in twentieths of a point.
const CELL_MARGIN: u32 = 80;

/// The body's blocks, without the properties of its section.
pub fn body(blocks: &[Block], layout: Layout) -> String {
    let mut writer = Writer { out: String::new(), layout, bookmarks: 0, below_table: false };
    for (at, block) in blocks.iter().enumerate() {
        match block {
            Block::Paragraph(paragraph) => {
                writer.paragraph(paragraph);
                writer.below_table = false;
            }
            Block::Table(table) => {
                writer.below_table = false;
                writer.table(table);
                writer.below_table = true;
                // Two tables side by side would grow together.
                if matches!(blocks.get(at + 1), Some(Block::Table(_)) | None) {
                    writer.paragraph(&Paragraph { style: Style::Detail, ..Paragraph::default() });
                }
            }
        }
    }
    writer.out
}

/// The id of a style in `styles.xml`.
pub fn style_id(style: Style) -> String {
    match style {
        Style::Body => "a".to_owned(),
        Style::Heading(level) => format!("Heading{level}"),
        other => format!("{other:?}"),
    }
}

/// Appends text with the characters that XML knows escaped, and those that it cannot hold left out.
pub fn push_escaped(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c < ' ' => {}
            c => out.push(c),
        }
    }
}

/// Text with the characters that XML knows escaped.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_escaped(text, &mut out);
    out
}

struct Writer {
    out: String,
    layout: Layout,
    bookmarks: usize,
    /// Whether a table stands right above.
    below_table: bool,
}

impl Writer {
    fn paragraph(&mut self, paragraph: &Paragraph) {
        self.out.push_str("<w:p><w:pPr>");
        self.out.push_str(&format!("<w:pStyle w:val=\"{}\"/>", style_id(paragraph.style)));
        // Tables have no room below them of their own.
        if self.below_table && self.layout == Layout::Manual && !matches!(paragraph.style, Style::Heading(_))
        {
            self.out.push_str("<w:spacing w:before=\"120\"/>");
        }
        self.indent(paragraph);
        self.out.push_str("</w:pPr>");
        if let Some(name) = &paragraph.bookmark {
            let (id, name) = (self.bookmarks, escaped(name));
            self.bookmarks += 1;
            self.out.push_str(&format!(
                "<w:bookmarkStart w:id=\"{id}\" w:name=\"{name}\"/><w:bookmarkEnd w:id=\"{id}\"/>"
            ));
        }
        if let Some(marker) = &paragraph.marker {
            let bold = paragraph.style == Style::Clause;
            self.run(&Run { text: marker.clone(), bold, ..Run::default() });
            self.out.push_str(match self.layout {
                Layout::Manual => "<w:r><w:tab/></w:r>",
                Layout::Official => "<w:r><w:t xml:space=\"preserve\">　</w:t></w:r>",
            });
        }
        for run in &paragraph.runs {
            self.run(run);
        }
        self.out.push_str("</w:p>");
    }

    /// Markers hang before the text in the manual's own looks; official documents indent the first
    /// line of everything alike.
    fn indent(&mut self, paragraph: &Paragraph) {
        if self.layout == Layout::Official {
            return;
        }
        let hanging = paragraph.marker.is_some();
        let depth = paragraph.depth + usize::from(hanging || paragraph.style == Style::Quote);
        match (depth, hanging) {
            (0, _) => {}
            (_, true) => {
                // A clause's number is longer than a bullet.
                let room = if paragraph.style == Style::Clause { STEP * 3 / 2 } else { STEP };
                let left = paragraph.depth * STEP + room;
                self.out.push_str(&format!(
                    "<w:ind w:left=\"{left}\" w:hanging=\"{room}\" w:firstLineChars=\"0\"/>"
                ));
            }
            (_, false) => {
                let left = depth * STEP;
                self.out.push_str(&format!(
                    "<w:ind w:left=\"{left}\" w:firstLineChars=\"0\" w:firstLine=\"0\"/>"
                ));
            }
        }
    }

    fn run(&mut self, run: &Run) {
        if run.text.is_empty() {
            return;
        }
        if let Some(anchor) = &run.link {
            let anchor = escaped(anchor);
            self.out.push_str(&format!("<w:hyperlink w:anchor=\"{anchor}\" w:history=\"1\">"));
        }
        self.out.push_str("<w:r>");
        if run.bold || run.strike || run.code {
            self.out.push_str("<w:rPr>");
            if run.code {
                self.out.push_str(&format!("<w:rFonts w:ascii=\"{FIXED}\" w:hAnsi=\"{FIXED}\"/>"));
            }
            self.out.push_str(if run.bold { "<w:b/>" } else { "" });
            self.out.push_str(if run.strike { "<w:strike/>" } else { "" });
            self.out.push_str("</w:rPr>");
        }
        for (at, line) in run.text.split('\n').enumerate() {
            if at > 0 {
                self.out.push_str("<w:br/>");
            }
            self.out.push_str("<w:t xml:space=\"preserve\">");
            push_escaped(line, &mut self.out);
            self.out.push_str("</w:t>");
        }
        self.out.push_str(if run.link.is_some() { "</w:r></w:hyperlink>" } else { "</w:r>" });
    }

    fn table(&mut self, table: &Table) {
        let widths = widths(table, self.layout);
        let total: u32 = widths.iter().sum();
        self.out.push_str(&format!(
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"TableGrid\"/><w:tblW w:w=\"{total}\" w:type=\"dxa\"/>\
             <w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>"
        ));
        for width in &widths {
            self.out.push_str(&format!("<w:gridCol w:w=\"{width}\"/>"));
        }
        self.out.push_str("</w:tblGrid>");
        if !table.head.is_empty() {
            self.row(&table.head, &widths, "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
        }
        for row in &table.rows {
            self.row(row, &widths, "<w:trPr><w:cantSplit/></w:trPr>");
        }
        self.out.push_str("</w:tbl>");
    }

    fn row(&mut self, cells: &[Vec<Paragraph>], widths: &[u32], properties: &str) {
        self.out.push_str("<w:tr>");
        self.out.push_str(properties);
        let empty = vec![Paragraph { style: Style::Cell, ..Paragraph::default() }];
        for (at, width) in widths.iter().enumerate() {
            self.out.push_str(&format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>"));
            let cell = cells.get(at).filter(|cell| !cell.is_empty()).unwrap_or(&empty);
            for paragraph in cell {
                self.paragraph(paragraph);
            }
            self.out.push_str("</w:tc>");
        }
        self.out.push_str("</w:tr>");
    }
}

/// Widths of the columns, together as wide as the text. Every column gets room for its longest word;
/// what is left is shared by how much more its longest cell would take.
fn widths(table: &Table, layout: Layout) -> Vec<u32> {
    let half_letter = layout.look(Style::Cell).size * 5;
    let columns = table.rows.iter().chain([&table.head]).map(Vec::len).max().unwrap_or(0);
    let room = |halves: usize| {
        u32::try_from(halves).unwrap_or(u32::MAX / 64).min(400) * half_letter + 2 * CELL_MARGIN
    };
    let mut least = vec![0_u32; columns];
    let mut most = vec![0_u32; columns];
    for row in table.rows.iter().chain([&table.head]) {
        for (at, cell) in row.iter().enumerate() {
            let text = cell.iter().map(|paragraph| paragraph.text() + " ").collect::<String>();
            least[at] = least[at].max(room(longest_word(&text).max(4)));
            most[at] = most[at].max(room(text.chars().map(halves).sum::<usize>().clamp(4, 60)));
        }
    }
    for at in (0..columns).filter(|&at| is_blank(table, at)) {
        (least[at], most[at]) = (room(8), room(24));
    }
    let total = layout.page().text_width();
    let needed: u32 = least.iter().sum();
    let mut widths = if needed >= total {
        least.iter().map(|&width| share(total, width, needed)).collect::<Vec<_>>()
    } else {
        let more: Vec<u32> =
            most.iter().zip(&least).map(|(most, least)| most.saturating_sub(*least) + 1).collect();
        let wanted: u32 = more.iter().sum();
        least.iter().zip(&more).map(|(&least, &more)| least + share(total - needed, more, wanted)).collect()
    };
    let given: u32 = widths.iter().sum();
    if let Some(last) = widths.last_mut() {
        *last += total - given;
    }
    widths
}

/// Whether a column is left for people to write in.
fn is_blank(table: &Table, at: usize) -> bool {
    let mut cells = table.rows.iter().filter_map(|row| row.get(at)).flatten();
    !table.head.is_empty() && cells.all(|paragraph| paragraph.runs.is_empty())
}

fn share(total: u32, part: u32, whole: u32) -> u32 {
    u32::try_from(u64::from(total) * u64::from(part) / u64::from(whole.max(1))).unwrap_or(0)
}

/// The room a character takes, in halves of a Chinese one.
fn halves(c: char) -> usize {
    if c.is_ascii() { 1 } else { 2 }
}

/// The longest run of letters and digits, which should not be broken; at most 16.
fn longest_word(text: &str) -> usize {
    text.split(|c: char| !c.is_ascii_graphic()).map(|word| word.len() + 1).max().unwrap_or(0).min(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_fill_the_width_and_keep_words_whole() {
        let row = |a: &str, b: &str| vec![a.to_owned(), b.to_owned()];
        let long = "预审员应逐字对名称、代码、法定代表人、住所、资金、业务范围。".repeat(9);
        let table = Table::of_texts(&["号", "做什么"], vec![row("FM-NJ-01-2", &long), row("", "短")]);
        for layout in [Layout::Manual, Layout::Official] {
            let widths = widths(&table, layout);
            assert_eq!(widths.iter().sum::<u32>(), layout.page().text_width());
            assert!(widths[0] >= 11 * layout.look(Style::Cell).size * 5 && widths[1] > 2 * widths[0]);
        }
    }

    #[test]
    fn characters_that_xml_cannot_hold_are_left_out() {
        assert_eq!(escaped("a<b & \"c\"\u{1}\u{ffff}"), "a&lt;b &amp; &quot;c&quot;");
    }
}
