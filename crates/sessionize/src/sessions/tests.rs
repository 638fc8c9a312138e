use kundresa_model::chunk::{NO_SESSION, SessionStart};
use kundresa_model::event_table::EventFlags;
use kundresa_model::spec::sessions::{CAP_EVENTS, CAP_SPAN_US, SessionRules};
use kundresa_model::time::{DAY_US, Duration, HOUR_US, MINUTE_US};
use kundresa_model::zone::ZoneTable;
use proptest::prelude::*;

use super::*;
use crate::fixture::{Event, Log, event, events};

const DEFAULT: fn() -> SessionRules = SessionRules::default;

fn midnight() -> SessionRules {
    SessionRules { split_at_midnight: true, ..DEFAULT() }
}

fn campaign() -> SessionRules {
    SessionRules { split_on_campaign: true, ..DEFAULT() }
}

fn vendor() -> SessionRules {
    SessionRules { use_vendor_id: true, ..DEFAULT() }
}

fn cut_in(actors: &[Vec<Event>], rules: &SessionRules, zone: &ZoneTable) -> SessionBuffers {
    let log = Log::new(actors);
    let mut out = SessionBuffers::default();
    Sessionizer::new(rules, zone, SessionColumns::new(rules, &log)).sessionize(&log.batch(), &mut out);
    out
}

/// Session of each event of one actor, `-` for none; then the reasons.
fn cut(actor: &[Event], rules: &SessionRules) -> (String, Vec<SessionStart>) {
    let out = cut_in(&[actor.to_vec()], rules, &ZoneTable::utc());
    let name = |session: &u32| if *session == NO_SESSION { "-".to_owned() } else { session.to_string() };
    (out.session_of().iter().map(name).collect(), out.sessions().start.to_vec())
}

fn count(actor: &[Event], rules: &SessionRules) -> usize {
    cut(actor, rules).1.len()
}

use SessionStart::{Campaign, Cap, First, Gap, Id, Midnight};

#[test]
fn s1_gaps_over_thirty_minutes_split() {
    let actor = events("10:00 10:15 10:25 11:30 11:45 13:00");
    assert_eq!(cut(&actor, &DEFAULT()), ("000112".into(), vec![First, Gap, Gap]));
}

#[test]
fn s2_event_after_exactly_thirty_minutes_stays_in_session() {
    assert_eq!(count(&events("10:00 10:30:00.000"), &DEFAULT()), 1);
}

#[test]
fn s3_event_a_millisecond_later_starts_a_new_session() {
    assert_eq!(count(&events("10:00 10:30:00.001"), &DEFAULT()), 2);
}

#[test]
fn s4_midnight_splits_only_when_asked() {
    let actor = events("23:50 24:10");
    assert_eq!(count(&actor, &DEFAULT()), 1);
    assert_eq!(cut(&actor, &midnight()), ("01".into(), vec![First, Midnight]));
}

#[test]
fn midnight_is_that_of_the_report_zone() {
    let actor = events("21:50 22:10 23:50 24:10");
    let zone = ZoneTable::try_new("Africa/Cairo").expect("two hours east of Greenwich in 1970");
    assert_eq!(cut_in(&[actor], &midnight(), &zone).session_of(), [0, 1, 2, 2]);
}

#[test]
fn s5_a_campaign_after_direct_splits_only_when_asked() {
    let actor = [event("10:00", "a").source("(direct)"), event("10:05", "a").source("x")];
    assert_eq!(count(&actor, &DEFAULT()), 1);
    assert_eq!(cut(&actor, &campaign()), ("01".into(), vec![First, Campaign]));
}

#[test]
fn s6_direct_after_a_campaign_splits_nothing() {
    let actor = [event("10:00", "a").source("x"), event("10:05", "a").source("(direct)")];
    assert_eq!(count(&actor, &campaign()), 1);
}

#[test]
fn only_another_filled_campaign_splits() {
    let of = |sources: [&'static str; 3]| {
        let actor = sources.map(|source| event("10:00", "a").source(source).with("medium", "(none)"));
        count(&actor, &campaign())
    };
    assert_eq!((of(["x", "", "x"]), of(["x", "Direct", "x"]), of(["x", "y", "x"])), (1, 1, 3));
}

#[test]
fn source_medium_and_campaign_together_are_the_campaign() {
    let ad = |medium, name| event("10:00", "a").source("x").with("medium", medium).with("campaign", name);
    assert_eq!(cut(&[ad("cpc", "a"), ad("cpc", "a"), ad("cpc", "b"), ad("mail", "b")], &campaign()).0, "0012");
}

#[test]
fn vendor_made_rows_take_no_part_in_campaigns() {
    let made = |source| event("10:00", "session_start").source(source).synthetic();
    let own = |source| event("10:00", "page_view").source(source);
    assert_eq!(cut(&[made("x"), own("y"), made("x"), own("y")], &campaign()).0, "0000");
    assert_eq!(cut(&[made(""), own("y")], &campaign()).0, "00");
    assert_eq!(cut(&[own(""), made("x"), own("y")], &campaign()).0, "001");
}

#[test]
fn a_gap_forgets_the_campaign() {
    let actor = [event("10:00", "a").source("x"), event("11:00", "a"), event("11:05", "a").source("x")];
    assert_eq!(cut(&actor, &campaign()), ("012".into(), vec![First, Gap, Campaign]));
}

#[test]
fn s8_events_without_activity_make_no_session() {
    let pushes: Vec<Event> =
        (0..57).map(|push| Event { at_us: push * 25 * MINUTE_US, ..event("0:00", "push").passive() }).collect();
    assert_eq!(count(&pushes, &DEFAULT()), 0);
}

#[test]
fn s10_the_repeated_hour_of_autumn_is_an_hour() {
    let at = |hours: i64, minutes: i64| {
        // 2024-10-27 in UTC; both show about 2:50 on the clock in Stockholm.
        Event { at_us: 20_023 * DAY_US + hours * HOUR_US + minutes * MINUTE_US, ..event("0:00", "a") }
    };
    let zone = ZoneTable::try_new("Europe/Stockholm").expect("known");
    assert_eq!(cut_in(&[vec![at(0, 50), at(1, 55)]], &midnight(), &zone).sessions().start, [First, Gap]);
}

#[test]
fn event_without_activity_joins_the_session_at_most_the_timeout_before_it() {
    let push = |at| event(at, "push").passive();
    let actor = [push("9:59"), event("10:00", "a"), push("10:30"), event("10:30", "a"), push("11:00:00.001")];
    let (session_of, _) = cut(&actor, &DEFAULT());
    assert_eq!(session_of, "-000-");
    let sessions = cut_in(&[actor.to_vec()], &DEFAULT(), &ZoneTable::utc());
    let sessions = sessions.sessions();
    assert_eq!((sessions.events, sessions.activity_events), (&[3][..], &[2][..]));
    assert_eq!((sessions.first_event, sessions.last_event), (&[1][..], &[3][..]));
}

#[test]
fn event_without_activity_bridges_no_gap() {
    let actor = [event("10:00", "a"), event("10:20", "push").passive(), event("10:40", "a")];
    assert_eq!(cut(&actor, &DEFAULT()).0, "001");
}

#[test]
fn events_of_day_precision_are_in_no_session() {
    let actor =
        [event("10:00", "a"), event("10:01", "deal").day_precision(), event("10:02", "note").day_precision().passive()];
    assert_eq!(cut(&actor, &DEFAULT()).0, "0--");
    assert_eq!(cut(&actor, &vendor()).0, "0--");
}

#[test]
fn event_ten_thousand_and_one_starts_a_new_session() {
    let actor = vec![event("10:00", "a"); CAP_EVENTS as usize + 1];
    let out = cut_in(std::slice::from_ref(&actor), &DEFAULT(), &ZoneTable::utc());
    assert_eq!((out.sessions().activity_events, out.sessions().start), (&[CAP_EVENTS, 1][..], &[First, Cap][..]));
    assert_eq!(out.root(), [0, 0]);
    assert_eq!(count(&actor, &SessionRules { caps: false, ..DEFAULT() }), 1);
}

#[test]
fn events_without_activity_count_for_no_cap() {
    let mut actor = vec![event("10:00", "a"); CAP_EVENTS as usize];
    actor.extend(vec![event("10:00", "push").passive(); 5]);
    assert_eq!(count(&actor, &DEFAULT()), 1);
}

#[test]
fn the_first_event_more_than_a_day_after_the_start_starts_a_new_session() {
    let mut actor: Vec<Event> =
        (0..=48).map(|half_hour| Event { at_us: half_hour * 30 * MINUTE_US, ..event("0:00", "a") }).collect();
    assert_eq!((actor[48].at_us, count(&actor, &DEFAULT())), (CAP_SPAN_US, 1));
    actor.push(Event { at_us: CAP_SPAN_US + 1, ..event("0:00", "a") });
    assert_eq!(cut(&actor, &DEFAULT()).1, [First, Cap]);
    assert_eq!(count(&actor, &SessionRules { caps: false, ..DEFAULT() }), 1);
}

#[test]
fn vendor_ids_replace_the_gap_and_may_overlap() {
    let actor = [
        event("10:00", "a").id("1"),
        event("10:05", "a").id("2"),
        event("10:50", "a").id("1"),
        event("11:00", "a").id("2"),
    ];
    assert_eq!(cut(&actor, &vendor()), ("0101".into(), vec![First, Id]));
}

#[test]
fn a_gap_comes_before_a_new_id_as_reason() {
    let actor = [event("10:00", "a").id("1"), event("10:31", "a").id("2"), event("10:32", "a").id("3")];
    assert_eq!(cut(&actor, &vendor()).1, [First, Gap, Id]);
}

#[test]
fn a_vendor_id_used_again_after_more_than_a_day_is_marked() {
    let actor = [
        event("10:00", "a").id("1"),
        event("34:00", "a").id("1"),
        event("58:00:00.001", "a").id("1"),
        event("58:01", "a").id("2"),
    ];
    let out = cut_in(&[actor.to_vec()], &SessionRules { caps: false, ..vendor() }, &ZoneTable::utc());
    assert_eq!(out.session_of(), [0, 0, 1, 2]);
    assert_eq!((out.sessions().start, out.sessions().id_reused), (&[First, Gap, Id][..], &[false, true, false][..]));
}

#[test]
fn the_same_vendor_id_of_two_actors_is_two_sessions() {
    let actors = [vec![event("10:00", "a").id("1")], vec![], vec![event("10:01", "a").id("1")]];
    let out = cut_in(&actors, &vendor(), &ZoneTable::utc());
    assert_eq!((out.session_of(), out.sessions().offsets), (&[0, 1][..], &[0, 1, 1, 2][..]));
}

#[test]
fn activity_without_an_id_forms_sessions_by_the_timeout() {
    let actor = [
        event("10:00", "a").id("1"),
        event("10:05", "a"),
        event("10:30", "a").id("1"),
        event("10:35", "a"),
        event("11:30", "a"),
    ];
    assert_eq!(cut(&actor, &vendor()), ("01012".into(), vec![First, Id, Gap]));
}

#[test]
fn event_without_activity_joins_its_own_vendor_session() {
    let actor = [
        event("10:00", "a").id("1"),
        event("10:05", "a").id("2"),
        event("10:10", "push").passive().id("1"),
        event("10:10", "push").passive(),
        event("10:10", "push").passive().id("3"),
    ];
    assert_eq!(cut(&actor, &vendor()).0, "0101-");
}

#[test]
fn capped_sessions_of_a_vendor_id_continue_that_id() {
    let actor = [
        event("23:50", "a").id("1"),
        event("23:55", "a").id("2"),
        event("24:05", "a").id("1"),
        event("24:10", "a").id("2"),
        event("48:00", "a").id("1"),
    ];
    let rules = SessionRules { split_at_midnight: true, ..vendor() };
    let out = cut_in(&[actor.to_vec()], &rules, &ZoneTable::utc());
    assert_eq!((out.session_of(), out.root()), (&[0, 1, 2, 3, 4][..], &[0, 1, 0, 1, 0][..]));
}

#[test]
fn the_first_of_several_reasons_is_kept() {
    let rules = SessionRules { split_at_midnight: true, split_on_campaign: true, ..DEFAULT() };
    let before = || event("23:50", "a").source("x");
    for (after, reason) in [
        (event("24:21", "a").source("y"), Gap),
        (event("24:10", "a").source("y"), Campaign),
        (event("24:10", "a").source("x"), Midnight),
    ] {
        assert_eq!(cut(&[before(), after], &rules).1, [First, reason]);
    }
}

#[test]
fn buffers_are_reused_without_a_trace() {
    let log = Log::new(&[events("10:00 11:00 12:00"), events("9:00")]);
    let sessionizer = Sessionizer::new(&DEFAULT(), &ZoneTable::utc(), SessionColumns::default());
    let mut out = SessionBuffers::default();
    sessionizer.sessionize(&log.batch(), &mut out);
    assert_eq!(out.sessions().offsets, [0, 3, 4]);
    sessionizer.sessionize(&Log::new(&[]).batch(), &mut out);
    assert_eq!((out.session_of().len(), out.sessions().offsets, out.sessions().start.len()), (0, &[0][..], 0));
}

/// The slow obvious version: every session is a list of its activity, and rules look at that list.
struct Slow {
    id: Option<&'static str>,
    activity: Vec<usize>,
    members: usize,
    start: SessionStart,
    id_reused: bool,
}

fn has_campaign(event: &Event) -> Option<Vec<Option<&'static str>>> {
    let words = ["source", "medium", "campaign"];
    let value: Vec<_> = words.iter().map(|word| event.text(word).filter(|text| !text.contains("(direct)"))).collect();
    (!event.has(EventFlags::SYNTHETIC) && value.iter().any(Option::is_some)).then_some(value)
}

fn slow_reason(
    session: &Slow,
    actor: &[Event],
    event: &Event,
    rules: &SessionRules,
    zone: &ZoneTable,
) -> Option<SessionStart> {
    let last = &actor[*session.activity.last().expect("never empty")];
    let longest = if session.id.is_some() { DAY_US } else { rules.timeout.as_us() };
    let own: Vec<&Event> =
        session.activity.iter().map(|index| &actor[*index]).filter(|event| !event.has(EventFlags::SYNTHETIC)).collect();
    let known = own.iter().rev().find_map(|event| has_campaign(event));
    let is_split = [
        (Gap, event.at_us - last.at_us > longest),
        (
            Campaign,
            rules.split_on_campaign && !own.is_empty() && has_campaign(event).is_some() && has_campaign(event) != known,
        ),
        (Midnight, rules.split_at_midnight && zone.local_day(last.at_us) != zone.local_day(event.at_us)),
        (Cap, rules.caps && event.at_us - actor[session.activity[0]].at_us > DAY_US),
    ];
    is_split.into_iter().find(|(_, holds)| *holds).map(|(reason, _)| reason)
}

fn slow_cut(actor: &[Event], rules: &SessionRules, zone: &ZoneTable) -> (Vec<Option<usize>>, Vec<Slow>) {
    let mut sessions: Vec<Slow> = Vec::new();
    let mut session_of = Vec::new();
    for (index, event) in actor.iter().enumerate() {
        let id = event.text("session_hint").filter(|_| rules.use_vendor_id);
        let latest = sessions.iter().enumerate().max_by_key(|(_, session)| session.activity.last());
        let latest = latest.map(|(session, slow)| (session, actor[*slow.activity.last().expect("never empty")].at_us));
        let own = sessions.iter().rposition(|session| session.id == id);
        if event.has(EventFlags::DAY_PRECISION) {
            session_of.push(None);
            continue;
        }
        if !event.has(EventFlags::ACTIVITY) {
            let joined = if id.is_some() { own } else { latest.map(|(session, _)| session) };
            let joined = joined.filter(|session| {
                let last = *sessions[*session].activity.last().expect("never empty");
                event.at_us - actor[last].at_us <= rules.timeout.as_us()
            });
            joined.into_iter().for_each(|session| sessions[session].members += 1);
            session_of.push(joined);
            continue;
        }
        let start = match (own, latest) {
            (Some(own), _) => slow_reason(&sessions[own], actor, event, rules, zone),
            (None, None) => Some(First),
            (None, Some((_, at_us))) if event.at_us - at_us > rules.timeout.as_us() => Some(Gap),
            (None, Some(_)) => Some(Id),
        };
        let session = match (own, start) {
            (Some(own), None) => own,
            (_, start) => {
                let start = start.expect("no session to join");
                let id_reused = own.is_some() && id.is_some() && start == Gap;
                sessions.push(Slow { id, activity: Vec::new(), members: 0, start, id_reused });
                sessions.len() - 1
            }
        };
        sessions[session].activity.push(index);
        sessions[session].members += 1;
        session_of.push(Some(session));
    }
    (session_of, sessions)
}

fn any_event() -> impl Strategy<Value = Event> {
    let gap = prop_oneof![Just(0), Just(30), Just(31), 1i64..29, Just(24 * 60), 0i64..2000];
    let texts = |texts: &'static [&'static str]| prop::sample::select(texts);
    let flags = prop_oneof![6 => Just(1u8), 2 => Just(0), 1 => Just(5), 1 => Just(3), 1 => Just(2)];
    let values = (texts(&["", "x", "y", "(direct)"]), texts(&["", "", "cpc"]), texts(&["", "1", "2"]));
    (gap, flags, values).prop_map(|(gap, flags, (source, medium, id))| Event {
        at_us: gap * MINUTE_US,
        flags,
        ..event("0:00", "a").source(source).with("medium", medium).id(id)
    })
}

fn any_log() -> impl Strategy<Value = Vec<Vec<Event>>> {
    let actor = prop::collection::vec(any_event(), 0..25).prop_map(|mut actor| {
        // Drawn as gaps.
        let mut at_us = 0;
        for event in &mut actor {
            at_us += event.at_us;
            event.at_us = at_us;
        }
        actor
    });
    prop::collection::vec(actor, 0..4)
}

fn any_rules() -> impl Strategy<Value = SessionRules> {
    let timeout = prop::sample::select([30 * MINUTE_US, 90 * MINUTE_US, 40 * HOUR_US].as_slice());
    (timeout, any::<[bool; 4]>()).prop_map(|(timeout, [midnight, campaign, vendor, caps])| SessionRules {
        timeout: Duration::from_us(timeout),
        split_at_midnight: midnight,
        split_on_campaign: campaign,
        use_vendor_id: vendor,
        caps,
    })
}

fn check(
    actors: &[Vec<Event>],
    rules: &SessionRules,
    zone: &ZoneTable,
    out: &SessionBuffers,
) -> Result<(), TestCaseError> {
    let sessions = out.sessions();
    let mut first_event = 0;
    for (index, actor) in actors.iter().enumerate() {
        let (session_of, expected) = slow_cut(actor, rules, zone);
        let base = sessions.offsets[index] as usize;
        prop_assert_eq!(sessions.offsets[index + 1] as usize - base, expected.len());
        for (event, session) in session_of.iter().enumerate() {
            let found = out.session_of()[first_event + event];
            prop_assert_eq!((found != NO_SESSION).then(|| found as usize - base), *session);
        }
        for (session, slow) in expected.iter().enumerate() {
            let at = base + session;
            prop_assert_eq!((sessions.start[at], sessions.id_reused[at]), (slow.start, slow.id_reused));
            prop_assert_eq!(sessions.events[at] as usize, slow.members);
            prop_assert_eq!(sessions.activity_events[at] as usize, slow.activity.len());
            prop_assert_eq!(sessions.first_event[at] as usize, first_event + slow.activity[0]);
            prop_assert_eq!(sessions.last_event[at] as usize, first_event + slow.activity[slow.activity.len() - 1]);
        }
        first_event += actor.len();
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn sessions_agree_with_lists_of_events(actors in any_log(), rules in any_rules()) {
        let zone = ZoneTable::try_new("Europe/Stockholm").expect("known");
        check(&actors, &rules, &zone, &cut_in(&actors, &rules, &zone))?;
    }

    #[test]
    fn the_tight_loop_agrees_with_the_general_one(actors in any_log(), caps in any::<bool>()) {
        let rules = SessionRules { caps, ..DEFAULT() };
        let log = Log::new(&actors);
        let tight = cut_in(&actors, &rules, &ZoneTable::utc());
        let mut general = SessionBuffers::default();
        general.reset(log.batch().events());
        let options = general::Options::new(&rules, &ZoneTable::utc(), SessionColumns::default());
        general::cut(&log.batch(), Limits::of(&rules), &options, &mut general);
        prop_assert_eq!(tight.session_of(), general.session_of());
        prop_assert_eq!(format!("{:?}", tight.sessions()), format!("{:?}", general.sessions()));
        prop_assert_eq!(tight.root(), general.root());
    }

    #[test]
    fn sessions_of_nothing_but_activity_agree_with_the_general_loop(mut actors in any_log(), caps in any::<bool>()) {
        actors.iter_mut().flatten().for_each(|event| event.flags = EventFlags::ACTIVITY);
        let rules = SessionRules { caps, ..DEFAULT() };
        let log = Log::new(&actors);
        let mut general = SessionBuffers::default();
        general.reset(log.batch().events());
        let options = general::Options::new(&rules, &ZoneTable::utc(), SessionColumns::default());
        general::cut(&log.batch(), Limits::of(&rules), &options, &mut general);
        let mut tiles = SessionBuffers::default();
        for _ in 0..2 {
            Sessionizer::new(&rules, &ZoneTable::utc(), SessionColumns::default()).sessionize(&log.batch(), &mut tiles);
            prop_assert_eq!(tiles.session_of(), general.session_of());
            prop_assert_eq!(format!("{:?}", tiles.sessions()), format!("{:?}", general.sessions()));
            prop_assert_eq!(tiles.root(), general.root());
        }
    }
}
