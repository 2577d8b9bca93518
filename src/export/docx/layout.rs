//! Page and letters: the manual's own looks, and those of official documents after GB/T 9704-2012.
//!
//! Lengths are twentieths of a point unless they say otherwise.

use super::document::Style;

/// How a document looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A book to read: small letters, running head, page number in the middle.
    Manual,
    /// An official document (公文): 22 lines of 28 characters of 16 points on a page.
    Official,
}

/// A page.
#[derive(Debug)]
pub struct Page {
    pub width: u32,
    pub height: u32,
    pub top: u32,
    pub bottom: u32,
    pub left: u32,
    pub right: u32,
    /// From the paper's edge to the running head and to the page number.
    pub header: u32,
    pub footer: u32,
}

impl Page {
    /// Width of the text.
    pub fn text_width(&self) -> u32 {
        self.width - self.left - self.right
    }
}

/// How letters and lines of a style look.
#[derive(Debug)]
pub struct Look {
    /// Font of Chinese.
    pub font: &'static str,
    /// Height of the letters in half points.
    pub size: u32,
    pub bold: bool,
    /// More or less room for each character.
    pub spacing: i32,
    /// Distance of lines: exact for official documents, else in 240ths of a line.
    pub line: u32,
    /// Room above and below.
    pub before: u32,
    pub after: u32,
    /// How far the first line is moved in, in hundredths of a character.
    pub first_line: u32,
    pub centred: bool,
    /// Whether it stays with what follows.
    pub keep_next: bool,
}

/// One millimetre is 56.69.
const A4: (u32, u32) = (11906, 16838);

/// 225 mm hold 22 lines of 28.99 points; a whole number below it, so that the last one fits.
const OFFICIAL_LINE: u32 = 579;

/// 156 mm hold 28 characters of 15.8 points: the letters' own 16, set closer. It is said of the
/// letters and not of a grid of characters, on which LibreOffice gives each of them two places.
const OFFICIAL_SPACING: i32 = -4;

/// Font of letters and digits.
pub const LATIN: &str = "Times New Roman";

/// A font of fixed width, for code.
pub const FIXED: &str = "Courier New";

impl Layout {
    /// The page.
    pub fn page(self) -> Page {
        let (width, height) = A4;
        match self {
            Self::Manual => Page {
                width,
                height,
                top: 1417,
                bottom: 1417,
                left: 1417,
                right: 1417,
                header: 794,
                footer: 794,
            },
            // 37 mm above and 28 mm left of a text of 156 by 225 mm; the page number 7 mm below it.
            Self::Official => Page {
                width,
                height,
                top: 2098,
                bottom: 1984,
                left: 1588,
                right: 1470,
                header: 850,
                footer: 1304,
            },
        }
    }

    /// The grid that lines keep to: type, distance of lines.
    pub fn grid(self) -> (&'static str, u32) {
        match self {
            Self::Manual => ("default", 312),
            Self::Official => ("lines", OFFICIAL_LINE),
        }
    }

    /// Whether the number of a page stands at its outer edge: right on odd pages, left on even ones.
    pub fn mirrors(self) -> bool {
        self == Self::Official
    }

    /// Height of page numbers in half points: 四号 (14 points) for official documents.
    pub fn page_number_size(self) -> u32 {
        match self {
            Self::Manual => 18,
            Self::Official => 28,
        }
    }

    /// How a style looks.
    pub fn look(self, style: Style) -> Look {
        match self {
            Self::Manual => manual(style),
            Self::Official => official(style),
        }
    }
}

fn manual(style: Style) -> Look {
    let body = Look {
        font: "宋体",
        size: 21,
        bold: false,
        spacing: 0,
        line: 340,
        before: 0,
        after: 80,
        first_line: 0,
        centred: false,
        keep_next: false,
    };
    let small = Look { size: 18, line: 280, after: 0, ..body };
    match style {
        Style::Body => Look { first_line: 200, ..body },
        Style::Title => {
            Look { font: "黑体", size: 36, bold: true, before: 240, after: 160, centred: true, ..body }
        }
        Style::Subtitle => Look { centred: true, after: 200, ..body },
        Style::Heading(level) => {
            let size = [32, 28, 26, 24, 22, 21][usize::from(level.clamp(1, 6)) - 1];
            Look { font: "黑体", size, bold: true, before: 240, after: 120, keep_next: true, ..body }
        }
        Style::Clause | Style::Item => body,
        Style::Detail => Look { after: 40, ..small },
        Style::Quote => Look { font: "楷体", ..body },
        Style::Code => small,
        Style::Caption => {
            Look { font: "黑体", size: 20, before: 120, centred: true, keep_next: true, ..body }
        }
        Style::Cell => small,
        Style::CellHead => Look { font: "黑体", bold: true, keep_next: true, ..small },
    }
}

fn official(style: Style) -> Look {
    let body = Look {
        font: "仿宋",
        size: 32,
        bold: false,
        spacing: OFFICIAL_SPACING,
        line: OFFICIAL_LINE,
        before: 0,
        after: 0,
        first_line: 200,
        centred: false,
        keep_next: false,
    };
    let cell = Look { size: 21, spacing: 0, line: 340, first_line: 0, ..body };
    match style {
        Style::Body | Style::Clause | Style::Item | Style::Quote => body,
        Style::Title => Look {
            font: "方正小标宋简体",
            size: 44,
            after: OFFICIAL_LINE,
            first_line: 0,
            centred: true,
            ..body
        },
        Style::Subtitle => Look { font: "楷体", first_line: 0, centred: true, ..body },
        // 一、黑体；（一）楷体；1. 仿宋加粗；（1）仿宋
        Style::Heading(1) => Look { font: "黑体", keep_next: true, ..body },
        Style::Heading(2) => Look { font: "楷体", keep_next: true, ..body },
        Style::Heading(3) => Look { bold: true, keep_next: true, ..body },
        Style::Heading(_) => Look { keep_next: true, ..body },
        Style::Detail => Look { size: 24, spacing: 0, line: 400, ..body },
        Style::Code => Look { size: 24, line: 400, first_line: 0, ..body },
        Style::Caption => {
            Look { font: "黑体", size: 28, first_line: 0, centred: true, keep_next: true, ..body }
        }
        Style::Cell => cell,
        Style::CellHead => Look { font: "黑体", keep_next: true, ..cell },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_official_page_holds_22_lines_of_28_characters() {
        let page = Layout::Official.page();
        let millimetre = |length: u32| f64::from(length) / 20.0 / 72.0 * 25.4;
        assert!((millimetre(page.text_width()) - 156.0).abs() < 0.1);
        assert!((millimetre(page.top) - 37.0).abs() < 0.1 && (millimetre(page.left) - 28.0).abs() < 0.1);
        let height = page.height - page.top - page.bottom;
        assert!((millimetre(height) - 225.0).abs() < 0.1);
        assert_eq!(height / Layout::Official.grid().1, 22);
        let look = Layout::Official.look(Style::Body);
        let character = i32::try_from(look.size * 10).unwrap() + look.spacing;
        assert_eq!(page.text_width() / u32::try_from(character).unwrap(), 28);
    }
}
