//! Which options does `snapshots` have?

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Arguments of `snapshots`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  kundresa snapshots contacts_2024-03-04.csv contacts_2024-03-11.csv --out changes.csv\n  \
    kundresa load web/ changes.csv --into shop.store\n\n\
    When a change happened is not known, only between which exports: it gets the time of the later one, and `since` has that \
    of the earlier. Records of the first export are no events."
)]
pub struct SnapshotsArguments {
    /// Exports of the same records, two or more; their order does not matter.
    #[arg(required = true, num_args = 2.., value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// When each was taken, once per file in their order: a day (its end counts) or an instant [default: the date in the file's name].
    #[arg(long, value_name = "TIME")]
    pub at: Vec<String>,
    /// Zone of days [default: UTC].
    #[arg(long, value_name = "ZONE")]
    pub time_zone: Option<String>,
    /// Column of the record's id; A|B where it was renamed [default: Record ID, Id and the like].
    #[arg(long, value_name = "COLUMN")]
    pub key: Option<String>,
    /// Column of the stage; A|B where it was renamed [default: Lifecycle Stage, Deal Stage, Stage and the like].
    #[arg(long, value_name = "COLUMN")]
    pub stage: Option<String>,
    /// Column of an e-mail address [default: Email, E-mail, E-post].
    #[arg(long, value_name = "COLUMN")]
    pub email: Option<String>,
    /// What a record is. The id of anything but a contact is written behind it (deal 9002).
    #[arg(long, value_enum, default_value_t = RecordArgument::Contact)]
    pub object: RecordArgument,
    /// Column of the person whom a record belongs to; of several ids in it, the first.
    #[arg(long, value_name = "COLUMN")]
    pub person: Option<String>,
    /// Column to take over as it is; may be repeated.
    #[arg(long, value_name = "COLUMN")]
    pub keep: Vec<String>,
    /// Stage that means won; may be repeated [default: those that say so].
    #[arg(long, value_name = "STAGE")]
    pub won: Vec<String>,
    /// Stage that means lost; may be repeated [default: those that say so].
    #[arg(long, value_name = "STAGE")]
    pub lost: Vec<String>,
    /// Fail on anything that would be a warning.
    #[arg(long)]
    pub strict: bool,
    /// Form of the events [default: from the ending of --out, else csv].
    #[arg(long, value_enum, help_heading = "Output")]
    pub format: Option<ChangesFormat>,
    /// Where they go, `-` for standard output [default: standard output].
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub out: Option<PathBuf>,
}

/// What records are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RecordArgument {
    /// A person.
    Contact,
    /// A person who may become a contact.
    Lead,
    /// Something to be sold.
    Deal,
    /// The same in other words.
    Opportunity,
}

impl RecordArgument {
    /// Its name in events and ids.
    pub fn name(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Lead => "lead",
            Self::Deal => "deal",
            Self::Opportunity => "opportunity",
        }
    }
}

/// Forms of an event table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ChangesFormat {
    /// Comma-separated text.
    Csv,
    /// Parquet.
    Parquet,
    /// One JSON object per line.
    Ndjson,
}
