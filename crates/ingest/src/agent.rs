//! On which device, system and browser does a user agent say that it runs?
//!
//! A short table of words, asked in order: a browser names others that it wants to be taken for, so the most particular
//! word comes first. What no word tells is left open. Names follow those of GA4, so that sources can be set side by side.

/// What a user agent says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Agent {
    /// `desktop`, `mobile`, `tablet` or `smart tv`.
    pub(crate) device: Option<&'static str>,
    /// Operating system.
    pub(crate) os: Option<&'static str>,
    /// Browser.
    pub(crate) browser: Option<&'static str>,
}

/// Words and what each of them says.
type Table = [(&'static str, &'static str)];

const BROWSERS: &Table = &[
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("OPiOS/", "Opera"),
    ("OPT/", "Opera"),
    ("OPX/", "Opera"),
    ("Opera", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("UCBrowser/", "UC Browser"),
    ("UCWEB", "UC Browser"),
    ("Whale/", "Whale"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Ddg/", "DuckDuckGo"),
    ("MiuiBrowser/", "MIUI Browser"),
    ("HuaweiBrowser/", "Huawei Browser"),
    ("QQBrowser/", "QQ Browser"),
    ("MicroMessenger/", "WeChat"),
    ("Silk/", "Silk"),
    ("Instagram", "Instagram"),
    ("FBAN/", "Facebook"),
    ("FBAV/", "Facebook"),
    ("FB_IAB/", "Facebook"),
    ("GSA/", "Google app"),
    ("FxiOS/", "Firefox"),
    ("Focus/", "Firefox"),
    ("SeaMonkey/", "SeaMonkey"),
    ("PaleMoon/", "Pale Moon"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("; wv)", "Android Webview"),
    ("Chromium/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("MSIE ", "Internet Explorer"),
    ("Trident/", "Internet Explorer"),
    ("Konqueror", "Konqueror"),
];

const SYSTEMS: &Table = &[
    ("Windows Phone", "Windows Phone"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("iPod", "iOS"),
    ("Tizen", "Tizen"),
    ("Web0S", "webOS"),
    ("webOS", "webOS"),
    ("hpwOS", "webOS"),
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("KAIOS", "KaiOS"),
    ("Android", "Android"),
    ("CrOS", "Chrome OS"),
    ("Xbox", "Xbox"),
    ("PlayStation", "PlayStation"),
    ("Nintendo", "Nintendo"),
    ("BB10", "BlackBerry"),
    ("BlackBerry", "BlackBerry"),
    ("PlayBook", "BlackBerry"),
    ("Symbian", "Symbian"),
    ("Windows", "Windows"),
    ("AppleTV", "tvOS"),
    ("Apple TV", "tvOS"),
    ("Macintosh", "Macintosh"),
    ("Mac OS X", "Macintosh"),
    ("Mac_PowerPC", "Macintosh"),
    ("FreeBSD", "BSD"),
    ("OpenBSD", "BSD"),
    ("NetBSD", "BSD"),
    ("SunOS", "Solaris"),
    ("Linux", "Linux"),
    ("X11", "Linux"),
];

const TELEVISION: &str = "smart tv";

const DEVICES: &Table = &[
    ("SMART-TV", TELEVISION),
    ("SmartTV", TELEVISION),
    ("Smart TV", TELEVISION),
    ("SMARTTV", TELEVISION),
    ("HbbTV", TELEVISION),
    ("AppleTV", TELEVISION),
    ("Apple TV", TELEVISION),
    ("GoogleTV", TELEVISION),
    ("Google TV", TELEVISION),
    ("Android TV", TELEVISION),
    ("BRAVIA", TELEVISION),
    ("CrKey", TELEVISION),
    ("Roku", TELEVISION),
    ("Web0S", TELEVISION),
    ("; AFT", TELEVISION),
    ("Xbox", TELEVISION),
    ("PlayStation", TELEVISION),
    ("iPad", "tablet"),
    ("PlayBook", "tablet"),
    ("(Tablet;", "tablet"),
    ("Android; Tablet", "tablet"),
    ("Kindle", "tablet"),
    ("iPhone", "mobile"),
    ("iPod", "mobile"),
    ("Windows Phone", "mobile"),
    ("IEMobile", "mobile"),
    ("Opera Mini", "mobile"),
    ("Opera Mobi", "mobile"),
    ("BlackBerry", "mobile"),
    ("BB10", "mobile"),
    ("Symbian", "mobile"),
    ("KAIOS", "mobile"),
    ("J2ME", "mobile"),
    ("MIDP", "mobile"),
    ("Mobile", "mobile"),
    // Android says so where it is a telephone's.
    ("Android", "tablet"),
    ("CrOS", "desktop"),
    ("Windows", "desktop"),
    ("Macintosh", "desktop"),
    ("Mac OS X", "desktop"),
    ("Mac_PowerPC", "desktop"),
    ("X11", "desktop"),
    ("Linux", "desktop"),
];

impl Agent {
    /// What a user agent says.
    pub(crate) fn of(agent: &str) -> Self {
        Self { device: first(DEVICES, agent), os: first(SYSTEMS, agent), browser: browser(agent) }
    }
}

fn first(table: &Table, agent: &str) -> Option<&'static str> {
    table.iter().find(|(word, _)| agent.contains(word)).map(|(_, name)| *name)
}

/// Safari names nobody else but its own version; before Chrome, Android's browser did the same.
fn browser(agent: &str) -> Option<&'static str> {
    let has = |word: &str| agent.contains(word);
    match first(BROWSERS, agent) {
        None if has("Android") && has("Version/") => Some("Android Browser"),
        None if has("Safari/") && has("Version/") => Some("Safari"),
        None if has("AppleWebKit/") && (has("iPhone") || has("iPad")) => Some("Safari (in-app)"),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_particular_word_counts() {
        for (agent, device, os, browser) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36",
                "desktop",
                "Windows",
                "Chrome",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36 Edg/122.0.0.0",
                "desktop",
                "Windows",
                "Edge",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.3 Safari/605.1.15",
                "desktop",
                "Macintosh",
                "Safari",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:123.0) Gecko/20100101 Firefox/123.0", "desktop", "Linux", "Firefox"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.3 Mobile/15E148 Safari/604.1",
                "mobile",
                "iOS",
                "Safari",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/122.0 Mobile/15E148 Safari/604.1",
                "mobile",
                "iOS",
                "Chrome",
            ),
            (
                "Mozilla/5.0 (iPad; CPU OS 16_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
                "tablet",
                "iOS",
                "Safari (in-app)",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Mobile Safari/537.36",
                "mobile",
                "Android",
                "Chrome",
            ),
            (
                "Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0 Safari/537.36",
                "tablet",
                "Android",
                "Samsung Internet",
            ),
            (
                "Mozilla/5.0 (Linux; Android 12; Pixel 6; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/122.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/450.0]",
                "mobile",
                "Android",
                "Facebook",
            ),
            (
                "Mozilla/5.0 (Linux; U; Android 2.3.5; de-de) AppleWebKit/533.1 (KHTML, like Gecko) Version/4.0 Mobile Safari/533.1",
                "mobile",
                "Android",
                "Android Browser",
            ),
            (
                "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0 Safari/537.36",
                "smart tv",
                "webOS",
                "Chrome",
            ),
            (
                "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/122.0 Safari/537.36",
                "desktop",
                "Chrome OS",
                "Chrome",
            ),
            ("Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.14", "desktop", "Windows", "Opera"),
            (
                "Mozilla/5.0 (Windows NT 6.1; Trident/7.0; rv:11.0) like Gecko",
                "desktop",
                "Windows",
                "Internet Explorer",
            ),
            (
                "Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Lumia 950) Mobile Safari/537.36 Edge/15",
                "mobile",
                "Windows Phone",
                "Edge",
            ),
        ] {
            let expected = Agent { device: Some(device), os: Some(os), browser: Some(browser) };
            assert_eq!(Agent::of(agent), expected, "{agent}");
        }
    }

    #[test]
    fn what_no_word_tells_is_left_open() {
        assert_eq!(Agent::of("curl/8.4.0"), Agent::default());
        assert_eq!(Agent::of(""), Agent::default());
    }
}
