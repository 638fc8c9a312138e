//! Which funnels may have any-order groups, and what are their levels called?

use kundresa_model::spec::funnel::{FunnelEntry, FunnelSpec, FunnelStep};

use super::kernel::MOST_MEMBERS;
use crate::error::AnalyzeError;

/// Refuses groups that are too large, and options that say nothing about steps in any order.
///
/// # Errors
/// When there is such a group or option.
pub(super) fn check(spec: &FunnelSpec) -> Result<(), AnalyzeError> {
    let is_run = |one: &FunnelStep, next: &FunnelStep| one.group.is_some() && one.group == next.group;
    if let Some(members) = spec.steps.chunk_by(is_run).map(<[_]>::len).find(|members| *members > MOST_MEMBERS) {
        return Err(AnalyzeError::GroupSize { found: members, limit: MOST_MEMBERS });
    }
    let any = |has: fn(&FunnelStep) -> bool| spec.steps.iter().any(has);
    let options = [
        (any(|step| step.within.is_some()), "within", "a step in any order has no step before it"),
        (any(|step| step.directly), "directly", "a step in any order has no step before it"),
        (!spec.exclusions.is_empty(), "an exclusion", "it counts between two steps, and here their order is open"),
        (spec.entry == FunnelEntry::Every, "entry every", "every member may be the entry"),
    ];
    match options.into_iter().find(|(is_asked, ..)| *is_asked) {
        Some((_, one, reason)) if any(|step| step.group.is_some()) => {
            Err(AnalyzeError::FunnelOptions { one, other: "an any-order group", reason })
        }
        _ => Ok(()),
    }
}

/// What each level of the required steps is called, and the predicate shown with it: in an any-order group a level is a
/// number of members, whichever they are.
pub(super) fn levels(steps: &[FunnelStep], required: &[usize]) -> Vec<(String, String)> {
    let name = |(index, &place): (usize, &usize)| {
        let step = &steps[place];
        let Some(group) = step.group else { return (step.name.clone(), step.when.clone()) };
        let members: Vec<&FunnelStep> = steps.iter().filter(|step| step.group == Some(group)).collect();
        let before = required[..index].iter().filter(|&&place| steps[place].group == Some(group)).count();
        let listed = |of: fn(&FunnelStep) -> &str, by: &str| {
            members.iter().map(|member| of(member)).collect::<Vec<_>>().join(by)
        };
        let name = format!("any {} of {}", before + 1, listed(|member| &member.name, ", "));
        (name, listed(|member| &member.when, " & "))
    };
    required.iter().enumerate().map(name).collect()
}
