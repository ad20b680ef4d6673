//! What a peer answered.

use std::time::Duration;

use bytes::Bytes;
use jiff::fmt::{rfc2822, strtime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{
    CONTENT_ENCODING, DATE, ETAG, HeaderMap, HeaderName, HeaderValue, LAST_MODIFIED, RETRY_AFTER,
};

use crate::error::{EgressError, excerpt};
use crate::gzip;
use crate::pace::MAX_HOLD;

/// The answer to a `GET`: 200 to 299, or 304 where the caller's copy is still the same.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// For [`Get::if_none_match`](crate::Get::if_none_match); at most 1,024 octets, else it is left out.
    pub etag: Option<String>,
    /// For [`Get::if_modified_since`](crate::Get::if_modified_since), as the peer wrote it.
    pub last_modified: Option<String>,
    /// The peer's clock.
    pub date: Option<Timestamp>,
    /// The body is packed as gzip, as the header says.
    pub gzip: bool,
    /// The body as it came, at most as many bytes as were asked for.
    pub body: Bytes,
}

impl Answer {
    /// Whether the caller's copy is still the same (304).
    pub fn not_modified(&self) -> bool {
        self.status == 304
    }

    /// The body as it was before packing; [`unpack`](crate::unpack) with its errors.
    pub fn unpacked(&self, limit: usize) -> Result<Vec<u8>, EgressError> {
        gzip::unpack(&self.body, self.gzip, limit)
    }
}

/// The header as text, if it is text of a bearable length.
pub(crate) fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let text = headers.get(name)?.to_str().ok()?;
    (text.len() <= 1024).then_some(text)
}

/// Everything of an [`Answer`] but the body.
pub(crate) fn head(host: &str, status: u16, headers: &HeaderMap) -> Result<Answer, EgressError> {
    let gzip = match headers.get(CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"" | b"identity") => false,
        Some(b"gzip" | b"x-gzip") => true,
        Some(other) => {
            return Err(EgressError::PeerEncoding {
                host: host.to_owned(),
                encoding: excerpt(other),
            });
        }
    };
    Ok(Answer {
        status,
        etag: text(headers, ETAG).map(str::to_owned),
        last_modified: text(headers, LAST_MODIFIED).map(str::to_owned),
        date: text(headers, DATE).and_then(date),
        gzip,
        body: Bytes::new(),
    })
}

/// How long the peer asks us to stay away (RFC 9110 §10.2.3), at most [`MAX_HOLD`]: in seconds, or until a date, which
/// is compared with the peer's own clock where it shows one.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, RETRY_AFTER)?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // Too many digits for a number are a very long time.
        let seconds = value.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(MAX_HOLD));
    }
    let until = date(value)?;
    let now = text(headers, DATE)
        .and_then(date)
        .unwrap_or_else(Timestamp::now);
    let pause = until.duration_since(now).max(SignedDuration::ZERO);
    Some(pause.unsigned_abs().min(MAX_HOLD))
}

/// An HTTP date in any of its three forms (RFC 9110 §5.6.7).
fn date(text: &str) -> Option<Timestamp> {
    if let Ok(zoned) = rfc2822::parse(text) {
        return Some(zoned.timestamp());
    }
    let old = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    let broken = old
        .iter()
        .find_map(|format| strtime::parse(format, text).ok())?;
    let utc = broken.to_datetime().ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(utc.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: Option<u64>) {
        let mut headers = HeaderMap::new();
        let mut set = |name, value: &str| {
            let value = HeaderValue::from_str(value).expect("the test gives a header");
            headers.insert(name, value);
        };
        set(RETRY_AFTER, value);
        set(DATE, "Sun, 06 Nov 1994 08:49:37 GMT");
        let told = retry_after(&headers).map(|pause| pause.as_secs());
        assert_eq!(told, expected, "{value}");
    }

    #[test]
    fn pauses_in_seconds() {
        check("0", Some(0));
        check(" 120 ", Some(120));
        check("86400", Some(3600));
        check(&"9".repeat(100), Some(3600));
        for nonsense in ["", "-1", "1.5", "soon", "1e3"] {
            check(nonsense, None);
        }
    }

    #[test]
    fn pauses_until_a_date() {
        check("Sun, 06 Nov 1994 08:50:37 GMT", Some(60));
        check("Sunday, 06-Nov-94 08:50:37 GMT", Some(60));
        check("Sun Nov  6 08:50:37 1994", Some(60));
        check("Sun, 06 Nov 1994 08:00:00 GMT", Some(0));
        check("Mon, 07 Nov 1994 08:49:37 GMT", Some(3600));
        check("Sun, 99 Nov 1994 08:49:37 GMT", None);
    }

    #[test]
    fn a_date_without_a_clock_is_held_against_ours() {
        let mut headers = HeaderMap::new();
        headers.insert(
            RETRY_AFTER,
            HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT"),
        );
        assert_eq!(retry_after(&headers), Some(Duration::ZERO));
    }
}
