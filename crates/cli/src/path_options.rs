//! Which paths do the options ask for, together with the configuration?

use anyhow::{Result, bail};
use kundresa_model::spec::paths::{Occurrence, PathDirection, PathNodes, PathSpec, PathUnit, Repeats};

use crate::arguments::paths::{
    DirectionArgument, NodesOfPaths, OccurrenceArgument, PathUnitArgument, PathsArguments, RepeatsArgument,
};

/// The paths that the arguments ask for, on top of those of the configuration.
///
/// # Errors
/// When an occurrence is asked for, but there is no anchor.
pub fn spec(arguments: &PathsArguments, configured: &PathSpec) -> Result<PathSpec> {
    let of = configured.clone();
    let anchor = arguments.anchor.clone().or(of.anchor);
    if arguments.occurrence.is_some() && anchor.is_none() {
        bail!(
            "--occurrence says which match of the anchor counts, but there is none\nhint: name it with --anchor STEP"
        );
    }
    Ok(PathSpec {
        nodes: arguments.nodes.map_or(of.nodes, nodes),
        views: arguments.views.clone().unwrap_or(of.views),
        synthetic: arguments.synthetic || of.synthetic,
        direction: arguments.direction.map_or(of.direction, direction),
        anchor,
        occurrence: arguments.occurrence.map_or(of.occurrence, occurrence),
        repeats: arguments.repeats.map_or(of.repeats, repeats),
        unit: arguments.unit.map_or(of.unit, unit),
        depth: arguments.depth.unwrap_or(of.depth),
        width: arguments.width.unwrap_or(of.width),
        tree: arguments.tree.unwrap_or(of.tree),
        variants: arguments.variants.unwrap_or(of.variants),
        most_prefixes: of.most_prefixes,
    })
}

/// Beginnings of paths that fit into that much memory, if less than are told apart anyway. A kibibyte each holds them once per
/// thread, and sorted at the end; it does not look at the threads there are, so that they change no figure.
pub fn most_prefixes(memory: u64) -> Option<u32> {
    const BYTES_EACH: u64 = 1 << 10;
    u32::try_from(memory / BYTES_EACH).ok().filter(|most| *most < PathSpec::MOST_PREFIXES)
}

fn nodes(argument: NodesOfPaths) -> PathNodes {
    match argument {
        NodesOfPaths::Events => PathNodes::Events,
        NodesOfPaths::Pages => PathNodes::Pages,
    }
}

fn direction(argument: DirectionArgument) -> PathDirection {
    match argument {
        DirectionArgument::Forward => PathDirection::Forward,
        DirectionArgument::Backward => PathDirection::Backward,
    }
}

fn occurrence(argument: OccurrenceArgument) -> Occurrence {
    match argument {
        OccurrenceArgument::First => Occurrence::First,
        OccurrenceArgument::Last => Occurrence::Last,
        OccurrenceArgument::Every => Occurrence::Every,
    }
}

fn repeats(argument: RepeatsArgument) -> Repeats {
    match argument {
        RepeatsArgument::Raw => Repeats::Raw,
        RepeatsArgument::Collapse => Repeats::Collapse,
        RepeatsArgument::FirstVisit => Repeats::FirstVisit,
    }
}

fn unit(argument: PathUnitArgument) -> PathUnit {
    match argument {
        PathUnitArgument::Session => PathUnit::Session,
        PathUnitArgument::Actor => PathUnit::Actor,
    }
}
