//! A certstream server, listened to: for those who run one. What it leaves out nobody can know.

use super::block::Block;
use super::patience::Patience;
use super::source::{EntryBatch, News, Source, Trouble, TroubleKind};
use crate::certstream;
use bytes::Bytes;
use egress::websocket::{self, Connect, Messages};
use egress::{Http, Trust};
use jiff::Timestamp;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout_at};
use url::Url;

/// The largest message that is taken, in bytes. A certificate with its chain and 100 names has some 50 KB.
const MAX_MESSAGE: usize = 4 << 20;
/// Messages go on together that come within this time, so that a busy stream does not cost a transaction each.
const GATHER: Duration = Duration::from_millis(200);
const MOST_MESSAGES: u64 = 1024;
/// Servers send a heartbeat every half a minute.
const SILENCE: Duration = Duration::from_secs(90);

/// A source that listens to one server. Its messages are numbered as they come, as the server does not.
pub struct Stream {
    http: Http,
    url: Url,
    messages: Option<Messages>,
    next: u64,
    begun: bool,
    rest_until: Instant,
    patience: Patience,
    news: VecDeque<News>,
}

impl Stream {
    /// Listens at `url` (`ws` or `wss`). The first message gets index `next`.
    pub fn new(http: Http, url: Url, next: u64, patience: Duration) -> Self {
        Self {
            http,
            url,
            messages: None,
            next,
            begun: false,
            rest_until: Instant::now(),
            patience: Patience::new(patience),
            news: VecDeque::new(),
        }
    }

    async fn step(&mut self) -> Result<(), Trouble> {
        let messages = if let Some(messages) = &mut self.messages {
            messages
        } else {
            let connect = Connect {
                url: &self.url,
                trust: Trust::Configured,
                limit_bytes: MAX_MESSAGE,
                timeout: Duration::from_secs(30),
                silence: SILENCE,
            };
            let opened = websocket::connect(&self.http, connect).await;
            self.messages.insert(
                opened
                    .map_err(|error| Trouble::new(TroubleKind::Unavailable, error.to_string()))?,
            )
        };
        let (from, seen) = (self.next, Timestamp::now());
        let mut block = Block::new(from, 16);
        let mut until = None;
        while self.next - from < MOST_MESSAGES {
            let message = match until {
                None => messages.next().await,
                Some(until) => match timeout_at(until, messages.next()).await {
                    Ok(message) => message,
                    Err(_) => break,
                },
            };
            let message: Bytes = message
                .map_err(|error| Trouble::new(TroubleKind::Unavailable, error.to_string()))?
                .ok_or_else(|| Trouble::new(TroubleKind::Unavailable, "the server has hung up"))?;
            until.get_or_insert_with(|| Instant::now() + GATHER);
            match certstream::names(&message) {
                Ok(names) if names.is_empty() => {}
                Ok(names) => {
                    block.push_names(seen, names.iter().map(certstream::Text::as_bytes));
                    self.next += 1;
                }
                Err(reason) => {
                    block.push_unread(&message[..message.len().min(4096)], reason.id());
                    self.next += 1;
                }
            }
        }
        let mended = self.patience.mended(&[TroubleKind::Unavailable]);
        self.news.extend(mended);
        if self.next > from {
            let batch = EntryBatch::unproven(block, seen);
            self.news.push_back(News::Entries(batch));
        }
        Ok(())
    }
}

impl Source for Stream {
    async fn next(&mut self) -> News {
        if !std::mem::replace(&mut self.begun, true) {
            return News::begun_unsigned(self.next);
        }
        loop {
            if let Some(news) = self.news.pop_front() {
                return news;
            }
            sleep_until(self.rest_until).await;
            if let Err(trouble) = self.step().await {
                self.messages = None;
                let told = self.patience.failed(trouble);
                self.news.extend(told.map(News::Trouble));
                self.rest_until = Instant::now() + self.patience.wait(None);
            }
        }
    }
}
