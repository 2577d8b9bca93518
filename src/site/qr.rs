//! The address of a page as a QR code: whoever holds a sheet of paper finds what stands there now.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// Modules of empty border that scanners ask for.
const QUIET: i32 = 4;

/// The code as SVG; `None` for an address that is too long for one.
pub fn svg(address: &str) -> Option<String> {
    let code = QrCode::encode_text(address, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let whole = size + 2 * QUIET;
    let mut out = format!(
        "<svg class=\"qr\" role=\"img\" aria-label=\"本页网址的二维码\" viewBox=\"{} {} {whole} {whole}\" \
         shape-rendering=\"crispEdges\"><path d=\"",
        -QUIET, -QUIET
    );
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let start = x;
            while x < size && code.get_module(x, y) {
                x += 1;
            }
            if x > start {
                // Writing into a string cannot fail.
                let _ = write!(out, "M{start} {y}h{0}v1h-{0}z", x - start);
            }
            x += 1;
        }
    }
    out.push_str("\"/></svg>");
    Some(out)
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::*;

    #[test]
    fn the_picture_holds_the_modules_of_the_code() {
        let address = "https://x.cn/m/checklists/CK-NJ-03-1/";
        let code = QrCode::encode_text(address, QrCodeEcc::Medium).expect("a code");
        let picture = svg(address).expect("a picture");
        let path = picture.split('"').find(|piece| piece.starts_with('M')).expect("a path");
        let mut dark = 0;
        for run in path.split('M').skip(1) {
            let (at, rest) = run.split_once('h').expect("a run");
            let (x, y) = at.split_once(' ').expect("a point");
            let (x, y): (i32, i32) = (x.parse().expect("x"), y.parse().expect("y"));
            let length: i32 = rest.split('v').next().and_then(|n| n.parse().ok()).expect("a length");
            assert!((x..x + length).all(|x| code.get_module(x, y)), "{run}");
            dark += length;
        }
        let all = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
        let expected = all.filter(|&(x, y)| code.get_module(x, y)).count();
        assert_eq!(usize::try_from(dark), Ok(expected));
    }
}
