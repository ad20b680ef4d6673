//! Telling by calling a URL.

use std::fmt;
use std::fs;
use std::path::Path;
use std::time::Duration;

use base64_simd::STANDARD;
use bytes::Bytes;
use egress::{Http, Post};
use jiff::Timestamp;
use ring::hmac;
use url::Url;

use crate::error::NotifyError;
use crate::message::Message;

/// A URL to which every event is posted as JSON; any answer from 200 to 299 means that it was taken.
///
/// The headers are those of [Standard Webhooks](https://www.standardwebhooks.com): `webhook-id` ([`Message::id`]),
/// `webhook-timestamp` (of this attempt, in seconds), and with a secret `webhook-signature`. `Idempotency-Key` is the id
/// once more, for servers that know that one.
#[derive(Clone)]
pub struct Webhook {
    http: Http,
    url: Url,
    timeout: Duration,
    secret: Option<Secret>,
}

impl Webhook {
    /// `url` is the operator's and may be anywhere, also in the own network.
    pub fn new(http: Http, url: Url, timeout: Duration, secret: Option<Secret>) -> Self {
        Webhook {
            http,
            url,
            timeout,
            secret,
        }
    }

    pub(crate) async fn deliver(&self, message: &Message<'_>) -> Result<(), NotifyError> {
        let id = message.id();
        let timestamp = Timestamp::now().as_second();
        let signature = self
            .secret
            .as_ref()
            .map(|secret| secret.sign(&id, timestamp, message.body));
        let timestamp = timestamp.to_string();
        let mut headers = vec![
            ("webhook-id", &*id),
            ("webhook-timestamp", &*timestamp),
            ("idempotency-key", &*id),
        ];
        if let Some(signature) = &signature {
            headers.push(("webhook-signature", signature));
        }
        let post = Post {
            url: &self.url,
            content_type: "application/json",
            headers: &headers,
            body: Bytes::copy_from_slice(message.body.as_bytes()),
            timeout: self.timeout,
        };
        Ok(self.http.post(post).await?)
    }
}

impl fmt::Debug for Webhook {
    /// The path is left out: of many hooks it is the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("host", &self.url.host_str().unwrap_or_default())
            .field("timeout", &self.timeout)
            .field("signed", &self.secret.is_some())
            .finish_non_exhaustive()
    }
}

/// The key with which messages are signed, so that the receiver knows that they are ours.
#[derive(Clone)]
pub struct Secret(Box<hmac::Key>);

impl Secret {
    /// Reads a file with the secret as Standard Webhooks writes it: `whsec_` (which may be missing) and base64 of 24 to
    /// 64 bytes. White space around it makes no difference.
    ///
    /// Errors: [`NotifyError::ConfigSecret`].
    pub fn read(path: &Path) -> Result<Self, NotifyError> {
        let fault = |why: String| NotifyError::ConfigSecret {
            path: path.to_owned(),
            why,
        };
        let text = fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
        Secret::parse(text.trim()).map_err(|why| fault(why.to_owned()))
    }

    fn parse(text: &str) -> Result<Self, &'static str> {
        let encoded = text.strip_prefix("whsec_").unwrap_or(text);
        let bytes = STANDARD
            .decode_to_vec(encoded)
            .map_err(|_| "it is no base64")?;
        if !(24..=64).contains(&bytes.len()) {
            return Err("it has not from 24 to 64 bytes");
        }
        let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        Ok(Secret(Box::new(key)))
    }

    /// The `webhook-signature`, version 1: HMAC-SHA-256 over id, time and body.
    fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let signed = format!("{id}.{timestamp}.{body}");
        let tag = hmac::sign(&self.0, signed.as_bytes());
        format!("v1,{}", STANDARD.encode_to_string(tag.as_ref()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests;
