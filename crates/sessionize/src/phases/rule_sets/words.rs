//! How are the names and pages of a rule set written as predicates?

/// Values of `column` that read like one of `names`, whose words are joined by spaces: letter case does not matter, and a
/// space in a name stands for a space, `_`, `-` or nothing.
pub(super) fn reads_like(column: &str, names: &[&str]) -> String {
    let patterns: Vec<String> = names.iter().map(|name| name.replace(' ', "[ _-]?")).collect();
    format!("{column} matches \"(?i)^(?:{})$\"", patterns.join("|"))
}

/// Events that read like one of `names`.
pub(super) fn events(names: &[&str]) -> String {
    reads_like("event", names)
}

/// Pages that begin with one of `names`, at the root or below a language or country (`/pricing`, `/en/pricing/teams`); a
/// name ends where a word of the path does.
pub(super) fn pages(names: &[&str]) -> String {
    format!("page matches \"(?i)^(?:/[a-z]{{2}}(?:[-_][a-z]{{2}})?)?/(?:{})(?:[/._?#-]|$)\"", names.join("|"))
}

/// What matches one of `predicates`.
pub(super) fn any_of(predicates: &[String]) -> String {
    predicates.join(" or ")
}
