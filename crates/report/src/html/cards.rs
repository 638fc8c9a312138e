//! Which few numbers does the page open with?

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::funnel::FunnelResult;
use kundresa_model::result::overview::{OverviewResult, Revenue};
use maud::{Markup, html};

use super::texts::{cards as texts, common, headline};
use super::{View, cell, figures, funnel, overview};
use crate::findings;
use crate::locale::{Locale, Text};

/// Currencies with a card of their own.
const MOST_CURRENCIES: usize = 3;
/// Characters that fit beside each other at the size of most figures.
const LONGEST_WORD: usize = 10;

/// Users, sessions, conversion, money, and where most are lost.
pub fn cards(view: &View<'_>) -> Markup {
    let (locale, figures) = (view.locale, view.figures());
    let overview = &figures.overview;
    html! {
        dl.cards.numbers {
            (card(locale, &texts::USERS, &cell::count(locale, overview.users), &users_note(locale, overview)))
            (new_users(locale, overview))
            (card(locale, &texts::SESSIONS, &cell::count(locale, overview.sessions), &per_user(locale, overview)))
            (engaged(locale, overview))
            (median_session(view))
            (conversion(view))
            @if !overview.revenue.is_empty() { (revenue(locale, overview)) }
            @if let Some(card) = figures.funnels.first().and_then(|main| loss(locale, main)) { (card) }
        }
    }
}

fn card(locale: Locale, label: &Text, figure: &Markup, note: &Markup) -> Markup {
    html! { div { dt { (locale.say(label)) } dd.figure { (figure) } dd.note { (note) } } }
}

fn users_note(locale: Locale, overview: &OverviewResult) -> Markup {
    locale.markup(
        &texts::USERS_NOTE,
        &[&cell::count(locale, overview.active_users), &cell::count(locale, overview.returning_users)],
    )
}

fn new_users(locale: Locale, overview: &OverviewResult) -> Markup {
    let note = html! { (locale.say(overview::new_users_by(overview.new_users_by))) };
    card(locale, &texts::NEW_USERS, &cell::count(locale, overview.new_users), &note)
}

fn per_user(locale: Locale, overview: &OverviewResult) -> Markup {
    let rate = overview.sessions_per_user;
    html! {
        span.number data-value=[rate.part().shown()] data-base=[rate.base().shown()] {
            (locale.fill(&texts::PER_USER, &[&locale.ratio(rate), &locale.count(rate.base())]))
        }
    }
}

fn engaged(locale: Locale, overview: &OverviewResult) -> Markup {
    let rate = overview.engaged_sessions;
    let after = i64::try_from(overview.engaged_after_us).unwrap_or(i64::MAX);
    let what = locale.fill(overview::engaged_by(overview.engaged_by), &[&locale.duration(after)]);
    let note = html! { (locale.markup(&texts::OF_SESSIONS, &[&cell::count(locale, rate.base())])) ": " (what) };
    card(locale, &texts::ENGAGED, &cell::per_cent(locale, rate), &note)
}

fn median_session(view: &View<'_>) -> Markup {
    let (locale, span) = (view.locale, &view.figures().sessions.duration_us);
    let figure = html! { span.number data-value=[span.p50] { (locale.median(span)) } };
    let note = locale.markup(&texts::MEDIAN_NOTE, &[&cell::count(locale, span.n)]);
    card(locale, &texts::MEDIAN_SESSION, &figure, &note)
}

/// Conversion of the first funnel; without one, who reached the goal phase.
fn conversion(view: &View<'_>) -> Markup {
    let locale = view.locale;
    match view.figures().funnels.first() {
        Some(main) => {
            let base = cell::count(locale, main.conversion.base());
            let note = locale.markup(&headline::ENTERED, &[&base, &funnel::title(locale, main, 0)]);
            card(locale, &common::CONVERSION, &cell::per_cent(locale, main.conversion), &note)
        }
        None => goal(view),
    }
}

fn goal(view: &View<'_>) -> Markup {
    let (locale, phases) = (view.locale, &view.figures().phases);
    let names = view.phases;
    let goal = phases.phases.iter().find(|phase| phase.phase == phases.goal_phase);
    let rate = Rate::of(goal.map_or(Count::default(), |phase| phase.visitors), phases.actors);
    let text = locale.plural(rate.base(), &headline::GOAL_NOTE_ONE, &headline::GOAL_NOTE);
    let note = locale.markup(text, &[&cell::count(locale, rate.base()), &names.of(&phases.goal_phase)]);
    card(locale, &headline::GOAL, &cell::per_cent(locale, rate), &note)
}

/// What was earned, an amount per currency: they are never added.
fn revenue(locale: Locale, overview: &OverviewResult) -> Markup {
    let shown = &overview.revenue[..overview.revenue.len().min(MOST_CURRENCIES)];
    let hidden = overview.revenue.len() - shown.len();
    let is_small = shown.len() > 1 || shown.iter().any(|revenue| is_long(locale, revenue));
    html! {
        div {
            dt { (locale.say(&texts::REVENUE)) }
            dd.figure.small[is_small] {
                @for revenue in shown { div { (figures::money(locale, revenue.revenue, &revenue.currency)) } }
            }
            dd.note {
                (locale.markup(&texts::REVENUE_NOTE, &[&cell::count(locale, overview.purchases)]))
                @if hidden > 0 { " " (locale.fill(&texts::MORE_CURRENCIES, &[&locale.count(hidden as u64)])) }
            }
        }
    }
}

/// Whether a word of an amount would break where a card is narrow.
fn is_long(locale: Locale, revenue: &Revenue) -> bool {
    let amount = figures::amount(locale, revenue.revenue, &revenue.currency);
    amount.split(' ').any(|word| word.chars().count() > LONGEST_WORD)
}

/// The step after which most stop, in words.
fn loss(locale: Locale, main: &FunnelResult) -> Option<Markup> {
    let step = findings::largest_loss(main)?;
    let (here, next) = (main.steps.get(step)?, main.steps.get(step + 1)?);
    let names = [&here.name, &next.name].map(|name| cell::short(locale, name, 40));
    let note = locale.markup(&texts::LOSS_NOTE, &[&cell::count(locale, here.drop_off.base()), &names[0], &names[1]]);
    Some(card(locale, &texts::LOSS, &cell::per_cent(locale, here.drop_off), &note))
}
