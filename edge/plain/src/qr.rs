//! A QR code as one SVG path (ISO/IEC 18004: dark on light, a quiet zone of four modules).

use qrcodegen::{QrCode, QrCodeEcc, QrSegment};

use crate::html::{Html, el};

const QUIET: i32 = 4;

/// The code of a text, or nothing where the text is too long for one.
pub(crate) fn qr(text: &str, label: &str) -> Html {
    let Ok(code) = QrCode::encode_segments(&[QrSegment::make_bytes(text.as_bytes())], QrCodeEcc::Medium)
    else {
        return Html::default();
    };
    let side = code.size().saturating_add(QUIET.saturating_mul(2)).to_string();
    let square = ["0 0 ", &side, " ", &side].concat();
    let light = ["M0 0h", &side, "v", &side, "H0z"].concat();
    let svg = [
        ("class", "qr"),
        ("viewBox", square.as_str()),
        ("role", "img"),
        ("aria-label", label),
        ("shape-rendering", "crispEdges"),
    ];
    let path = |class: &str, d: &str| el("path", &[("class", class), ("d", d)], Vec::new());
    el(
        "svg",
        &svg,
        vec![path("light", &light), path("dark", &modules(&code))],
    )
}

/// Each run of dark modules of a row as a rectangle.
fn modules(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        let mut start = None;
        for x in 0..=code.size() {
            match (start, code.get_module(x, y)) {
                (None, true) => start = Some(x),
                (Some(from), false) => {
                    run(&mut path, from, y, x.saturating_sub(from));
                    start = None;
                }
                _ => {}
            }
        }
    }
    path
}

fn run(path: &mut String, x: i32, y: i32, length: i32) {
    let shifted = |n: i32| n.saturating_add(QUIET).to_string();
    for piece in [
        "M",
        &shifted(x),
        " ",
        &shifted(y),
        "h",
        &length.to_string(),
        "v1h-",
        &length.to_string(),
        "z",
    ] {
        path.push_str(piece);
    }
}
