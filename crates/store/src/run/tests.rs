//! Do the files of a run give back what was written?

mod damage;
mod random;
mod round_trip;
mod speed;
mod support;
