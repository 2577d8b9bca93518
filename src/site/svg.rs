//! Pictures as SVG: boxes of words and lines between them. Colours come from the stylesheet by class, so
//! that a picture follows the page's theme; what it shows stands in a table beside it.

use std::fmt::Write as _;

use super::html;

/// Pixels of a line of text.
const LINE: f32 = 20.0;
/// Pixels of a Han character.
const HAN: f32 = 14.0;
/// Pixels between a box and its words.
const PADDING: f32 = 8.0;

/// A picture being drawn. Sizes are in pixels.
#[derive(Debug, Default)]
pub struct Canvas {
    body: String,
    width: f32,
    height: f32,
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Left side.
    pub x: f32,
    /// Upper side.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Frame {
    /// The middle of its upper side.
    pub fn top(&self) -> (f32, f32) {
        (self.x + self.width / 2.0, self.y)
    }

    /// The middle of its lower side.
    pub fn bottom(&self) -> (f32, f32) {
        (self.x + self.width / 2.0, self.y + self.height)
    }

    /// The middle of its left side.
    pub fn left(&self) -> (f32, f32) {
        (self.x, self.y + self.height / 2.0)
    }

    /// The middle of its right side.
    pub fn right(&self) -> (f32, f32) {
        (self.x + self.width, self.y + self.height / 2.0)
    }
}

/// Height of a box of so many lines.
pub fn height_of(lines: usize) -> f32 {
    // No box has more lines than a small number holds.
    f32::from(u16::try_from(lines).unwrap_or(u16::MAX)) * LINE + 2.0 * PADDING
}

/// A text in lines no wider than `width`, at most `most` of them; what does not fit is cut with `…`.
pub fn wrapped(text: &str, width: f32, most: usize) -> Vec<String> {
    let room = width - 2.0 * PADDING;
    let mut lines = vec![String::new()];
    let mut used = 0.0;
    for c in text.chars() {
        let wide = if c.is_ascii() { HAN * 0.6 } else { HAN };
        if used + wide > room {
            if lines.len() == most {
                if let Some(last) = lines.last_mut() {
                    last.pop();
                    last.push('…');
                }
                return lines;
            }
            lines.push(String::new());
            used = 0.0;
        }
        used += wide;
        if let Some(last) = lines.last_mut() {
            last.push(c);
        }
    }
    lines
}

impl Canvas {
    /// Draws a box with centred lines; the first is bold where `class` is `heading`.
    pub fn boxed(&mut self, frame: Frame, class: &str, lines: &[String]) {
        let Frame { x, y, width, height } = frame;
        self.reach(x + width, y + height);
        // Writing into a string cannot fail, here and below.
        let _ = write!(
            self.body,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>"
        );
        let mut baseline = y + PADDING + LINE * 0.75;
        for (index, line) in lines.iter().enumerate() {
            let weight = if index == 0 && class == "heading" { " class=\"bold\"" } else { "" };
            self.text((x + width / 2.0, baseline), "middle", weight, line);
            baseline += LINE;
        }
    }

    fn text(&mut self, (x, y): (f32, f32), anchor: &str, attributes: &str, words: &str) {
        let _ = write!(self.body, "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\"{attributes}>");
        html::push_body_escaped(words, &mut self.body);
        self.body.push_str("</text>");
    }

    /// Draws a line through points. `class` is `link`, `advice`, or `weight-1` to `weight-4`.
    pub fn line(&mut self, class: &str, points: &[(f32, f32)], arrow: bool) {
        let mut path = String::new();
        for (index, (x, y)) in points.iter().enumerate() {
            self.reach(*x, *y);
            let _ = write!(path, "{}{x} {y}", if index == 0 { "M" } else { "L" });
        }
        self.path(class, &path, arrow);
    }

    /// Draws a curve from one point to another, bent towards a third.
    pub fn curve(&mut self, class: &str, from: (f32, f32), bend: (f32, f32), to: (f32, f32)) {
        self.path(class, &format!("M{} {}Q{} {} {} {}", from.0, from.1, bend.0, bend.1, to.0, to.1), false);
    }

    fn path(&mut self, class: &str, path: &str, arrow: bool) {
        let arrow = if arrow { " marker-end=\"url(#site-arrow)\"" } else { "" };
        let _ = write!(self.body, "<path class=\"{class}\" d=\"{path}\"{arrow}/>");
    }

    fn reach(&mut self, x: f32, y: f32) {
        self.width = self.width.max(x);
        self.height = self.height.max(y);
    }

    /// The picture with its title and what it shows in words. `number` tells it from others on a page.
    pub fn finish(self, number: usize, title: &str, description: &str) -> String {
        let (width, height) = ((self.width + 2.0).ceil(), (self.height + 2.0).ceil());
        let mut out = format!(
            "<svg class=\"diagram\" role=\"img\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             aria-labelledby=\"site-title-{number} site-desc-{number}\">\n<title id=\"site-title-{number}\">"
        );
        html::push_body_escaped(title, &mut out);
        let _ = write!(out, "</title>\n<desc id=\"site-desc-{number}\">");
        html::push_body_escaped(description, &mut out);
        out.push_str("</desc>\n");
        if self.body.contains("#site-arrow") {
            // Every picture of a page has the same arrow: the first definition serves all.
            if number == 1 {
                out.push_str(
                    "<defs><marker id=\"site-arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" \
                     markerHeight=\"8\" orient=\"auto\"><path class=\"tip\" d=\"M0 0L8 4L0 8z\"/></marker></defs>\n",
                );
            }
        }
        out.push_str(&self.body);
        out.push_str("\n</svg>");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_wrapped_and_cut() {
        assert_eq!(wrapped("登记新件", 100.0, 2), ["登记新件"]);
        assert_eq!(wrapped("预审员应登记新件提交时间", 100.0, 2), ["预审员应登记", "新件提交时间"]);
        assert_eq!(wrapped("预审员应登记新件提交时间", 100.0, 1), ["预审员应登…"]);
    }

    #[test]
    fn nothing_in_a_picture_is_markup() {
        let mut canvas = Canvas::default();
        let frame = Frame { x: 0.0, y: 0.0, width: 9.0, height: 9.0 };
        canvas.boxed(frame, "heading", &["<b>&".to_owned()]);
        let picture = canvas.finish(1, "<i>", "&");
        assert!(
            picture.contains("&lt;b&gt;&amp;</text>") && picture.contains(">&lt;i&gt;</title>"),
            "{picture}"
        );
    }
}
