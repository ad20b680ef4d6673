//! Looking at a page: what a server shows to whoever comes by.
//!
//! Redirects are followed here, one at a time, so that each passes the guard, the proxy and the gate as the first did.
//! Nothing is sent but the request: no cookie, no referrer, no password.

use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::Pin;
use std::time::Duration;

use bytes::BytesMut;
use hyper::body::{Body as _, Incoming};
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONNECTION, CONTENT_ENCODING, HOST, HeaderMap,
    HeaderValue, LOCATION, PROXY_AUTHORIZATION, USER_AGENT,
};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::task::JoinSet;
use url::{Position, Url};

use crate::clock::Clock;
use crate::dial::{Connection, Dialer, Endpoint, Stream};
use crate::error::{EgressError, excerpt};
use crate::gate::Permit;
use crate::guard::Trust;
use crate::gzip::unpack_some;
use crate::http::shown;
use crate::tls::{Handshake, Hello};

/// The most bytes that the head of an answer may have.
const HEAD_LIMIT: usize = 64 * 1024;
/// The most headers that an answer may have.
const MAX_HEADERS: usize = 256;

/// A page to look at, on the word of data.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    /// `http` or `https`.
    pub url: &'a Url,
    /// The most bytes of the body that are kept, as it comes and unpacked.
    pub limit_bytes: usize,
    /// The most redirects that are followed.
    pub limit_hops: usize,
    /// The time for all hops together, beside waiting at the gate.
    pub timeout: Duration,
    /// What we say that we read (`Accept-Language`, RFC 9110 §12.5.4).
    pub accept_language: Option<&'a str>,
}

impl<'a> Visit<'a> {
    /// Ten redirects, and no language.
    pub fn new(url: &'a Url, limit_bytes: usize, timeout: Duration) -> Self {
        Visit {
            url,
            limit_bytes,
            limit_hops: 10,
            timeout,
            accept_language: None,
        }
    }
}

/// A page, at the end of its redirects.
#[derive(Debug)]
pub struct Visited {
    /// Each request on the way; the last is the page.
    pub hops: Vec<Hop>,
    /// The status of the last answer, whatever it is (RFC 9110 §15).
    pub status: u16,
    /// The headers of the last answer: names in lower case, values as they came.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, unpacked, at most as many bytes as were asked for.
    pub body: Vec<u8>,
    /// Why the body is not whole: [`EgressError::TooLarge`], [`EgressError::PeerTimeout`],
    /// [`EgressError::PeerInterrupted`] or [`EgressError::Gzip`].
    pub cut: Option<EgressError>,
    /// How the body is still packed, where we cannot unpack it and did not ask for it.
    pub packed: Option<String>,
    /// What the last server showed at its handshake, if it was one of TLS.
    pub tls: Option<Handshake>,
}

/// One request and the status of its answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hop {
    /// What was asked for, without user and password, which are not sent either.
    pub url: Url,
    /// Which address answered; none behind a proxy that looks names up.
    pub address: Option<IpAddr>,
    /// The status.
    pub status: u16,
}

/// A visit that came to nothing, and how far it came.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct Astray {
    /// Why.
    #[source]
    pub error: EgressError,
    /// The requests that were answered, all with redirects.
    pub hops: Vec<Hop>,
}

/// The head of an answer, and the connection that its body comes on.
struct Arrival {
    response: Response<Incoming>,
    address: Option<IpAddr>,
    tls: Option<Handshake>,
    /// The connection; it breaks off when this is dropped.
    _task: JoinSet<()>,
    _permit: Permit,
}

impl Dialer {
    /// Looks at a page.
    ///
    /// Every answer is a page, whatever its status, and so is a redirect that leads nowhere that could be followed.
    /// HTTP/1.1 is spoken. Certificates need not be trusted; what is wrong with them is told.
    ///
    /// Errors: those of a connection, as [`Dialer::handshake`]; [`EgressError::Url`]; [`EgressError::TooManyHops`];
    /// [`EgressError::HeadTooLarge`], [`EgressError::PeerMalformed`] and [`EgressError::PeerInterrupted`] for an
    /// answer without a head.
    pub async fn visit(&self, visit: Visit<'_>) -> Result<Visited, Astray> {
        let mut clock = Clock::start(visit.timeout);
        let mut hops = Vec::new();
        let mut url = visit.url.clone();
        loop {
            bare(&mut url);
            // The future of a hop is large; whoever holds many visits should not hold that of each.
            let arriving = Box::pin(self.arrive(&url, visit, &mut clock));
            let arrival = match arriving.await {
                Ok(arrival) => arrival,
                Err(error) => return Err(Astray { error, hops }),
            };
            let status = arrival.response.status().as_u16();
            hops.push(Hop {
                url: url.clone(),
                address: arrival.address,
                status,
            });
            match target(&url, status, arrival.response.headers()) {
                None => return Ok(page(arrival, hops, visit.limit_bytes, &clock).await),
                Some(_) if hops.len() > visit.limit_hops => {
                    let limit = visit.limit_hops;
                    return Err(Astray {
                        error: EgressError::TooManyHops { limit },
                        hops,
                    });
                }
                Some(next) => url = next,
            }
        }
    }

    /// Sends one request and waits for the head of its answer.
    async fn arrive(
        &self,
        url: &Url,
        visit: Visit<'_>,
        clock: &mut Clock,
    ) -> Result<Arrival, EgressError> {
        let secure = match url.scheme() {
            "http" => false,
            "https" => true,
            _ => {
                return Err(EgressError::Url {
                    why: "neither http nor https",
                });
            }
        };
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(EgressError::Url {
                why: "it names no host",
            });
        };
        let endpoint = Endpoint::new(host, port, Trust::FromData);
        let by_url = if secure {
            None
        } else {
            self.connect_for_url(endpoint, clock).await?
        };
        let told = shown(url);
        let mut request = self.request(url, visit)?;
        let Connection {
            stream,
            address,
            permit,
        } = match by_url {
            Some((connection, credentials)) => {
                *request.uri_mut() = uri(&url[..Position::AfterQuery])?;
                if let Some(credentials) = credentials {
                    let value = header(PROXY_AUTHORIZATION.as_str(), &credentials)?;
                    request.headers_mut().insert(PROXY_AUTHORIZATION, value);
                }
                connection
            }
            None => self.connect(endpoint, clock).await?,
        };
        let exchange = async {
            let (stream, tls) = if secure {
                let hello = Hello {
                    sni: host,
                    alpn: &[b"http/1.1"],
                    timeout: visit.timeout,
                };
                let (stream, tls) = self.tls().witness(stream, &told, hello, address).await?;
                (Box::new(stream) as Box<dyn Stream>, Some(tls))
            } else {
                (stream, None)
            };
            let (task, response) = send(stream, request, &told).await?;
            Ok(Arrival {
                response,
                address,
                tls,
                _task: task,
                _permit: permit,
            })
        };
        clock.step(&told, exchange).await
    }

    fn request(&self, url: &Url, visit: Visit<'_>) -> Result<Request<NoBody>, EgressError> {
        let mut request = Request::new(NoBody);
        *request.uri_mut() = uri(&url[Position::BeforePath..Position::AfterQuery])?;
        let headers = request.headers_mut();
        headers.insert(HOST, header("host", &shown(url))?);
        headers.insert(USER_AGENT, self.agent().clone());
        let accepted = "text/html,application/xhtml+xml,*/*;q=0.8";
        headers.insert(ACCEPT, HeaderValue::from_static(accepted));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        if let Some(language) = visit.accept_language {
            headers.insert(ACCEPT_LANGUAGE, header("accept-language", language)?);
        }
        Ok(request)
    }
}

/// Requests have none.
struct NoBody;

impl hyper::body::Body for NoBody {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Self::Error>>> {
        std::task::Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        true
    }
}

async fn send(
    stream: Box<dyn Stream>,
    request: Request<NoBody>,
    host: &str,
) -> Result<(JoinSet<()>, Response<Incoming>), EgressError> {
    let fault = |error: hyper::Error| unread(host, &error);
    let (mut sender, connection) = hyper::client::conn::http1::Builder::new()
        .max_buf_size(HEAD_LIMIT)
        .max_headers(MAX_HEADERS)
        .ignore_invalid_headers_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_spaces_after_header_name_in_responses(true)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(fault)?;
    let mut task = JoinSet::new();
    // What goes wrong with the connection shows in the response and its body.
    task.spawn(async { drop(connection.await) });
    let response = sender.send_request(request).await.map_err(fault)?;
    Ok((task, response))
}

/// Where an answer leads, if it can be followed there.
fn target(from: &Url, status: u16, headers: &HeaderMap) -> Option<Url> {
    if !matches!(status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let to = String::from_utf8_lossy(headers.get(LOCATION)?.as_bytes());
    let to = from.join(&to).ok()?;
    matches!(to.scheme(), "http" | "https").then_some(to)
}

/// Takes off what is not sent.
fn bare(url: &mut Url) {
    url.set_fragment(None);
    // A URL without a host cannot have them, and is turned away later.
    let _ = url.set_username("");
    let _ = url.set_password(None);
}

/// The last answer, with as much of its body as fits.
async fn page(arrival: Arrival, hops: Vec<Hop>, limit: usize, clock: &Clock) -> Visited {
    let host = hops.last().map(|hop| shown(&hop.url)).unwrap_or_default();
    let Arrival {
        response,
        tls,
        _task: task,
        _permit: permit,
        ..
    } = arrival;
    let (head, mut incoming) = response.into_parts();
    let mut raw = BytesMut::new();
    let reading = read(&mut incoming, &mut raw, limit, &host);
    let cut = clock.step(&host, reading).await.err();
    drop((task, permit));
    let (mut body, mut packed) = (raw.freeze(), None);
    let mut cut = cut;
    let encoding = head.headers.get(CONTENT_ENCODING);
    match encoding
        .map(|name| name.as_bytes().to_ascii_lowercase())
        .as_deref()
    {
        None | Some(b"" | b"identity") => {}
        Some(b"gzip" | b"x-gzip") => {
            // Some milliseconds for a large page.
            let unpacking = tokio::task::spawn_blocking(move || unpack_some(&body, limit));
            let (unpacked, trouble) = unpacking.await.unwrap_or_else(|error| {
                let why = error.to_string();
                (Vec::new(), Some(EgressError::PeerInterrupted { host, why }))
            });
            body = unpacked.into();
            // What was cut off cannot be whole inside either.
            cut = cut.or(trouble);
        }
        Some(other) => packed = Some(excerpt(other)),
    }
    Visited {
        hops,
        status: head.status.as_u16(),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect(),
        body: body.into(),
        cut,
        packed,
        tls,
    }
}

async fn read(
    incoming: &mut Incoming,
    raw: &mut BytesMut,
    limit: usize,
    host: &str,
) -> Result<(), EgressError> {
    loop {
        let Some(frame) = poll_fn(|cx| Pin::new(&mut *incoming).poll_frame(cx)).await else {
            return Ok(());
        };
        let frame = frame.map_err(|error| unread(host, &error))?;
        // Trailers are nothing to see.
        let Ok(data) = frame.into_data() else {
            continue;
        };
        let room = limit - raw.len();
        raw.extend_from_slice(&data[..data.len().min(room)]);
        if data.len() > room {
            return Err(EgressError::TooLarge { limit });
        }
    }
}

fn unread(host: &str, error: &hyper::Error) -> EgressError {
    let host = host.to_owned();
    if error.is_parse_too_large() {
        return EgressError::HeadTooLarge {
            host,
            limit: HEAD_LIMIT,
        };
    }
    let why = excerpt(error.to_string().as_bytes());
    if error.is_parse() {
        EgressError::PeerMalformed { host, why }
    } else {
        EgressError::PeerInterrupted { host, why }
    }
}

fn uri(text: &str) -> Result<hyper::Uri, EgressError> {
    text.parse().map_err(|_| EgressError::Url {
        why: "it cannot be asked for",
    })
}

fn header(name: &str, value: &str) -> Result<HeaderValue, EgressError> {
    HeaderValue::from_str(value).map_err(|_| EgressError::Header {
        name: name.to_owned(),
    })
}
