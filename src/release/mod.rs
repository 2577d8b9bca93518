//! Editions: sealed, signed, kept on a shelf, read back and verified.
//!
//! An edition is a zip archive on the [`shelf`], `editions/` in the handbook's folder. It holds the standard
//! bundle and the files it was compiled from. The SHA-256 of the bundle's manifest is its digest, by which
//! others name it; `release.json` in the bundle names the digests of the files it was compiled from, so the
//! digest covers them too. A signature of the manifest in the minisign format may stand beside it.

pub mod adoption;
pub mod seal;
pub mod shelf;
pub mod sign;
pub mod verify;
