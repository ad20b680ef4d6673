//! Putting back in order what several threads finished.

use std::collections::VecDeque;

/// Takes numbered items in any order, gives them back by number, from 0 on.
pub(crate) struct Sequence<T> {
    /// The number of the first place of `waiting`.
    next: u64,
    waiting: VecDeque<Option<T>>,
}

impl<T> Sequence<T> {
    /// Nothing given, nothing taken.
    pub(crate) fn new() -> Self {
        Self {
            next: 0,
            waiting: VecDeque::new(),
        }
    }

    /// Takes the item with this number; each number comes once.
    pub(crate) fn push(&mut self, number: u64, item: T) {
        let place = (number - self.next) as usize;
        if self.waiting.len() <= place {
            self.waiting.resize_with(place + 1, || None);
        }
        self.waiting[place] = Some(item);
    }

    /// The next item, if it is there.
    pub(crate) fn pop(&mut self) -> Option<T> {
        let item = self.waiting.front_mut()?.take()?;
        self.waiting.pop_front();
        self.next += 1;
        Some(item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(order: &[u64], expected: &str) {
        let mut sequence = Sequence::new();
        let mut seen = vec![];
        for &number in order {
            sequence.push(number, number);
            let ready: Vec<String> = std::iter::from_fn(|| sequence.pop())
                .map(|number| number.to_string())
                .collect();
            seen.push(ready.join(" "));
        }
        assert_eq!(seen.join("|"), expected);
    }

    #[test]
    fn items_wait_for_those_before_them() {
        check(&[0, 1, 2], "0|1|2");
        check(&[2, 1, 0], "||0 1 2");
        check(&[1, 0, 4, 2, 3], "|0 1||2|3 4");
        check(&[1], "");
    }
}
