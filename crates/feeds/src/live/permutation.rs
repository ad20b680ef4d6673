//! Imitations that somebody could register, asked of the DNS: for zones that publish nothing.

use super::block::Block;
use super::door::work;
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
///
/// A name that nobody can tell of is asked again in the next round. Where nobody tells of any of 16, it is the resolver
/// that fails, and they are asked again when it may have recovered.
pub struct Permutations {
    resolver: Resolver,
    imitations: Imitations,
    /// A round begins this long after the one before at the earliest.
    every: Duration,
    /// Between two questions.
    gap: Duration,
    next: u64,
    begun: bool,
    /// Of the first round once it has begun.
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
            round: Round::new(Instant::now()),
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
            let names = self.round.take(&self.imitations, AT_ONCE).await;
            if names.is_empty() {
                self.rest_until = self.round.began + self.every;
                self.round = Round::new(self.rest_until);
                break;
            }
            let due = Instant::now() + self.gap * names.len() as u32;
            let asked = join_all(names.iter().map(|name| ask(&self.resolver, name))).await;
            let failures: Vec<_> = asked
                .iter()
                .filter_map(|asked| asked.as_ref().err())
                .collect();
            if failures.len() == AT_ONCE {
                self.fail(failures[0], due);
                self.round.put_back(names);
                break;
            }
            if failures.len() < names.len() {
                let mended = self.patience.mended(&[TroubleKind::Unavailable]);
                self.news.extend(mended);
            }
            for (name, asked) in names.iter().zip(&asked) {
                let exists = matches!(asked, Ok(true));
                block.push_names(seen, exists.then(|| name.as_str().as_bytes()));
            }
            sleep_until(due).await;
        }
        let asked = block.entries.len() as u64;
        if asked > 0 {
            self.next += asked;
            let batch = EntryBatch::unproven(block, seen);
            self.news.push_back(News::Entries(batch));
        }
    }

    /// Nobody tells anything: rests, at least until `due`.
    fn fail(&mut self, error: &EgressError, due: Instant) {
        let trouble = Trouble::new(TroubleKind::Unavailable, error.to_string());
        let told = self.patience.failed(trouble);
        self.news.extend(told.map(News::Trouble));
        self.rest_until = due.max(Instant::now() + self.patience.wait(None));
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
    async fn at(imitations: &Imitations, next: u64) -> Self {
        let mut round = Self::new(Instant::now());
        if next == 0 {
            return round;
        }
        let mut sizes = vec![];
        while let Some(list) = list(imitations, sizes.len()).await {
            sizes.push(list.len() as u64);
        }
        let mut left = next.checked_rem(sizes.iter().sum()).unwrap_or(0);
        while let Some(size) = sizes.get(round.domain).filter(|&&size| size <= left) {
            left -= size;
            round.domain += 1;
        }
        round.take(imitations, left as usize).await;
        round
    }

    /// The next names, `most` of them but where the round ends.
    async fn take(&mut self, imitations: &Imitations, most: usize) -> Vec<DomainName> {
        while self.waiting.len() < most {
            let Some(list) = list(imitations, self.domain).await else {
                break;
            };
            self.domain += 1;
            self.waiting.extend(list);
        }
        let most = most.min(self.waiting.len());
        self.waiting.drain(..most).collect()
    }

    /// Has names that were taken come next again.
    fn put_back(&mut self, names: Vec<DomainName>) {
        for name in names.into_iter().rev() {
            self.waiting.push_front(name);
        }
    }
}

/// The imitations of the domain at this place. Thousands are made, so a worker thread makes them.
async fn list(imitations: &Imitations, domain: usize) -> Option<Vec<DomainName>> {
    let imitations = imitations.clone();
    work(move || imitations(domain)).await
}

/// Whether a name exists.
async fn ask(resolver: &Resolver, name: &DomainName) -> Result<bool, EgressError> {
    match resolver.lookup(name.as_str(), RecordType::NS).await {
        Ok(answer) => Ok(answer.found == Found::Records),
        Err(EgressError::PeerDns {
            code: DnsRefusal::ServFail,
            ..
        }) => Ok(true),
        Err(error) => Err(error),
    }
}

impl Source for Permutations {
    async fn next(&mut self) -> News {
        if !self.begun {
            self.round = Round::at(&self.imitations, self.next).await;
            self.begun = true;
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
    use egress::dns::DnsSettings;

    fn imitations(sizes: &'static [usize]) -> Imitations {
        Arc::new(move |domain| {
            let size = *sizes.get(domain)?;
            let name = |n| format!("n{n}.d{domain}.example").parse().expect("a name");
            Some((0..size).map(name).collect())
        })
    }

    async fn check(sizes: &'static [usize], next: u64, expected: &[&str]) {
        let imitations = imitations(sizes);
        let mut round = Round::at(&imitations, next).await;
        let mut names = vec![];
        loop {
            let taken = round.take(&imitations, 2).await;
            if taken.is_empty() {
                break;
            }
            names.extend(taken.iter().map(ToString::to_string));
        }
        assert_eq!(names, expected);
    }

    #[tokio::test]
    async fn a_round_goes_on_where_it_stood() {
        let all = [
            "n0.d0.example",
            "n0.d2.example",
            "n1.d2.example",
            "n2.d2.example",
        ];
        check(&[1, 0, 3], 0, &all).await;
        check(&[1, 0, 3], 2, &all[2..]).await;
        // The next round begins at the first.
        check(&[1, 0, 3], 4, &all).await;
        check(&[1, 0, 3], 5, &all[1..]).await;
        check(&[0, 0], 5, &[]).await;
        check(&[], 5, &[]).await;
    }

    #[tokio::test]
    async fn what_nobody_answers_is_asked_again() {
        let nobody = DnsSettings {
            servers: vec!["127.0.0.1:1".parse().expect("an address")],
            timeout: Duration::from_millis(50),
            attempts: 1,
        };
        let resolver = Resolver::new(&nobody).expect("the settings are within bounds");
        let imitations = imitations(&[10, 30]);
        let all = Round::new(Instant::now()).take(&imitations, 40).await;
        let (day, told) = (Duration::from_hours(24), Duration::ZERO);
        let mut source = Permutations::new(resolver, imitations, day, 1e4, 3, told);
        assert!(matches!(source.next().await, News::Begun { at: 3, .. }));
        assert!(matches!(source.next().await, News::Trouble(_)));
        source.step().await;
        assert!(source.news.is_empty(), "it is told once: {:?}", source.news);
        let (round, imitations) = (&mut source.round, &source.imitations);
        assert_eq!(round.take(imitations, 40).await, all[3..]);
    }
}
