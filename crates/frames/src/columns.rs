//! How does a list of result rows become columns?
//!
//! Column by column: a name and what each row shows there. Counts are `u64`, durations whole microseconds; a rate is
//! three columns (`…_numerator`, `…_denominator`, `…_value`), quantiles seven (`…_n`, `…_min_us`, … `…_max_us`).
//! Whatever a row does not have is null, and so is what the privacy threshold hides.

use kundresa_model::count::Count;
use kundresa_model::rate::Rate;
use kundresa_model::result::quantiles::Quantiles;
use polars::prelude::{Column, DataFrame, NamedFrom, Series};

use crate::error::FramesError;

type Quantile = fn(&Quantiles) -> Option<i64>;

/// Columns after `…_n`, with the field that each shows.
const QUANTILES: [(&str, Quantile); 6] = [
    ("min_us", |quantiles| quantiles.min),
    ("p25_us", |quantiles| quantiles.p25),
    ("p50_us", |quantiles| quantiles.p50),
    ("p75_us", |quantiles| quantiles.p75),
    ("p90_us", |quantiles| quantiles.p90),
    ("max_us", |quantiles| quantiles.max),
];

/// Columns over `rows`, in the order in which they are asked for.
pub struct Columns<'a, R> {
    rows: &'a [R],
    columns: Vec<Column>,
}

impl<'a, R> Columns<'a, R> {
    pub fn of(rows: &'a [R]) -> Self {
        Self { rows, columns: Vec::new() }
    }

    pub fn text(self, name: &str, show: impl Fn(&'a R) -> Option<&'a str>) -> Self {
        let values: Vec<_> = self.rows.iter().map(show).collect();
        self.with(Series::new(name.into(), values))
    }

    pub fn count<C: Into<Count>>(self, name: &str, show: impl Fn(&'a R) -> Option<C>) -> Self {
        let shown = |row| show(row).and_then(|count| count.into().shown());
        let values: Vec<_> = self.rows.iter().map(shown).collect();
        self.with(Series::new(name.into(), values))
    }

    pub fn whole(self, name: &str, show: impl Fn(&'a R) -> Option<i64>) -> Self {
        let values: Vec<_> = self.rows.iter().map(show).collect();
        self.with(Series::new(name.into(), values))
    }

    pub fn truth(self, name: &str, show: impl Fn(&'a R) -> bool) -> Self {
        let values: Vec<_> = self.rows.iter().map(show).collect();
        self.with(Series::new(name.into(), values))
    }

    pub fn number(self, name: &str, show: impl Fn(&'a R) -> Option<f64>) -> Self {
        let values: Vec<_> = self.rows.iter().map(show).collect();
        self.with(Series::new(name.into(), values))
    }

    pub fn rate(self, name: &str, show: impl Fn(&'a R) -> Option<Rate>) -> Self {
        let rates: Vec<_> = self.rows.iter().map(show).collect();
        let values: Vec<_> = rates.iter().map(|rate| rate.and_then(Rate::value)).collect();
        let part = |of: fn(Rate) -> Count| -> Vec<_> {
            rates.iter().map(|rate| rate.map(of).and_then(Count::shown)).collect()
        };
        let numerators = Series::new(format!("{name}_numerator").into(), part(Rate::part));
        let denominators = Series::new(format!("{name}_denominator").into(), part(Rate::base));
        self.with(numerators).with(denominators).with(Series::new(format!("{name}_value").into(), values))
    }

    pub fn quantiles(self, name: &str, show: impl Fn(&'a R) -> Option<&'a Quantiles>) -> Self {
        let all: Vec<_> = self.rows.iter().map(show).collect();
        let n: Vec<_> = all.iter().map(|quantiles| quantiles.and_then(|quantiles| quantiles.n.shown())).collect();
        QUANTILES.into_iter().fold(self.with(Series::new(format!("{name}_n").into(), n)), |columns, (suffix, of)| {
            let values: Vec<_> = all.iter().map(|quantiles| quantiles.and_then(of)).collect();
            columns.with(Series::new(format!("{name}_{suffix}").into(), values))
        })
    }

    pub fn finish(self) -> Result<DataFrame, FramesError> {
        Ok(DataFrame::new(self.rows.len(), self.columns)?)
    }

    fn with(mut self, series: Series) -> Self {
        self.columns.push(series.into());
        self
    }
}
