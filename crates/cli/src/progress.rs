//! How far is the run? A line on stderr, only when that is a terminal.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A line that shows the current stage and, where known, events done.
pub struct Progress(ProgressBar);

impl Progress {
    /// A visible line when stderr is a terminal, else a silent one.
    pub fn new() -> Self {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{spinner} {msg} {human_pos} events")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        bar.set_style(style);
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// Names the stage that starts now.
    pub fn stage(&self, name: &str) {
        self.0.set_message(name.to_owned());
        self.0.set_position(0);
    }

    /// Tells how many events the stage has seen.
    pub fn events(&self, events: u64) {
        self.0.set_position(events);
    }

    /// Takes the line away.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}
