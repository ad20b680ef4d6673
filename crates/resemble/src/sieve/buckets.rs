//! A table from small keys to lists, made once and read billions of times.
//!
//! A bit says whether a key has a list at all; almost always it has none, and the answer costs one
//! load from a table that stays in the second-level cache. Where it has one, the number of set bits
//! before it tells which. No hashing, no probing, no pointers.

/// Lists of `T` by keys below `2^BITS`.
pub(crate) struct Buckets<T, const BITS: u32> {
    /// Which of 64 keys have a list, and how many keys before them have.
    words: Box<[(u64, u32)]>,
    starts: Box<[u32]>,
    items: Box<[T]>,
}

impl<T, const BITS: u32> Buckets<T, BITS> {
    /// Sorts `items` into their lists; within a list they keep their order.
    pub(crate) fn new(mut items: Vec<(u32, T)>) -> Self {
        items.sort_by_key(|&(key, _)| key);
        let mut words = vec![(0u64, 0u32); 1 << (BITS - 6)].into_boxed_slice();
        let mut starts = Vec::new();
        let mut previous = None;
        for (index, &(key, _)) in items.iter().enumerate() {
            if previous != Some(key) {
                words[key as usize >> 6].0 |= 1 << (key & 63);
                starts.push(index as u32);
                previous = Some(key);
            }
        }
        starts.push(items.len() as u32);
        let mut count = 0;
        for (present, before) in &mut words {
            *before = count;
            count += present.count_ones();
        }
        let items = items.into_iter().map(|(_, item)| item).collect();
        Self {
            words,
            starts: starts.into(),
            items,
        }
    }

    /// The list of `key`; empty where there is none.
    #[inline]
    pub(crate) fn get(&self, key: u32) -> &[T] {
        let (present, before) = self.words[key as usize >> 6];
        let bit = 1u64 << (key & 63);
        if present & bit == 0 {
            return &[];
        }
        let rank = (before + (present & (bit - 1)).count_ones()) as usize;
        &self.items[self.starts[rank] as usize..self.starts[rank + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_back_in_order() {
        let buckets: Buckets<char, 10> =
            Buckets::new(vec![(1023, 'z'), (0, 'a'), (64, 'm'), (0, 'b')]);
        assert_eq!(buckets.get(0), ['a', 'b']);
        assert_eq!(buckets.get(64), ['m']);
        assert_eq!(buckets.get(1023), ['z']);
        assert!(buckets.get(63).is_empty());
        assert!(Buckets::<char, 10>::new(vec![]).get(7).is_empty());
    }
}
