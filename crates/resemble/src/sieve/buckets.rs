//! A table from small keys to lists, made once and read billions of times.
//!
//! A bit says whether a key has a list at all; almost always it has none, and the answer costs one
//! load from a table that stays in the second-level cache. Where it has one, the number of set bits
//! before it tells which. No hashing, no probing, no pointers.

use std::ops::Range;

/// Lists of `T` by keys below `2^BITS`.
pub(crate) struct Buckets<T, const BITS: u32> {
    present: Box<[u64]>,
    before: Box<[u32]>,
    starts: Box<[u32]>,
    items: Box<[T]>,
}

impl<T, const BITS: u32> Buckets<T, BITS> {
    /// Sorts `items` into their lists; within a list they keep their order.
    pub(crate) fn new(mut items: Vec<(u32, T)>) -> Self {
        items.sort_by_key(|&(key, _)| key);
        let words = 1usize << (BITS - 6);
        let mut present = vec![0u64; words].into_boxed_slice();
        let mut starts = Vec::new();
        let mut previous = None;
        for (index, &(key, _)) in items.iter().enumerate() {
            if previous != Some(key) {
                present[key as usize >> 6] |= 1 << (key & 63);
                starts.push(index as u32);
                previous = Some(key);
            }
        }
        starts.push(items.len() as u32);
        let mut count = 0;
        let before = present
            .iter()
            .map(|word| {
                let so_far = count;
                count += word.count_ones();
                so_far
            })
            .collect();
        let items = items.into_iter().map(|(_, item)| item).collect();
        Self { present, before, starts: starts.into(), items }
    }

    /// The list of `key`; empty where there is none.
    #[inline]
    pub(crate) fn get(&self, key: u32) -> &[T] {
        let range = self.range(key);
        if range.is_empty() { &[] } else { &self.items[range] }
    }

    /// Where in [`Self::items`] the list of `key` lies.
    #[inline]
    pub(crate) fn range(&self, key: u32) -> Range<usize> {
        let word = key as usize >> 6;
        let bit = 1u64 << (key & 63);
        let present = self.present[word];
        if present & bit == 0 {
            return 0..0;
        }
        let rank = (self.before[word] + (present & (bit - 1)).count_ones()) as usize;
        self.starts[rank] as usize..self.starts[rank + 1] as usize
    }

    /// All items, list after list.
    pub(crate) fn items(&self) -> &[T] {
        &self.items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_back_in_order() {
        let buckets: Buckets<char, 10> = Buckets::new(vec![(1023, 'z'), (0, 'a'), (64, 'm'), (0, 'b')]);
        assert_eq!(buckets.get(0), ['a', 'b']);
        assert_eq!(buckets.get(64), ['m']);
        assert_eq!(buckets.get(1023), ['z']);
        assert!(buckets.get(63).is_empty());
        assert!(Buckets::<char, 10>::new(vec![]).get(7).is_empty());
    }
}
