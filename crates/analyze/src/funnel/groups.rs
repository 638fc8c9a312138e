//! Which funnels may have any-order groups, and what are their levels called?

use kundresa_model::spec::funnel::{FunnelSpec, FunnelStep};

use super::kernel::MOST_MEMBERS;
use crate::error::AnalyzeError;

/// Refuses groups that are too large, and groups whose members differ in what holds for all.
///
/// # Errors
/// With the first such group.
pub(super) fn check(spec: &FunnelSpec) -> Result<(), AnalyzeError> {
    let is_run = |one: &FunnelStep, next: &FunnelStep| one.group.is_some() && one.group == next.group;
    if let Some(members) = spec.steps.chunk_by(is_run).map(<[_]>::len).find(|members| *members > MOST_MEMBERS) {
        return Err(AnalyzeError::GroupSize { found: members, limit: MOST_MEMBERS });
    }
    for run in spec.steps.chunk_by(is_run).filter(|run| run.len() > 1) {
        let differs = |same: fn(&FunnelStep, &FunnelStep) -> bool| run.iter().any(|step| !same(step, &run[0]));
        let option = if differs(|one, other| one.within == other.within) {
            "`within`"
        } else if differs(|one, other| one.directly == other.directly) {
            "`directly`"
        } else {
            continue;
        };
        let names = run.iter().map(|step| format!("`{}`", step.name)).collect::<Vec<_>>().join(", ");
        return Err(AnalyzeError::GroupOption { option, names });
    }
    Ok(())
}

/// Number of steps that the journey may begin with: step 1, or the members of its any-order group.
pub(super) fn first_steps(steps: &[FunnelStep]) -> usize {
    let first = steps.first().and_then(|step| step.group);
    steps.iter().take_while(|step| first.is_some() && step.group == first).count().max(1)
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
