//! Reading a web socket (RFC 6455), for servers that send certstream.
//!
//! The handshake is an HTTP request like any other, through [`Http`] with its guard, proxy and TLS.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;
use reqwest::header::{
    CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION,
    UPGRADE,
};
use reqwest::{Method, Request, Upgraded};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use url::Url;

use crate::error::{EgressError, excerpt};
use crate::guard::Trust;
use crate::http::{Http, shown, within};

/// Where to, and the bounds.
#[derive(Clone, Copy, Debug)]
pub struct Connect<'a> {
    /// `ws` or `wss`.
    pub url: &'a Url,
    /// Who named the URL.
    pub trust: Trust,
    /// The most bytes that one message may have.
    pub limit_bytes: usize,
    /// The time for the handshake.
    pub timeout: Duration,
    /// The time in which a message must come. A ping is none.
    pub silence: Duration,
}

/// The messages of a server, one after the other.
#[derive(Debug)]
pub struct Messages {
    host: String,
    stream: WebSocketStream<Upgraded>,
    limit: usize,
    silence: Duration,
}

/// Opens a web socket.
///
/// Errors: as [`Http::get`], and [`EgressError::PeerUpgrade`].
pub async fn connect(http: &Http, connect: Connect<'_>) -> Result<Messages, EgressError> {
    let mut url = connect.url.clone();
    let scheme = match url.scheme() {
        "ws" => Ok("http"),
        "wss" => Ok("https"),
        _ => Err(()),
    };
    if scheme.and_then(|scheme| url.set_scheme(scheme)).is_err() {
        return Err(EgressError::Url {
            why: "neither ws nor wss",
        });
    }
    let host = shown(&url);
    within(connect.timeout, &host, open(http, url, connect)).await
}

impl Messages {
    /// The next message, text or binary; `None` when the server has closed the stream.
    ///
    /// Errors end the stream: [`EgressError::PeerTimeout`] after a silence, [`EgressError::TooLarge`] as soon as the
    /// announced length is beyond the limit, [`EgressError::PeerInterrupted`] for all else.
    pub async fn next(&mut self) -> Result<Option<Bytes>, EgressError> {
        let message = async {
            loop {
                match self.stream.next().await {
                    Some(Ok(Message::Text(text))) => return Ok(Some(text.into())),
                    Some(Ok(Message::Binary(bytes))) => return Ok(Some(bytes)),
                    Some(Ok(_)) => {}
                    None | Some(Err(Error::ConnectionClosed | Error::AlreadyClosed)) => {
                        return Ok(None);
                    }
                    Some(Err(error)) => return Err(error),
                }
            }
        };
        match timeout(self.silence, message).await {
            Ok(Ok(message)) => Ok(message),
            Ok(Err(Error::Capacity(_))) => Err(EgressError::TooLarge { limit: self.limit }),
            Ok(Err(error)) => Err(EgressError::PeerInterrupted {
                host: self.host.clone(),
                why: excerpt(error.to_string().as_bytes()),
            }),
            Err(_) => Err(EgressError::PeerTimeout {
                host: self.host.clone(),
                after: self.silence,
            }),
        }
    }
}

/// The handshake (RFC 6455 §4.1).
async fn open(http: &Http, url: Url, connect: Connect<'_>) -> Result<Messages, EgressError> {
    let key = generate_key();
    let mut request = Request::new(Method::GET, url);
    let headers = request.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    let sent = HeaderValue::from_str(&key).expect("a key is base64");
    headers.insert(SEC_WEBSOCKET_KEY, sent);
    let (response, host) = http.begin(request, connect.trust).await?;

    let refuse = |why: String| EgressError::PeerUpgrade {
        host: host.clone(),
        why,
    };
    let status = response.status().as_u16();
    if status != 101 {
        return Err(refuse(format!("it answered {status} in place of 101")));
    }
    let accepted = response.headers().get(SEC_WEBSOCKET_ACCEPT);
    if accepted.map(HeaderValue::as_bytes) != Some(derive_accept_key(key.as_bytes()).as_bytes()) {
        return Err(refuse("it did not answer our key".to_owned()));
    }
    let upgraded = response
        .upgrade()
        .await
        .map_err(|error| refuse(excerpt(error.to_string().as_bytes())))?;
    // All that is ever written is pongs: at once, and if the server takes none, not many.
    let config = WebSocketConfig::default()
        .max_message_size(Some(connect.limit_bytes))
        .max_frame_size(Some(connect.limit_bytes))
        .write_buffer_size(0)
        .max_write_buffer_size(64 * 1024);
    let stream = WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(config)).await;
    Ok(Messages {
        host,
        stream,
        limit: connect.limit_bytes,
        silence: connect.silence,
    })
}

#[cfg(test)]
mod tests;
