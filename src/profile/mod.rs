//! Profiles: what an adopter (city, district, street) changes of an edition, kept as operations and never
//! as a copy.
//!
//! `file` reads a profile, `rights` says what may be changed and which way, `edit` writes the changes
//! into the sources of the edition, `examine` reports what breaks a rule, `resolve` gives the adopter's own
//! handbook, `upgrade` carries a profile over to another edition. What an adopter wrote is read
//! by the same compiler that reads the manual; what changed is told by comparing records before and after,
//! so that a change that nobody asked for cannot pass.

mod deviation;
mod edit;
mod examine;
pub mod file;
pub mod resolve;
mod rewrite;
mod rights;
mod scalar;
pub mod upgrade;

pub use file::{Addition, Aspect, Operation, Pending, Profile, read};
pub use resolve::{Base, Resolved, check, resolve};
pub use rights::fingerprint;
pub use upgrade::{Class, Upgrade, upgrade};
