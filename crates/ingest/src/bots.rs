//! Which user agents are those of programs that no person steers?
//!
//! Words that well-known crawlers, fetchers of previews and feeds, checks of uptime, scanners and libraries put into their
//! names. Libraries of apps (`okhttp`, `CFNetwork`, `Dart`) are left out: people use apps. A program that calls itself a
//! browser is not found here.

use regex::{Regex, RegexBuilder};

use crate::config::BotConfig;
use crate::error::IngestError;

/// Words of their trade. `CUBOT` is a telephone, so `bot` behind a `cu` is none.
const TRADES: &[&str] = &[
    r"(?:^|[^u]|[^c]u)bots?\b",
    r"\brobots?\b",
    "crawl",
    "spider",
    "slurp",
    "scrap(?:er|y|ing)",
    "headless",
    "archiver",
    "validator",
    "preview",
    "monitoring",
    "health-?check",
    "linkcheck",
    "link ?sleuth",
    "feed(?:fetch|burn|ly|bin|parser|press|validator|demon|reader|wrangler)",
    "(?:site|page|web)(?:analy[sz]er|checker|copier|sucker|zip|fetcher)",
    "uptime",
    // Whoever has an address to read about it, or counts its readers, is no browser.
    r"\+https?://",
    r"[0-9] (?:readers|subscribers?)\b",
    // What is left of a browser's name where nobody took the trouble.
    r"^mozilla/[0-9.]+ \(compatible;?\)$",
];

/// Search engines and assistants whose name has no such word.
const ENGINES: &[&str] = &[
    "mediapartners-google",
    "apis-google",
    "google-(?:inspectiontool|extended|read-aloud|site-verification|safety|adwords|structured-data|cloudvertexbot)",
    "googleother",
    "google favicon",
    "google web preview",
    r"compatible; ?yandex",
    "yandex(?:images|video|media|blogs|favicons|webmaster|pagechecker|metrika|direct)",
    "baiduspider",
    "ia_archiver",
    "heritrix",
    "nutch",
    "wayback",
    "chatgpt-user",
    "claude-(?:web|user|searchbot)",
    "anthropic-ai",
    "perplexity",
    "cohere-ai",
    "meta-external",
    "facebookexternalhit",
    "facebookcatalog",
    "bytespider",
    "barkrowler",
    "qwantify",
    "teoma",
    "exabot",
    "bubing",
    "panscient",
    "omgili",
    "webmeup",
    "80legs",
    "grapeshot",
    "proximic",
    "admantx",
    "trendiction",
    "turnitin",
    "builtwith",
    "wappalyzer",
    "screaming frog",
    "sitebulb",
    "seokicks",
    "xenu",
    "netcraft",
    "ezooms",
    "siteexplorer",
    "genieo",
];

/// Previews of links and readers of feeds.
const READERS: &[&str] = &[
    "^whatsapp/",
    "embedly",
    "iframely",
    "flipboardproxy",
    "skypeuripreview",
    "vkshare",
    "pinterest/0",
    "bitlybot",
    "^tumblr/",
    "^mastodon/|http\\.rb/",
    "^pleroma ",
    "tiny tiny rss",
    "newsblur",
    "inoreader",
    "bloglovin",
    "freshrss",
    "simplepie",
    "magpierss",
    "akregator",
    "liferea",
    "netvibes",
    "universalfeedparser",
    "theoldreader",
    "commafeed",
    "flipboardrss",
    "livejournal\\.com ",
    "rssowl",
    "rss2email",
];

/// Checks of uptime and speed.
const MONITORS: &[&str] = &[
    "lighthouse",
    "pagespeed",
    "pingdom",
    "statuscake",
    "site24x7",
    "newrelicpinger",
    "datadog",
    "zabbix",
    "nagios|check_http",
    "gtmetrix",
    r"ptst/",
    "webpagetest",
    "catchpoint",
    "hetrixtools",
    "updown\\.io",
    "blackbox.exporter|^prometheus/",
    "kube-probe",
    "elb-healthchecker",
    "googlehc/",
    "route53-health",
    "jetmon",
    r"^monit/",
    "freshping",
    "dotcom-monitor",
];

/// Scanners.
const SCANNERS: &[&str] = &[
    "zgrab",
    "masscan",
    r"\bnmap\b",
    "nikto",
    "sqlmap",
    "nessus",
    "openvas",
    "wpscan",
    "censys",
    "nuclei",
    "gobuster",
    "dirbuster",
    "acunetix",
    "qualys",
    "zmeu",
    "morfeus",
    "jorgee",
    "expanse",
    "internet-?measurement",
    "l9explore|leakix",
    "projectdiscovery",
];

/// Libraries, and programs of the command line.
const LIBRARIES: &[&str] = &[
    r"^curl/|libcurl|pycurl|php-curl",
    r"^wget/|^wget2/",
    "httrack",
    "^python[-/]|python-requests|python-urllib|python-httpx|aiohttp|httpie/",
    "go-http-client|^fasthttp",
    r"^java/|apache-http|httpclient|jakarta commons|^unirest|^jersey/",
    "libwww|lwp::|lwp-trivial|^lwp-|mechanize|pear http_request|http_request2",
    "^ruby|typhoeus|faraday|httparty",
    r"node-fetch|^axios/|^got[ /]|undici|^node$|superagent|^deno/|^bun/",
    "libfetch|^chef client|indy library|protocol discovery",
    r"guzzle|^php/|^snoopy|^symfony ",
    "^reqwest|^hyper/|^ureq/",
    "restsharp|postmanruntime|^insomnia/|winhttp|microsoft-cryptoapi|microsoft url control|windowspowershell",
    "phantomjs|selenium|puppeteer|playwright|cypress/|slimerjs|htmlunit|splash",
    "wordpress/[0-9.]+; https?://",
    "^apache-bench|^apachebench|^siege/|^jmeter|^k6/|^vegeta|^locust",
];

/// User agents of programs.
#[derive(Debug)]
pub(crate) struct Bots(Option<Regex>);

impl Bots {
    /// The shipped words and those of the configuration.
    ///
    /// # Errors
    /// When one of the configuration is no regular expression.
    pub(crate) fn try_new(config: &BotConfig) -> Result<Self, IngestError> {
        // One by one first, so that a message shows the pattern at fault and not all of them.
        for pattern in &config.patterns {
            let (key, value) = ("bots.patterns".to_owned(), pattern.clone());
            Regex::new(pattern).map_err(|error| IngestError::BadConfig { key, value, reason: error.to_string() })?;
        }
        let shipped = [TRADES, ENGINES, READERS, MONITORS, SCANNERS, LIBRARIES];
        let shipped = shipped.iter().filter(|_| config.shipped).copied().flatten().copied();
        let parts: Vec<String> =
            shipped.chain(config.patterns.iter().map(String::as_str)).map(|part| format!("(?:{part})")).collect();
        if parts.is_empty() {
            return Ok(Self(None));
        }
        let built = RegexBuilder::new(&parts.join("|")).case_insensitive(true).build();
        built.map(|regex| Self(Some(regex))).map_err(|error| IngestError::BadConfig {
            key: "bots.patterns".into(),
            value: config.patterns.join(", "),
            reason: error.to_string(),
        })
    }

    /// Whether it is a program's.
    pub(crate) fn is_match(&self, agent: &str) -> bool {
        self.0.as_ref().is_some_and(|regex| regex.is_match(agent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAMS: &[&str] = &[
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Googlebot-Image/1.0",
        "Mediapartners-Google",
        "Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)",
        "FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)",
        "AdsBot-Google (+http://www.google.com/adsbot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "msnbot/2.0b (+http://search.msn.com/msnbot.htm)",
        "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
        "Mozilla/5.0 (compatible; YandexImages/3.0; +http://yandex.com/bots)",
        "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
        "Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)",
        "DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)",
        "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
        "Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)",
        "Mozilla/5.0 (compatible; MJ12bot/v1.4.8; http://mj12bot.com/)",
        "Mozilla/5.0 (compatible; archive.org_bot +http://archive.org/details/archive.org_bot)",
        "ia_archiver (+http://www.alexa.com/site/help/webmasters; crawler@alexa.com)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; PerplexityBot/1.0)",
        "CCBot/2.0 (https://commoncrawl.org/faq/)",
        "Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 Mobile Safari/537.36 (compatible; Bytespider)",
        "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Twitterbot/1.0",
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "TelegramBot (like TwitterBot)",
        "WhatsApp/2.23.20.0",
        "Mozilla/5.0 (compatible; YouBot/1.0; +https://about.you.com/youbot/)",
        "UniversalFeedParser/4.2-pre-314-svn +http://feedparser.org/",
        "Tiny Tiny RSS/1.11.abb (http://tt-rss.org/)",
        "Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)",
        "Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
        "ELB-HealthChecker/2.0",
        "kube-probe/1.27",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0 Safari/537.36",
        "Mozilla/5.0 (Linux; Android 11; moto g power) Chrome/109.0 Mobile Safari/537.36 Chrome-Lighthouse",
        "Screaming Frog SEO Spider/19.0",
        "Mozilla/5.0 zgrab/0.x",
        "sqlmap/1.7#stable (https://sqlmap.org)",
        "curl/8.4.0",
        "Wget/1.21.3",
        "python-requests/2.31",
        "Python/3.11 aiohttp/3.8.5",
        "Go-http-client/1.1",
        "Java/1.8.0_292",
        "Apache-HttpClient/4.5.13 (Java/11.0.11)",
        "Ruby",
        "axios/1.6.0",
        "GuzzleHttp/7",
        "PostmanRuntime/7.36.0",
        "WordPress/6.4.3; https://blog.example",
        "Scrapy/2.11 (+https://scrapy.org)",
        "HTTrack 3.0",
        "Mozilla/5.0 (compatible; Ezooms/1.0; help@moz.com)",
        "Chef Client/10.18.2 (ruby-1.9.3-p327; ohai-6.16.0; x86_64-linux; +http://opscode.com)",
        "LiveJournal.com (webmaster@livejournal.com; for http://www.livejournal.com/users/someone/; 8 readers)",
        "Mozilla/5.0 (compatible; theoldreader.com; 2 subscribers; feed-id=2e78)",
        "Mozilla/4.0 (compatible;)",
        "fetch libfetch/2.0",
    ];

    const BROWSERS: &[&str] = &[
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:123.0) Gecko/20100101 Firefox/123.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.3 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 9; CUBOT_X18_Plus) AppleWebKit/537.36 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 12; CUBOT P60) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 Version/4.0 Chrome/122.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/450.0]",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_3 like Mac OS X) AppleWebKit/605.1.15 Mobile/21D50 Instagram 318.0",
        "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/110.0 YaBrowser/23.3 Yowser/2.5 Safari/537.36",
        "Mozilla/5.0 (Linux; Android 10) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/97.0 Mobile Safari/537.36 baiduboxapp/13.0 (Baidu; P1 10)",
        "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)",
        "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0 Safari/537.36",
        "Opera/9.80 (Windows NT 6.1; WOW64) Presto/2.12.388 Version/12.14",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0 Safari/537.36 OPR/108.0",
        "Shop/3.1 (com.example.shop; build:7; iOS 17.3) CFNetwork/1490 Darwin/23.3",
        "ELinks (0.4.3; NetBSD 3.0.2_PATCH sparc64; 141x19)",
        "Mozilla/5.0 Gecko/20100115 Firefox/3.6",
        "Reeder/2.1.1 CFNetwork/672.0.8 Darwin/14.0.0",
        "Mozilla/5.0",
        "okhttp/4.12.0",
        "Dalvik/2.1.0 (Linux; U; Android 13; SM-S911B)",
        "",
    ];

    #[test]
    fn programs_are_told_from_browsers() {
        let bots = Bots::try_new(&BotConfig::default()).unwrap();
        let missed: Vec<&&str> = PROGRAMS.iter().filter(|agent| !bots.is_match(agent)).collect();
        let wronged: Vec<&&str> = BROWSERS.iter().filter(|agent| bots.is_match(agent)).collect();
        assert_eq!((missed, wronged), (Vec::new(), Vec::new()));
    }

    #[test]
    fn own_patterns_join_the_shipped_ones_or_stand_alone() {
        let own = BotConfig { shipped: false, patterns: vec!["shop-?monitor".to_owned()] };
        let bots = Bots::try_new(&own).unwrap();
        assert!(bots.is_match("ShopMonitor 1") && !bots.is_match("curl/8.4.0"));
        let both = Bots::try_new(&BotConfig { shipped: true, ..own }).unwrap();
        assert!(both.is_match("ShopMonitor 1") && both.is_match("curl/8.4.0"));
        assert!(!Bots::try_new(&BotConfig { shipped: false, patterns: Vec::new() }).unwrap().is_match("curl/8.4.0"));
    }
}
