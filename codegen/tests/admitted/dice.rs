//! Numbers by chance that are the same in every run.

/// A simple generator: what matters is that many different shapes and values come of it.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5851_F42D_4C95_7F2D)
    }

    /// One of that many sides, from 0.
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % sides.max(1) as u64) as usize
    }

    /// One of these, of which there is one at least.
    pub(super) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        let index = self.roll(from.len());
        from.get(index).unwrap().clone()
    }
}
