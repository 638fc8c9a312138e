//! How is a test of history read, `after("purchase")`?

use super::{Kind, Parser};
use crate::phase::Phase;
use crate::predicate::{History, HistoryKind, ParseError, Predicate};
use crate::suggest;

impl Parser<'_> {
    /// What follows `word`, which stands at `at`, when the next token is a parenthesis.
    pub(super) fn history(&mut self, word: &str, at: usize) -> Result<Predicate, ParseError> {
        let kind = HistoryKind::ALL.into_iter().find(|kind| word.eq_ignore_ascii_case(kind.name()));
        let kind = kind.ok_or_else(|| self.error_at(at, no_such_test(word)))?;
        self.sign("(", "`(`")?;
        let phase = self.phase()?;
        self.sign(")", "`)`")?;
        Ok(Predicate::History(History { kind, phase }))
    }

    fn phase(&mut self) -> Result<Phase, ParseError> {
        let Kind::Quoted(name) = &self.next.kind else {
            return Err(self.expected("a journey phase in quotes"));
        };
        let known = Phase::ALL.into_iter().find(|phase| phase.key() == name);
        let phase = known.ok_or_else(|| self.error_at(self.next.at, no_such_phase(name)))?;
        self.advance()?;
        Ok(phase)
    }
}

fn no_such_test(word: &str) -> String {
    let names = HistoryKind::ALL.map(HistoryKind::name);
    let hint = suggest::hint(word, names);
    format!("there is no test `{word}(…)`{hint}: those with parentheses are {}", names.join(", "))
}

fn no_such_phase(name: &str) -> String {
    let keys = Phase::ALL.map(Phase::key);
    let hint = suggest::hint(name, keys);
    format!("no journey phase is called `{}`{hint}: they are {}", name.escape_debug(), keys.join(", "))
}
