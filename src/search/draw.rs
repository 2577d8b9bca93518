//! Draws: numbers that look random and are the same in every run.

/// A sequence of numbers by SplitMix64.
#[derive(Debug, Clone)]
pub struct Draw(u64);

impl Draw {
    /// The sequence of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number below `limit`; 0 when that is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        usize::try_from(z % (limit.max(1) as u64)).unwrap_or(0)
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }

    /// At most so many of these, in a drawn order.
    pub fn some<T>(&mut self, mut from: Vec<T>, count: usize) -> Vec<T> {
        for at in 0..count.min(from.len()) {
            let other = at + self.below(from.len() - at);
            from.swap(at, other);
        }
        from.truncate(count);
        from
    }
}
