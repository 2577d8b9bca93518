//! The file: an archive of XML parts, always with the same bytes for the same body.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::document::{Block, Style};
use super::layout::{LATIN, Layout, Look};
use super::xml::{self, escaped};
use crate::error::Error;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const WORD: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
     xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
const TYPE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PART: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// What stands around the body.
#[derive(Debug)]
pub struct Frame<'a> {
    /// Title in the properties of the file, and in the running head.
    pub title: &'a str,
    /// Who publishes it.
    pub publisher: &'a str,
    /// Edition and state, at the right of the running head.
    pub edition: &'a str,
}

/// The document as the bytes of a DOCX file.
///
/// # Errors
/// [`Error::Export`] when the archive cannot be made.
pub fn pack(blocks: &[Block], frame: &Frame<'_>, layout: Layout) -> Result<Vec<u8>, Error> {
    let mut parts = vec![
        ("[Content_Types].xml", content_types()),
        ("_rels/.rels", relations(&[("officeDocument", "word/document.xml"), ("core", "docProps/core.xml")])),
        ("docProps/core.xml", properties(frame)),
        (
            "word/_rels/document.xml.rels",
            relations(&[
                ("styles", "styles.xml"),
                ("settings", "settings.xml"),
                ("fontTable", "fontTable.xml"),
                ("header", "header1.xml"),
                ("footer", "footer1.xml"),
                ("footer", "footer2.xml"),
            ]),
        ),
        ("word/document.xml", document(blocks, layout)),
        ("word/styles.xml", styles(layout)),
        ("word/settings.xml", settings(layout)),
        ("word/fontTable.xml", fonts()),
        ("word/header1.xml", header(frame, layout)),
        ("word/footer1.xml", footer(layout, if layout.mirrors() { "right" } else { "center" })),
        ("word/footer2.xml", footer(layout, if layout.mirrors() { "left" } else { "center" })),
    ];
    let failed = |error: zip::result::ZipError| Error::Export(error.to_string());
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts.drain(..) {
        archive.start_file(name, options).map_err(failed)?;
        archive.write_all(part.as_bytes()).map_err(|error| Error::Export(error.to_string()))?;
    }
    Ok(archive.finish().map_err(failed)?.into_inner())
}

fn content_types() -> String {
    let mut out = format!(
        "{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/docProps/core.xml\" \
         ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>"
    );
    for (name, kind) in [
        ("document", "document.main"),
        ("styles", "styles"),
        ("settings", "settings"),
        ("fontTable", "fontTable"),
        ("header1", "header"),
        ("footer1", "footer"),
        ("footer2", "footer"),
    ] {
        out.push_str(&format!("<Override PartName=\"/word/{name}.xml\" ContentType=\"{PART}.{kind}+xml\"/>"));
    }
    out + "</Types>"
}

/// Relations of a part, with the ids `r1`, `r2` and so on.
fn relations(targets: &[(&str, &str)]) -> String {
    let mut out = format!(
        "{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    );
    for (number, (kind, target)) in (1..).zip(targets) {
        let kind = match *kind {
            "core" => "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
                .to_owned(),
            other => format!("{TYPE}/{other}"),
        };
        out.push_str(&format!("<Relationship Id=\"r{number}\" Type=\"{kind}\" Target=\"{target}\"/>"));
    }
    out + "</Relationships>"
}

fn properties(frame: &Frame<'_>) -> String {
    format!(
        "{HEAD}<cp:coreProperties \
         xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:creator>{}</dc:creator>\
         <dc:language>zh-CN</dc:language></cp:coreProperties>",
        escaped(frame.title),
        escaped(frame.publisher)
    )
}

fn document(blocks: &[Block], layout: Layout) -> String {
    let page = layout.page();
    let (kind, pitch) = layout.grid();
    // Official documents have no running head.
    let header = match layout {
        Layout::Manual => "<w:headerReference w:type=\"default\" r:id=\"r4\"/>",
        Layout::Official => "",
    };
    let even = if layout.mirrors() { "<w:footerReference w:type=\"even\" r:id=\"r6\"/>" } else { "" };
    format!(
        "{HEAD}<w:document {WORD}><w:body>{body}<w:sectPr>{header}\
         <w:footerReference w:type=\"default\" r:id=\"r5\"/>{even}\
         <w:pgSz w:w=\"{width}\" w:h=\"{height}\"/>\
         <w:pgMar w:top=\"{top}\" w:right=\"{right}\" w:bottom=\"{bottom}\" w:left=\"{left}\" \
         w:header=\"{head}\" w:footer=\"{foot}\" w:gutter=\"0\"/>\
         <w:docGrid w:type=\"{kind}\" w:linePitch=\"{pitch}\"/></w:sectPr></w:body></w:document>",
        body = xml::body(blocks, layout),
        width = page.width,
        height = page.height,
        top = page.top,
        right = page.right,
        bottom = page.bottom,
        left = page.left,
        head = page.header,
        foot = page.footer,
    )
}

/// Every style, with the names that word processors know headings by.
fn styles(layout: Layout) -> String {
    let body = layout.look(Style::Body);
    let mut out = format!(
        "{HEAD}<w:styles {WORD}><w:docDefaults><w:rPrDefault><w:rPr>{}<w:sz w:val=\"{size}\"/>\
         <w:szCs w:val=\"{size}\"/><w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault>\
         </w:docDefaults>",
        letters(body.font),
        size = body.size
    );
    let named = [
        (Style::Body, "Normal"),
        (Style::Title, "Title"),
        (Style::Subtitle, "Subtitle"),
        (Style::Clause, "条款"),
        (Style::Detail, "条款说明"),
        (Style::Item, "列项"),
        (Style::Quote, "Quote"),
        (Style::Code, "代码"),
        (Style::Caption, "caption"),
        (Style::Cell, "表格文字"),
        (Style::CellHead, "表头"),
    ];
    for (style, name) in named {
        push_style(layout, style, name, &mut out);
    }
    for level in 1..=6 {
        push_style(layout, Style::Heading(level), &format!("heading {level}"), &mut out);
    }
    out.push_str(
        "<w:style w:type=\"table\" w:styleId=\"TableGrid\"><w:name w:val=\"Table Grid\"/><w:tblPr><w:tblBorders>",
    );
    for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
        out.push_str(&format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"808080\"/>"));
    }
    out.push_str(
        "</w:tblBorders><w:tblCellMar><w:left w:w=\"80\" w:type=\"dxa\"/><w:right w:w=\"80\" w:type=\"dxa\"/>\
         </w:tblCellMar></w:tblPr></w:style>",
    );
    out + "</w:styles>"
}

fn push_style(layout: Layout, style: Style, name: &str, out: &mut String) {
    let look = layout.look(style);
    let normal = style == Style::Body;
    let based = if normal { "" } else { "<w:basedOn w:val=\"a\"/>" };
    let default = if normal { " w:default=\"1\"" } else { "" };
    out.push_str(&format!(
        "<w:style w:type=\"paragraph\"{default} w:styleId=\"{}\"><w:name w:val=\"{name}\"/>{based}<w:qFormat/>\
         <w:pPr>{}</w:pPr><w:rPr>{}{bold}<w:spacing w:val=\"{spacing}\"/><w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/></w:rPr></w:style>",
        xml::style_id(style),
        paragraph(layout, style, &look),
        letters(look.font),
        bold = if look.bold { "<w:b/>" } else { "<w:b w:val=\"0\"/>" },
        spacing = look.spacing,
        size = look.size,
    ));
}

fn paragraph(layout: Layout, style: Style, look: &Look) -> String {
    let keep = if look.keep_next { "<w:keepNext/>" } else { "" };
    let rule = if layout == Layout::Official { "exact" } else { "auto" };
    // Tables have smaller letters than the grid is made for.
    let grid =
        if matches!(style, Style::Cell | Style::CellHead) { "<w:snapToGrid w:val=\"0\"/>" } else { "" };
    let aligned = match (look.centred, style) {
        (true, _) => "center",
        (_, Style::Cell | Style::CellHead | Style::Code) => "left",
        _ => "both",
    };
    let level = match style {
        Style::Heading(level) => format!("<w:outlineLvl w:val=\"{}\"/>", level - 1),
        _ => String::new(),
    };
    format!(
        "{keep}{grid}<w:spacing w:before=\"{}\" w:after=\"{}\" w:line=\"{}\" w:lineRule=\"{rule}\"/>\
         <w:ind w:firstLineChars=\"{}\" w:firstLine=\"{}\"/><w:jc w:val=\"{aligned}\"/>{level}",
        look.before,
        look.after,
        look.line,
        look.first_line,
        look.first_line * look.size / 10,
    )
}

fn letters(font: &str) -> String {
    format!("<w:rFonts w:ascii=\"{LATIN}\" w:hAnsi=\"{LATIN}\" w:eastAsia=\"{font}\" w:cs=\"{LATIN}\"/>")
}

fn settings(layout: Layout) -> String {
    let mirrored = if layout.mirrors() { "<w:evenAndOddHeaders/>" } else { "" };
    format!(
        "{HEAD}<w:settings {WORD}><w:defaultTabStop w:val=\"420\"/>{mirrored}\
         <w:characterSpacingControl w:val=\"compressPunctuation\"/><w:compat>\
         <w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" \
         w:val=\"15\"/></w:compat><w:themeFontLang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:settings>"
    )
}

/// The fonts, with what they are like, so that a machine without one finds a substitute.
fn fonts() -> String {
    let mut out = format!("{HEAD}<w:fonts {WORD}>");
    for (name, other, family) in [
        ("宋体", "SimSun", "roman"),
        ("仿宋", "FangSong", "roman"),
        ("楷体", "KaiTi", "roman"),
        ("黑体", "SimHei", "swiss"),
        ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "roman"),
    ] {
        out.push_str(&format!(
            "<w:font w:name=\"{name}\"><w:altName w:val=\"{other}\"/><w:charset w:val=\"86\"/>\
             <w:family w:val=\"{family}\"/><w:pitch w:val=\"variable\"/></w:font>"
        ));
    }
    out + "</w:fonts>"
}

/// Title at the left, edition at the right, a line below.
fn header(frame: &Frame<'_>, layout: Layout) -> String {
    format!(
        "{HEAD}<w:hdr {WORD}><w:p><w:pPr><w:pStyle w:val=\"Detail\"/><w:pBdr>\
         <w:bottom w:val=\"single\" w:sz=\"4\" w:space=\"1\" w:color=\"808080\"/></w:pBdr>\
         <w:tabs><w:tab w:val=\"right\" w:pos=\"{}\"/></w:tabs></w:pPr>\
         <w:r><w:t>{}</w:t></w:r><w:r><w:tab/><w:t>{}</w:t></w:r></w:p></w:hdr>",
        layout.page().text_width(),
        escaped(frame.title),
        escaped(frame.edition)
    )
}

/// `— 1 —`, one character in from the edge where it stands at one.
fn footer(layout: Layout, side: &str) -> String {
    let size = layout.page_number_size();
    let room = size * 10;
    let indent = match side {
        "left" => format!("<w:ind w:left=\"{room}\" w:firstLineChars=\"0\" w:firstLine=\"0\"/>"),
        "right" => format!("<w:ind w:right=\"{room}\" w:firstLineChars=\"0\" w:firstLine=\"0\"/>"),
        _ => "<w:ind w:firstLineChars=\"0\" w:firstLine=\"0\"/>".to_owned(),
    };
    let letters = format!("<w:rPr>{}<w:sz w:val=\"{size}\"/></w:rPr>", letters("宋体"));
    let field = |kind: &str| format!("<w:r>{letters}<w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    let text = |words: &str| format!("<w:r>{letters}<w:t xml:space=\"preserve\">{words}</w:t></w:r>");
    format!(
        "{HEAD}<w:ftr {WORD}><w:p><w:pPr><w:pStyle w:val=\"Cell\"/>{indent}<w:jc w:val=\"{side}\"/></w:pPr>\
         {}{}<w:r>{letters}<w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>{}{}{}{}</w:p></w:ftr>",
        text("— "),
        field("begin"),
        field("separate"),
        text("1"),
        field("end"),
        text(" —"),
    )
}
