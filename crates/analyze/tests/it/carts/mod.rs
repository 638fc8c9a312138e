//! What became of carts: the worked cases, deadlines to the microsecond, and a slow, obvious version on random shops.

mod cases;
mod log;
mod random;
mod reference;
