#![no_main]
//! Fuzzes `bodies::front_matter`.

#[path = "../bodies.rs"]
#[allow(dead_code, reason = "each target runs one of the bodies")]
mod bodies;

libfuzzer_sys::fuzz_target!(|data: &[u8]| bodies::front_matter(data));
