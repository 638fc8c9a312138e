//! What happened when a web server was asked for something?

use super::request::is_address;

/// What happened: an error before all else, then by what was asked for and how. `is_asset` says whether the path is that of
/// a file.
pub(super) fn event_name(method: &str, path: &str, status: &str, is_asset: bool) -> &'static str {
    let status: u32 = status.parse().unwrap_or(0);
    match status {
        400.. => "http_error",
        300..=399 if status != 304 => "redirect",
        _ if is_asset => "asset",
        200..=299 | 304 if method == "GET" && is_address(path) => "page_view",
        _ => "http_request",
    }
}

/// Endings of files that a page, a script or a feed reader asks for, not a person.
const ASSETS: [&str; 48] = [
    "css",
    "js",
    "mjs",
    "map",
    "json",
    "xml",
    "rss",
    "atom",
    "txt",
    "webmanifest",
    "png",
    "jpg",
    "jpeg",
    "jpe",
    "gif",
    "svg",
    "svgz",
    "ico",
    "cur",
    "webp",
    "avif",
    "bmp",
    "tif",
    "tiff",
    "heic",
    "apng",
    "jxl",
    "woff",
    "woff2",
    "ttf",
    "otf",
    "eot",
    "mp3",
    "mp4",
    "m4a",
    "m4v",
    "webm",
    "ogg",
    "ogv",
    "oga",
    "wav",
    "mov",
    "avi",
    "flv",
    "swf",
    "wasm",
    "xbm",
    "m3u8",
];

/// Whether a path is that of a file.
pub(super) fn is_asset(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(_, ending)| ASSETS.iter().any(|asset| asset.eq_ignore_ascii_case(ending)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_named_by_status_method_and_ending() {
        for (method, path, status, name) in [
            ("GET", "/", "200", "page_view"),
            ("GET", "/a.html", "304", "page_view"),
            ("GET", "/a/report.pdf", "206", "page_view"),
            ("GET", "/v1.2/start", "200", "page_view"),
            ("GET", "/logo.PNG", "200", "asset"),
            ("HEAD", "/style.css", "304", "asset"),
            ("GET", "/logo.png", "404", "http_error"),
            ("POST", "/cart", "500", "http_error"),
            ("", "\u{16}\u{3}", "400", "http_error"),
            ("GET", "/old", "301", "redirect"),
            ("POST", "/cart", "302", "redirect"),
            ("POST", "/cart", "200", "http_request"),
            ("HEAD", "/", "200", "http_request"),
            ("GET", "/", "101", "http_request"),
            ("GET", "/", "", "http_request"),
            ("", "", "200", "http_request"),
        ] {
            assert_eq!(event_name(method, path, status, is_asset(path)), name, "{method} {path} {status}");
        }
    }
}
