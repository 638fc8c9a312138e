//! Which page does an address name?
//!
//! The path without scheme, host, query and fragment; then the first template it matches. Templates meet distinct
//! values, never rows.

use std::borrow::Cow;
use std::sync::Arc;

use crate::error::IngestError;

/// Path of an address: `https://shop.example/cart?x=1#top` is `/cart`. Text that is no address comes back without query.
pub(crate) fn path_of(address: &str) -> &str {
    // Whatever stands before a colon that is not followed by slashes is no scheme either.
    let colon = address.bytes().position(|byte| byte == b':');
    let rest = match colon.filter(|at| address[*at..].starts_with("://")) {
        Some(at) if address[..at].bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) => {
            after_host(&address[at + 3..])
        }
        _ if address.starts_with("//") => after_host(&address[2..]),
        _ => address,
    };
    let end = rest.bytes().position(|byte| matches!(byte, b'?' | b'#')).unwrap_or(rest.len());
    if end == 0 { "/" } else { &rest[..end] }
}

fn after_host(rest: &str) -> &str {
    rest.find(['/', '?', '#']).map_or("", |at| &rest[at..])
}

/// Host of an address in lower case, without user and port; `None` if it names none.
pub(crate) fn host_of(address: &str) -> Option<Arc<str>> {
    let rest = match address.split_once("//") {
        Some(("" | "http:" | "https:" | "android-app:", rest)) => rest,
        _ => return None,
    };
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host,
    };
    (!host.is_empty()).then(|| host.to_ascii_lowercase().into())
}

/// Whether two hosts are one site: the same but for `www.`, or one below the other.
pub(crate) fn is_same_site(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|host| host.strip_prefix("www.").unwrap_or(host));
    let is_below = |lower: &str, upper: &str| lower.strip_suffix(upper).is_some_and(|rest| rest.ends_with('.'));
    one == other || is_below(one, other) || is_below(other, one)
}

/// Values of `utm_source`, `utm_medium`, `utm_campaign`, `utm_term` and `utm_content` in an address; the first of each.
pub(crate) fn campaign_of(address: &str) -> [Option<String>; 5] {
    let mut found = [const { None }; 5];
    let Some((_, query)) = address.split_once('?') else { return found };
    if !query.contains("utm_") {
        return found;
    }
    let query = query.split('#').next().unwrap_or_default();
    for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
        let index = match &*key {
            "utm_source" => 0,
            "utm_medium" => 1,
            "utm_campaign" => 2,
            "utm_term" => 3,
            "utm_content" => 4,
            _ => continue,
        };
        found[index].get_or_insert_with(|| value.trim().to_owned());
    }
    found
}

/// Templates in the order of the configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct PageTemplates(Vec<Template>);

#[derive(Clone, Debug)]
struct Template {
    name: String,
    segments: Vec<Segment>,
    open_end: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Segment {
    Literal(String),
    Any,
}

impl PageTemplates {
    /// The templates as written.
    ///
    /// # Errors
    /// When a template does not begin with `/` or has a `*` before its end.
    pub(crate) fn try_new(templates: &[String]) -> Result<Self, IngestError> {
        templates.iter().map(|template| parse(template)).collect::<Result<_, _>>().map(Self)
    }

    /// The first template that a path matches, else the path. A slash at the end makes no difference to templates.
    pub(crate) fn page<'a>(&'a self, path: &'a str) -> Cow<'a, str> {
        if self.0.is_empty() {
            return Cow::Borrowed(path);
        }
        let segments: Vec<&str> = split(path).collect();
        let template = self.0.iter().find(|template| template.matches(&segments));
        Cow::Borrowed(template.map_or(path, |template| &template.name))
    }
}

impl Template {
    fn matches(&self, segments: &[&str]) -> bool {
        let fits = match self.open_end {
            true => segments.len() >= self.segments.len(),
            false => segments.len() == self.segments.len(),
        };
        fits && self.segments.iter().zip(segments).all(|(pattern, segment)| match pattern {
            Segment::Literal(literal) => literal == segment,
            Segment::Any => !segment.is_empty(),
        })
    }
}

fn split(path: &str) -> std::str::Split<'_, char> {
    let path = path.strip_prefix('/').unwrap_or(path);
    path.strip_suffix('/').unwrap_or(path).split('/')
}

fn parse(template: &str) -> Result<Template, IngestError> {
    let bad = |reason: &str| IngestError::BadConfig {
        key: "pages.templates".into(),
        value: template.into(),
        reason: reason.into(),
    };
    if !template.starts_with('/') {
        return Err(bad("a page template begins with `/`, for example `/product/:id`"));
    }
    let mut parts: Vec<&str> = split(template).collect();
    let open_end = parts.last() == Some(&"*");
    if open_end {
        parts.pop();
    }
    if parts.contains(&"*") {
        return Err(bad("`*` stands at the end only; `:name` is one segment"));
    }
    let segments = parts.iter().map(|part| match part.starts_with(':') {
        true => Segment::Any,
        false => Segment::Literal((*part).to_owned()),
    });
    Ok(Template { name: template.to_owned(), segments: segments.collect(), open_end })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_loses_scheme_host_query_and_fragment() {
        for (address, path) in [
            ("https://shop.example/cart?x=1#top", "/cart"),
            ("https://shop.example", "/"),
            ("https://shop.example?x=1", "/"),
            ("//shop.example/a/b/", "/a/b/"),
            ("/plain#x", "/plain"),
            ("home", "home"),
            ("app://main/start", "/start"),
            ("/login?next=https://x.example/a", "/login"),
            ("", "/"),
        ] {
            assert_eq!(path_of(address), path, "{address}");
        }
    }

    #[test]
    fn hosts_of_one_site_are_one() {
        for (address, host) in [
            ("https://user:pw@Shop.example:8443/a?b=//c", Some("shop.example")),
            ("//shop.example", Some("shop.example")),
            ("android-app://com.example.app/", Some("com.example.app")),
            ("/a//b", None),
            ("about:blank", None),
            ("https:///x", None),
        ] {
            assert_eq!(host_of(address).as_deref(), host, "{address}");
        }
        for (one, other, is_one) in [
            ("www.shop.example", "shop.example", true),
            ("blog.shop.example", "www.shop.example", true),
            ("shop.example", "blog.shop.example", true),
            ("myshop.example", "shop.example", false),
            ("a.example", "b.example", false),
        ] {
            assert_eq!(is_same_site(one, other), is_one, "{one} {other}");
        }
    }

    #[test]
    fn first_matching_template_names_the_page() {
        let templates = ["/product/new", "/product/:id", "/blog/*"].map(str::to_owned);
        let pages = PageTemplates::try_new(&templates).unwrap();
        for (path, page) in [
            ("/product/123", "/product/:id"),
            ("/product/123/", "/product/:id"),
            ("/product/new", "/product/new"),
            ("/product", "/product"),
            ("/product/1/2", "/product/1/2"),
            ("/blog/a/b/c", "/blog/*"),
            ("/", "/"),
        ] {
            assert_eq!(pages.page(path), page, "{path}");
        }
        assert!(PageTemplates::try_new(&["product".to_owned()]).is_err());
        assert!(PageTemplates::try_new(&["/a/*/b".to_owned()]).is_err());
    }

    #[test]
    fn campaign_is_decoded_and_the_first_counts() {
        let found =
            campaign_of("https://a.example/?utm_source=news%20letter&utm_medium=e+mail&utm_source=b#utm_term=x");
        assert_eq!(found[0].as_deref(), Some("news letter"));
        assert_eq!(found[1].as_deref(), Some("e mail"));
        assert_eq!(found[3], None);
    }
}
