//! Where a request that changes something comes from, as the browser says it (CSRF-3 to CSRF-6).

use std::fmt;

/// Origins of other hosts whose pages may send requests with the caller's cookies.
#[derive(Debug, Clone, Default)]
pub struct TrustedOrigins {
    origins: Vec<Origin>,
}

/// What is no origin: a path after it, a host left out, a wildcard. It names the entry, which is no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginError {
    /// The entry as it was given.
    pub entry: String,
}

impl fmt::Display for OriginError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} is no origin: expected scheme://host or scheme://host:port", self.entry)
    }
}

impl std::error::Error for OriginError {}

impl TrustedOrigins {
    /// Reads `https://app.example` and the like; the first entry that is none.
    pub fn new<T: AsRef<str>>(entries: &[T]) -> Result<Self, OriginError> {
        let read = |entry: &T| {
            let entry = entry.as_ref();
            Origin::parse(entry.as_bytes()).ok_or_else(|| OriginError { entry: entry.to_owned() })
        };
        Ok(Self { origins: entries.iter().map(read).collect::<Result<_, _>>()? })
    }
}

/// A scheme, a host and a port, in lower case, the scheme's own port left out.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin {
    scheme: String,
    authority: String,
}

impl Origin {
    fn parse(text: &[u8]) -> Option<Self> {
        let text = str::from_utf8(text).ok()?;
        let (scheme, authority) = text.split_once("://")?;
        let scheme_fits = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter));
        let scheme = scheme_fits.then(|| scheme.to_ascii_lowercase())?;
        Some(Self { authority: authority_of(authority, &scheme)?, scheme })
    }
}

/// Host and port as one text to compare; none where it is neither.
fn authority_of(text: &str, scheme: &str) -> Option<String> {
    // Brackets hold the colons of IPv6.
    let (host, port) = match text.rfind(':').filter(|at| !text.ends_with(']') && *at > 0) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)),
        None => (text, None),
    };
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let fits = match bare {
        Some(address) => address.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')),
        None => host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')),
    };
    if host.is_empty() || !fits {
        return None;
    }
    let mut authority = host.to_ascii_lowercase();
    if let Some(port) = port {
        let number: u16 = port.parse().ok().filter(|_| port.bytes().all(|byte| byte.is_ascii_digit()))?;
        let own = match scheme {
            "http" | "ws" => 80,
            "https" | "wss" => 443,
            _ => 0,
        };
        if number != own {
            authority.push(':');
            authority.push_str(&number.to_string());
        }
    }
    Some(authority)
}

/// What a request says of where it comes from. Every value of a header that stands there, in order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Source<'a> {
    /// `Origin`.
    pub origin: &'a [&'a [u8]],
    /// `Sec-Fetch-Site`.
    pub fetch_site: &'a [&'a [u8]],
    /// `Host`, where the request went.
    pub host: &'a [&'a [u8]],
}

/// Whether a method only reads (CSRF-3).
#[must_use]
pub fn is_safe(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS")
}

/// Whether a request may come from there (CSRF-3 to CSRF-6).
///
/// A method that only reads may come from anywhere. Else what the browser says must be of this host or trusted; a client
/// that says nothing is no browser of today, and has its token to show.
#[must_use]
pub fn allowed(method: &str, source: &Source<'_>, trusted: &TrustedOrigins) -> bool {
    if is_safe(method) {
        return true;
    }
    let own_site = match source.fetch_site {
        [] => true,
        [site] => matches!(*site, b"same-origin" | b"same-site" | b"none"),
        _ => false,
    };
    match source.origin {
        [] => own_site,
        [origin] => Origin::parse(origin)
            .is_some_and(|origin| trusted.origins.contains(&origin) || (own_site && is_own(&origin, source.host))),
        _ => false,
    }
}

/// Whether a page of that origin came from the host that the request goes to. The scheme is not compared: behind a proxy
/// that ends TLS nobody here knows it.
fn is_own(origin: &Origin, host: &[&[u8]]) -> bool {
    let [host] = host else { return false };
    let host = str::from_utf8(host).ok().and_then(|host| authority_of(host, &origin.scheme));
    host.is_some_and(|host| host == origin.authority)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(site: Option<&str>, origin: Option<&str>, host: &str) -> bool {
        let trusted = TrustedOrigins::new(&["https://app.example", "tauri://localhost"]).unwrap();
        let site: Vec<&[u8]> = site.iter().map(|text| text.as_bytes()).collect();
        let origin: Vec<&[u8]> = origin.iter().map(|text| text.as_bytes()).collect();
        let source = Source { origin: &origin, fetch_site: &site, host: &[host.as_bytes()] };
        assert!(allowed("GET", &source, &trusted), "reading is never refused");
        allowed("POST", &source, &trusted)
    }

    #[test]
    fn a_client_that_says_nothing_passes() {
        assert!(posted(None, None, "a.example"));
    }

    #[test]
    fn what_the_browser_says_of_the_site_counts() {
        for (site, passes) in [
            ("same-origin", true),
            ("same-site", true),
            ("none", true),
            ("cross-site", false),
            ("CROSS-SITE", false),
            ("", false),
            ("nonsense", false),
        ] {
            assert_eq!(posted(Some(site), None, "a.example"), passes, "{site}");
        }
    }

    #[test]
    fn an_origin_is_this_host_or_trusted() {
        for (origin, host, passes) in [
            ("https://a.example", "a.example", true),
            ("http://a.example", "a.example", true),
            ("https://a.example", "A.Example", true),
            ("https://a.example", "a.example:443", true),
            ("http://a.example:80", "a.example", true),
            ("http://a.example:8000", "a.example:8000", true),
            ("http://[::1]:8000", "[::1]:8000", true),
            ("http://a.example:8000", "a.example", false),
            ("http://a.example", "a.example:8000", false),
            ("https://a.example:80", "a.example", false),
            ("https://b.example", "a.example", false),
            ("https://a.example.evil.example", "a.example", false),
            ("https://evila.example", "a.example", false),
            ("https://a.example@evil.example", "a.example", false),
            ("https://a.example/", "a.example", false),
            ("null", "a.example", false),
            ("null", "null", false),
            ("", "a.example", false),
            ("https://", "", false),
            ("https://a.example:", "a.example", false),
            ("https://a.example:+80", "a.example:80", false),
            ("https://app.example", "a.example", true),
            ("HTTPS://APP.example:443", "a.example", true),
            ("http://app.example", "a.example", false),
            ("tauri://localhost", "a.example", true),
        ] {
            assert_eq!(posted(None, Some(origin), host), passes, "{origin} to {host}");
        }
    }

    #[test]
    fn both_headers_have_to_agree_unless_the_origin_is_trusted() {
        assert!(!posted(Some("cross-site"), Some("https://a.example"), "a.example"));
        assert!(!posted(Some("same-origin"), Some("https://b.example"), "a.example"));
        assert!(!posted(Some("same-site"), Some("https://b.a.example"), "a.example"));
        assert!(posted(Some("cross-site"), Some("https://app.example"), "a.example"));
    }

    #[test]
    fn headers_that_stand_there_twice_are_refused() {
        let trusted = TrustedOrigins::default();
        let own: &[u8] = b"https://a.example";
        let hosts: [&[u8]; 2] = [b"a.example", b"a.example"];
        let twice = Source { origin: &[own, own], fetch_site: &[], host: &hosts[..1] };
        assert!(!allowed("POST", &twice, &trusted));
        assert!(!allowed("POST", &Source { origin: &[own], fetch_site: &[], host: &hosts }, &trusted));
        assert!(!allowed("POST", &Source { origin: &[own], fetch_site: &[], host: &[] }, &trusted));
        let sites: [&[u8]; 2] = [b"none", b"none"];
        assert!(!allowed("POST", &Source { origin: &[], fetch_site: &sites, host: &hosts[..1] }, &trusted));
        assert!(!allowed("QUERY", &twice, &trusted), "a method that nobody here knows may change something");
    }

    #[test]
    fn what_is_no_origin_is_not_trusted() {
        for entry in
            ["*", "null", "app.example", "https://*.example", "https://app.example/", "https://", "https://a b"]
        {
            assert_eq!(TrustedOrigins::new(&[entry]).unwrap_err().entry, entry);
        }
    }
}
