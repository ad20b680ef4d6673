//! Imitations that somebody could register, asked of the DNS: for zones that publish nothing.

use super::block::Block;
use super::patience::Patience;
use super::source::{EntryBatch, News, Source, Trouble, TroubleKind};
use egress::EgressError;
use egress::dns::{DnsRefusal, Found, RecordType, Resolver};
use futures_util::future::join_all;
use jiff::Timestamp;
use names::DomainName;
use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Questions under way at a time.
const AT_ONCE: usize = 16;
/// Names that are handed on together at most.
const TOGETHER: usize = 256;

/// The imitations of the domain at this place of all that are guarded; none past the last.
pub type Imitations = Arc<dyn Fn(usize) -> Option<Vec<DomainName>> + Send + Sync>;

/// A source that asks for the name servers of imitation after imitation, round after round. One that has any is handed on;
/// so is one whose servers fail, as somebody set them up. Its entries are the questions, most of them without a name.
pub struct Permutations {
    resolver: Resolver,
    imitations: Imitations,
    /// A round begins this long after the one before at the earliest.
    every: Duration,
    /// Between two questions.
    gap: Duration,
    next: u64,
    begun: bool,
    round: Round,
    patience: Patience,
    rest_until: Instant,
    news: VecDeque<News>,
}

/// Where a round stands.
struct Round {
    began: Instant,
    domain: usize,
    waiting: VecDeque<DomainName>,
}

/// What came of one question.
enum Asked {
    Exists(DomainName),
    DoesNot,
    Unknown(EgressError),
}

impl Permutations {
    /// Asks `resolver`, at most `rate` a second, and begins a round `every` so often. The first question has index `next`; a
    /// round that was broken off goes on where it stood, if the same domains are guarded.
    pub fn new(
        resolver: Resolver,
        imitations: Imitations,
        every: Duration,
        per_second: f64,
        next: u64,
        patience: Duration,
    ) -> Self {
        Self {
            resolver,
            round: Round::at(&imitations, next),
            imitations,
            every,
            gap: Duration::from_secs_f64(1.0 / per_second.clamp(0.1, 10_000.0)),
            next,
            begun: false,
            patience: Patience::new(patience),
            rest_until: Instant::now(),
            news: VecDeque::new(),
        }
    }

    /// Asks for some names.
    async fn step(&mut self) {
        let seen = Timestamp::now();
        let mut block = Block::new(self.next, TOGETHER);
        while block.entries.len() < TOGETHER {
            let names = self.round.take(&self.imitations, AT_ONCE);
            if names.is_empty() {
                break;
            }
            let due = Instant::now() + self.gap * names.len() as u32;
            let asked = join_all(names.into_iter().map(|name| ask(&self.resolver, name))).await;
            let mut failed = 0;
            for asked in asked {
                let name = match asked {
                    Asked::Exists(name) => Some(name),
                    Asked::DoesNot => None,
                    Asked::Unknown(error) => {
                        failed += 1;
                        self.fail(&error, failed);
                        None
                    }
                };
                block.push_names(seen, name.as_ref().map(|name| name.as_str().as_bytes()));
            }
            if failed == 0 {
                let mended = self.patience.mended(&[TroubleKind::Unavailable]);
                self.news.extend(mended);
            }
            sleep_until(due).await;
        }
        let asked = block.entries.len() as u64;
        if asked == 0 {
            self.rest_until = self.round.began + self.every;
            self.round = Round::new(self.rest_until);
            return;
        }
        self.next += asked;
        let batch = EntryBatch::unproven(block, seen);
        self.news.push_back(News::Entries(batch));
    }

    /// One name that nobody can tell of is asked again in the next round. Where nobody tells anything, that is told.
    fn fail(&mut self, error: &EgressError, failed: usize) {
        if failed == AT_ONCE {
            let trouble = Trouble::new(TroubleKind::Unavailable, error.to_string());
            let told = self.patience.failed(trouble);
            self.news.extend(told.map(News::Trouble));
            self.rest_until = Instant::now() + self.patience.wait(None);
        }
    }
}

impl Round {
    fn new(began: Instant) -> Self {
        Self {
            began,
            domain: 0,
            waiting: VecDeque::new(),
        }
    }

    /// The round that goes on with question `next`.
    fn at(imitations: &Imitations, next: u64) -> Self {
        let mut round = Self::new(Instant::now());
        let lists = || (0..).map_while(|domain| imitations(domain));
        let total: u64 = lists().map(|list| list.len() as u64).sum();
        let mut left = if total == 0 { 0 } else { next % total };
        for list in lists() {
            let size = list.len() as u64;
            round.domain += 1;
            if left < size {
                round.waiting = list.into_iter().skip(left as usize).collect();
                break;
            }
            left -= size;
        }
        round
    }

    fn take(&mut self, imitations: &Imitations, most: usize) -> Vec<DomainName> {
        while self.waiting.is_empty() {
            let Some(list) = imitations(self.domain) else {
                return vec![];
            };
            self.domain += 1;
            self.waiting = list.into();
        }
        let most = most.min(self.waiting.len());
        self.waiting.drain(..most).collect()
    }
}

async fn ask(resolver: &Resolver, name: DomainName) -> Asked {
    match resolver.lookup(name.as_str(), RecordType::NS).await {
        Ok(answer) if answer.found == Found::Records => Asked::Exists(name),
        Ok(_) => Asked::DoesNot,
        Err(EgressError::PeerDns {
            code: DnsRefusal::ServFail,
            ..
        }) => Asked::Exists(name),
        Err(error) => Asked::Unknown(error),
    }
}

impl Source for Permutations {
    async fn next(&mut self) -> News {
        if !std::mem::replace(&mut self.begun, true) {
            return News::begun_unsigned(self.next);
        }
        loop {
            if let Some(news) = self.news.pop_front() {
                return news;
            }
            sleep_until(self.rest_until).await;
            self.step().await;
        }
    }
}

impl fmt::Debug for Permutations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permutations")
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imitations(sizes: &'static [usize]) -> Imitations {
        Arc::new(move |domain| {
            let size = *sizes.get(domain)?;
            let name = |n| format!("n{n}.d{domain}.example").parse().expect("a name");
            Some((0..size).map(name).collect())
        })
    }

    #[track_caller]
    fn check(sizes: &'static [usize], next: u64, expected: &[&str]) {
        let imitations = imitations(sizes);
        let mut round = Round::at(&imitations, next);
        let mut names = vec![];
        loop {
            let taken = round.take(&imitations, 2);
            if taken.is_empty() {
                break;
            }
            names.extend(taken.iter().map(ToString::to_string));
        }
        assert_eq!(names, expected);
    }

    #[test]
    fn a_round_goes_on_where_it_stood() {
        let all = [
            "n0.d0.example",
            "n0.d2.example",
            "n1.d2.example",
            "n2.d2.example",
        ];
        check(&[1, 0, 3], 0, &all);
        check(&[1, 0, 3], 2, &all[2..]);
        // The next round begins at the first.
        check(&[1, 0, 3], 4, &all);
        check(&[1, 0, 3], 5, &all[1..]);
        check(&[], 5, &[]);
    }
}
