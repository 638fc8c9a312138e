//! Which visitors of a web server are programs by what they do, and what does a log look like in which that is known?
//!
//! A log that is judged is any other source with the bot mark on every event of such visitors: everything computed over it
//! is what it would be had the log said so itself. A visitor is judged alone, by all of its requests, so nothing depends on
//! how inputs were cut. Only requests are looked at: events with a `method` of HTTP. Source: `docs/semantics.md#sessions`.

use std::ops::Range;

use kundresa_model::actor_source::{ActorBatch, ActorSource, Projection};
use kundresa_model::dictionary::Dictionary;
use kundresa_model::event_table::EventFlags;
use kundresa_model::event_times::EventTimes;
use kundresa_model::field::text;
use kundresa_model::quality::LoadTotals;
use kundresa_model::source::BoxError;
use kundresa_model::spec::behaviour::{BotRule, BotRuleCount};
use rayon::prelude::*;

use crate::drive::pool;
use crate::error::EngineError;
use crate::options::RunOptions;

/// Properties of requests: how they were made, and the address of a file.
const METHOD: &str = "method";
const FILE: &str = "file";

/// Names of the columns by which visitors are judged.
pub const BEHAVIOUR_COLUMNS: [&str; 3] = [text::EVENT, METHOD, FILE];

const METHODS: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE"];
const SECOND_US: i64 = 1_000_000;
/// Fewest requests of a visitor who only looks at heads.
const FEWEST_HEADS: usize = 5;
/// More pages than this in so long are no person's.
const PACE_PAGES: usize = 150;
const PACE_US: i64 = 300 * SECOND_US;
/// Fewest requests that make a beat; shorter steps are those of a page that loads itself.
const FEWEST_BEATS: usize = 20;
const SHORTEST_STEP_US: i64 = 2 * SECOND_US;
/// Fewest pages without any file.
const FEWEST_PAGES: usize = 20;

/// Another source with visitors marked that are bots by what they do.
pub struct Behaving {
    whole: Box<dyn ActorSource>,
    /// Per range, whether each of its actors is one.
    verdicts: Vec<Vec<bool>>,
    counts: Vec<BotRuleCount>,
}

impl Behaving {
    /// `whole`, read once to judge everybody by `rules`.
    ///
    /// # Errors
    /// When events can't be read, or threads not be started.
    pub fn new(whole: Box<dyn ActorSource>, rules: &[BotRule], options: &RunOptions<'_>) -> Result<Self, EngineError> {
        let judged = match Judge::of(&*whole, rules) {
            Some(judge) => {
                let source = &*whole;
                let ranges = || (0..source.ranges()).into_par_iter().map(|range| judge.range(source, range));
                let judged: Result<Vec<_>, BoxError> = pool(options)?.install(|| ranges().collect());
                judged.map_err(EngineError::Read)?
            }
            None => Vec::new(),
        };
        let count = |rule: BotRule| {
            let found = judged.iter().flatten().filter(|(found, _)| *found == Some(rule));
            let (actors, events) = found.fold((0, 0), |(actors, sum), (_, events)| (actors + 1, sum + events));
            BotRuleCount { rule, actors, events }
        };
        let counts = BotRule::ALL.into_iter().filter(|rule| rules.contains(rule)).map(count).collect();
        let verdicts = judged.iter().map(|range| range.iter().map(|(rule, _)| rule.is_some()).collect()).collect();
        Ok(Self { whole, verdicts, counts })
    }

    fn marks_nobody(&self) -> bool {
        self.counts.iter().all(|count| count.actors == 0)
    }
}

impl ActorSource for Behaving {
    fn text_columns(&self) -> &[String] {
        self.whole.text_columns()
    }

    fn dictionary(&self, column: usize) -> &Dictionary {
        self.whole.dictionary(column)
    }

    fn ranges(&self) -> usize {
        self.whole.ranges()
    }

    fn visit_range(
        &self,
        range: usize,
        projection: &Projection,
        visit: &mut dyn FnMut(&ActorBatch<'_>),
    ) -> Result<(), BoxError> {
        let Some(verdicts) = self.verdicts.get(range).filter(|verdicts| verdicts.contains(&true)) else {
            return self.whole.visit_range(range, projection, visit);
        };
        let (mut flags, mut first) = (Vec::new(), 0);
        self.whole.visit_range(range, projection, &mut |batch| {
            flags.clear();
            flags.extend_from_slice(batch.flags);
            for (actor, events) in actors(batch).enumerate() {
                if verdicts.get(first + actor) == Some(&true) {
                    flags[events].iter_mut().for_each(|flags| *flags |= EventFlags::BOT);
                }
            }
            first += batch.actors();
            visit(&ActorBatch { flags: &flags, text: batch.text.clone(), ..*batch });
        })
    }

    fn visit_unidentified(
        &self,
        projection: &Projection,
        visit: &mut dyn FnMut(&ActorBatch<'_>),
    ) -> Result<(), BoxError> {
        self.whole.visit_unidentified(projection, visit)
    }

    fn totals(&self) -> &LoadTotals {
        self.whole.totals()
    }

    fn event_times(&self) -> Option<&EventTimes> {
        self.whole.event_times().filter(|_| self.marks_nobody())
    }

    fn bots_by_behaviour(&self) -> &[BotRuleCount] {
        &self.counts
    }
}

/// The events of each actor of a batch.
fn actors(batch: &ActorBatch<'_>) -> impl Iterator<Item = Range<usize>> {
    batch.actor_offsets.windows(2).map(|ends| ends[0] as usize..ends[1] as usize)
}

/// What the codes of a log mean to the rules.
struct Judge<'a> {
    rules: &'a [BotRule],
    projection: Projection,
    /// By code of the method.
    is_request: Vec<bool>,
    head: Option<u32>,
    page_view: Option<u32>,
    asset: Option<u32>,
    /// By code of the file; empty where the log has none.
    is_robots: Vec<bool>,
}

/// The rule that an actor falls under, and how many events it has.
type Verdict = (Option<BotRule>, u64);

impl<'a> Judge<'a> {
    /// `None` for a log without requests.
    fn of(source: &dyn ActorSource, rules: &'a [BotRule]) -> Option<Self> {
        let place = |name: &str| source.text_columns().iter().position(|column| column == name);
        let (event, method) = (place(text::EVENT)?, place(METHOD)?);
        let by_code = |column: usize, is: &dyn Fn(&str) -> bool| -> Vec<bool> {
            std::iter::once(false).chain(source.dictionary(column).values().iter().map(|value| is(value))).collect()
        };
        let is_request = by_code(method, &|value| METHODS.contains(&value));
        if !is_request.contains(&true) {
            return None;
        }
        let file = place(FILE);
        let is_robots = |value: &str| value.split(['?', '#']).next().is_some_and(|path| path.ends_with("/robots.txt"));
        Some(Self {
            rules,
            projection: Projection { text: [event, method].into_iter().chain(file).collect(), ..Projection::default() },
            is_request,
            head: source.dictionary(method).code("HEAD"),
            page_view: source.dictionary(event).code("page_view"),
            asset: source.dictionary(event).code("asset"),
            is_robots: file.map(|file| by_code(file, &is_robots)).unwrap_or_default(),
        })
    }

    fn range(&self, source: &dyn ActorSource, range: usize) -> Result<Vec<Verdict>, BoxError> {
        let (mut verdicts, mut seen) = (Vec::new(), Seen::default());
        source.visit_range(range, &self.projection, &mut |batch| {
            for events in actors(batch) {
                seen.clear();
                events.clone().for_each(|event| self.see(batch, event, &mut seen));
                verdicts.push((self.verdict(&seen), events.len() as u64));
            }
        })?;
        Ok(verdicts)
    }

    fn see(&self, batch: &ActorBatch<'_>, event: usize, seen: &mut Seen) {
        let [name, method] = [batch.text[0][event], batch.text[1][event]];
        if !self.is_request[method as usize] || EventFlags(batch.flags[event]).has(EventFlags::BOT) {
            return;
        }
        seen.requests += 1;
        seen.heads += usize::from(Some(method) == self.head);
        seen.robots |= batch.text.get(2).is_some_and(|files| self.is_robots[files[event] as usize]);
        if Some(name) == self.asset {
            seen.assets += 1;
        } else {
            seen.others.push(batch.ts[event]);
        }
        if Some(name) == self.page_view {
            seen.pages.push(batch.ts[event]);
        }
    }

    fn verdict(&self, seen: &Seen) -> Option<BotRule> {
        let fits = |rule: BotRule| match rule {
            BotRule::RobotsTxt => seen.robots,
            BotRule::HeadOnly => seen.requests >= FEWEST_HEADS && seen.heads == seen.requests,
            BotRule::Pace => is_fast(&seen.pages),
            BotRule::Beat => is_beat(&seen.others),
            BotRule::NoAssets => self.asset.is_some() && seen.assets == 0 && seen.pages.len() >= FEWEST_PAGES,
        };
        BotRule::ALL.into_iter().filter(|rule| self.rules.contains(rule)).find(|rule| fits(*rule))
    }
}

/// What an actor did, of its requests that are no bot's yet; times rise.
#[derive(Default)]
struct Seen {
    requests: usize,
    heads: usize,
    assets: usize,
    robots: bool,
    pages: Vec<i64>,
    others: Vec<i64>,
}

impl Seen {
    fn clear(&mut self) {
        (self.requests, self.heads, self.assets, self.robots) = (0, 0, 0, false);
        self.pages.clear();
        self.others.clear();
    }
}

fn is_fast(pages: &[i64]) -> bool {
    pages.windows(PACE_PAGES + 1).any(|window| window[PACE_PAGES] - window[0] < PACE_US)
}

fn is_beat(times: &[i64]) -> bool {
    if times.len() < FEWEST_BEATS {
        return false;
    }
    let steps = || times.windows(2).map(|pair| pair[1] - pair[0]);
    let (least, most) = steps().fold((i64::MAX, 0), |(least, most), step| (least.min(step), most.max(step)));
    least >= SHORTEST_STEP_US && most - least <= SECOND_US
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(count: i64, step: impl Fn(i64) -> i64) -> Vec<i64> {
        (0..count).map(|index| step(index) * SECOND_US).collect()
    }

    #[test]
    fn a_pace_is_more_pages_than_anybody_reads() {
        assert!(!is_fast(&times(150, |index| index)), "a page a second, but not for long");
        assert!(!is_fast(&times(151, |index| index * 2)), "150 in five minutes");
        assert!(is_fast(&times(151, |index| index)));
        let late = times(300, |index| if index < 149 { index * 60 } else { 9_000 + index });
        assert!(is_fast(&late), "only at the end");
    }

    #[test]
    fn a_beat_is_one_step_again_and_again() {
        assert!(is_beat(&times(20, |index| index * 60)));
        assert!(!is_beat(&times(20, |index| index * 60 + index % 2)), "two seconds apart are no beat");
        assert!(!is_beat(&times(19, |index| index * 60)));
        assert!(!is_beat(&times(20, |index| index)), "a page that loads itself");
        assert!(!is_beat(&times(30, |index| index * index)));
        assert!(!is_beat(&[]));
    }
}
