//! The HTTP client: one request, one bounded answer.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::dns::Resolve;
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE,
    IF_NONE_MATCH, LOCATION,
};
use reqwest::{Client, Request, Response, redirect};
use tokio::time::timeout;
use url::{Host, Url};

use crate::answer::{self, Answer};
use crate::dns::Resolver;
use crate::error::{EgressError, classify, excerpt};
use crate::guard::{Guard, Trust};
use crate::resolve::{Asked, Guarded, System};
use crate::settings::Settings;
use crate::tls::Tls;

/// The client that every call goes through. A clone is the same client, with the same connections.
///
/// Speaks HTTP/1.1 and, where TLS offers it, HTTP/2. Follows no redirect, keeps no cookie, unpacks no body.
/// Connections made on the operator's word and on a stranger's are never shared.
#[derive(Clone)]
pub struct Http {
    inner: Arc<Inner>,
}

struct Inner {
    guard: Guard,
    proxy_host: Option<String>,
    connect_timeout: Duration,
    trusts_anyone: bool,
    configured: Clients,
    from_data: Clients,
}

struct Clients {
    any: Client,
    /// For web sockets, which begin with HTTP/1.1.
    http1: Client,
}

/// A `GET` request; [`Get::new`] gives the plain one.
#[derive(Clone, Copy, Debug)]
pub struct Get<'a> {
    /// `http` or `https`.
    pub url: &'a Url,
    /// Who named the URL.
    pub trust: Trust,
    /// The most bytes that the body may have, as it comes.
    pub limit_bytes: usize,
    /// The time for all of it, from finding the address to the last byte.
    pub timeout: Duration,
    /// Whether the peer may pack the body as gzip; the caller unpacks it.
    pub accept_gzip: bool,
    /// The [`Answer::etag`] of the caller's copy.
    pub if_none_match: Option<&'a str>,
    /// The [`Answer::last_modified`] of the caller's copy.
    pub if_modified_since: Option<&'a str>,
}

impl<'a> Get<'a> {
    /// Not packed, and whatever the caller has.
    pub fn new(url: &'a Url, trust: Trust, limit_bytes: usize, timeout: Duration) -> Self {
        Get {
            url,
            trust,
            limit_bytes,
            timeout,
            accept_gzip: false,
            if_none_match: None,
            if_modified_since: None,
        }
    }
}

/// A `POST` request to an endpoint that the operator configured.
#[derive(Clone, Debug)]
pub struct Post<'a> {
    /// `http` or `https`.
    pub url: &'a Url,
    /// The `Content-Type`.
    pub content_type: &'a str,
    /// Further headers.
    pub headers: &'a [(&'a str, &'a str)],
    /// What is sent.
    pub body: Bytes,
    /// The time for all of it, up to the head of the answer.
    pub timeout: Duration,
}

impl Http {
    /// Reads the certification authorities; opens nothing yet.
    ///
    /// Errors: [`EgressError::ConfigSetting`] and [`EgressError::ConfigRoots`].
    pub fn new(settings: &Settings) -> Result<Self, EgressError> {
        let resolver: Arc<dyn Resolve> = if settings.dns.servers.is_empty() {
            Arc::new(System)
        } else {
            Arc::new(Asked {
                resolver: Resolver::new(&settings.dns)?,
                proxy: settings.proxy.as_ref().map(|proxy| proxy.host().to_owned()),
            })
        };
        Http::resolving(settings, &resolver)
    }

    fn resolving(settings: &Settings, resolver: &Arc<dyn Resolve>) -> Result<Self, EgressError> {
        let guard = Guard::new(settings.danger_loopback);
        let tls = Tls::new(&settings.roots)?;
        let proxy_host = settings.proxy.as_ref().map(|proxy| proxy.host().to_owned());
        let guarded = Arc::new(Guarded {
            inner: Arc::clone(resolver),
            guard,
            exempt: proxy_host.clone(),
        });
        let configured = Clients::new(settings, &tls, resolver)?;
        let from_data = Clients::new(settings, &tls, &(guarded as Arc<dyn Resolve>))?;
        Ok(Http {
            inner: Arc::new(Inner {
                guard,
                proxy_host,
                connect_timeout: settings.connect_timeout,
                trusts_anyone: tls.roots > 0,
                configured,
                from_data,
            }),
        })
    }

    /// Gets what is at a URL, if it fits.
    ///
    /// Errors: any but [`EgressError::Gzip`] and [`EgressError::PeerUpgrade`]; an answer that is neither 200 to 299 nor
    /// 304 is [`EgressError::PeerStatus`] or [`EgressError::PeerRedirect`]. [`EgressError::TooLarge`] comes with the
    /// first byte too many, or with a `Content-Length` that announces it.
    pub async fn get(&self, get: Get<'_>) -> Result<Answer, EgressError> {
        let host = self.admit(get.url, get.trust)?;
        let mut request = Request::new(reqwest::Method::GET, get.url.clone());
        let headers = request.headers_mut();
        let encodings = if get.accept_gzip { "gzip" } else { "identity" };
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(encodings));
        for (name, value) in [
            (IF_NONE_MATCH, get.if_none_match),
            (IF_MODIFIED_SINCE, get.if_modified_since),
        ] {
            if let Some(value) = value {
                insert(headers, name, value)?;
            }
        }
        let client = &self.clients(get.trust).any;
        let exchange = async {
            let mut response = self.send(client, request, &host).await?;
            if !welcome(&response) {
                return Ok(Err(response));
            }
            let mut answer = answer::head(&host, response.status().as_u16(), response.headers())?;
            answer.body = self.body(&mut response, get.limit_bytes, &host).await?;
            Ok(Ok(answer))
        };
        match within(get.timeout, &host, exchange).await? {
            Ok(answer) => Ok(answer),
            Err(response) => Err(refusal(response, &host).await),
        }
    }

    /// Sends something; that the peer took it (200 to 299) is all that is told.
    ///
    /// Errors: as [`Http::get`], and [`EgressError::Header`].
    pub async fn post(&self, post: Post<'_>) -> Result<(), EgressError> {
        let host = self.admit(post.url, Trust::Configured)?;
        let mut request = Request::new(reqwest::Method::POST, post.url.clone());
        insert(request.headers_mut(), CONTENT_TYPE, post.content_type)?;
        for &(name, value) in post.headers {
            let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unfit(name))?;
            insert(request.headers_mut(), header, value)?;
        }
        *request.body_mut() = Some(post.body.into());
        let client = &self.clients(Trust::Configured).any;
        let exchange = self.send(client, request, &host);
        let response = within(post.timeout, &host, exchange).await?;
        if response.status().is_success() {
            Ok(())
        } else {
            Err(refusal(response, &host).await)
        }
    }

    /// Sends a request over HTTP/1.1 and gives the answer as it is, for what begins as HTTP and goes on otherwise.
    pub(crate) async fn begin(
        &self,
        request: Request,
        trust: Trust,
    ) -> Result<(Response, String), EgressError> {
        let host = self.admit(request.url(), trust)?;
        let response = self
            .send(&self.clients(trust).http1, request, &host)
            .await?;
        if welcome(&response) {
            Ok((response, host))
        } else {
            Err(refusal(response, &host).await)
        }
    }

    /// Checks what can be checked before anything is resolved, and gives the host (and port) to name in messages.
    fn admit(&self, url: &Url, trust: Trust) -> Result<String, EgressError> {
        let inner = &*self.inner;
        let secure = match url.scheme() {
            "http" => false,
            "https" => true,
            _ => {
                return Err(EgressError::Url {
                    why: "neither http nor https",
                });
            }
        };
        let Some(host) = url.host() else {
            return Err(EgressError::Url {
                why: "it names no host",
            });
        };
        let shown = shown(url);
        if trust == Trust::FromData {
            if !url.username().is_empty() || url.password().is_some() {
                return Err(EgressError::Url {
                    why: "it brings a password",
                });
            }
            let checked = match host {
                Host::Ipv4(address) => inner.guard.check(address.into()),
                Host::Ipv6(address) => inner.guard.check(address.into()),
                Host::Domain(name) if inner.proxy_host.as_deref() == Some(name) => {
                    return Err(EgressError::Url {
                        why: "it names our proxy",
                    });
                }
                Host::Domain(name) => inner.guard.check_name(name),
            };
            checked.map_err(|refusal| EgressError::Refused {
                host: shown.clone(),
                refusal,
            })?;
        }
        if secure && !inner.trusts_anyone {
            return Err(EgressError::NoRoots);
        }
        Ok(shown)
    }

    fn clients(&self, trust: Trust) -> &Clients {
        match trust {
            Trust::Configured => &self.inner.configured,
            Trust::FromData => &self.inner.from_data,
        }
    }

    async fn send(
        &self,
        client: &Client,
        request: Request,
        host: &str,
    ) -> Result<Response, EgressError> {
        client
            .execute(request)
            .await
            .map_err(|error| classify(host, &error, self.inner.connect_timeout))
    }

    async fn body(
        &self,
        response: &mut Response,
        limit: usize,
        host: &str,
    ) -> Result<Bytes, EgressError> {
        let announced = response.content_length();
        if announced.is_some_and(|length| length > limit as u64) {
            return Err(EgressError::TooLarge { limit });
        }
        let mut body = BytesMut::new();
        loop {
            let chunk = response
                .chunk()
                .await
                .map_err(|error| classify(host, &error, self.inner.connect_timeout))?;
            let Some(chunk) = chunk else {
                return Ok(body.freeze());
            };
            if chunk.len() > limit - body.len() {
                return Err(EgressError::TooLarge { limit });
            }
            if body.is_empty() {
                // What comes in one piece is not copied.
                if announced == Some(chunk.len() as u64) {
                    return Ok(chunk);
                }
                body.reserve(announced.map_or(chunk.len(), |length| length as usize));
            }
            body.extend_from_slice(&chunk);
        }
    }
}

/// Whether there is something to read on: below 300, or 304.
fn welcome(response: &Response) -> bool {
    matches!(response.status().as_u16(), ..300 | 304)
}

/// What an answer that is not [`welcome`] says.
async fn refusal(mut response: Response, host: &str) -> EgressError {
    let host = host.to_owned();
    let status = response.status().as_u16();
    if status < 400 {
        let to = response.headers().get(LOCATION);
        return EgressError::PeerRedirect {
            host,
            status,
            to: to.map_or_else(|| "nowhere".to_owned(), |to| excerpt(to.as_bytes())),
        };
    }
    // What it says is worth a moment; that it cannot be read is not worth a second error.
    let says = match timeout(SAYING, response.chunk()).await {
        Ok(Ok(Some(bytes))) => excerpt(&bytes),
        _ => String::new(),
    };
    EgressError::PeerStatus {
        host,
        status,
        retry_after: answer::retry_after(response.headers()),
        says,
    }
}

/// The time for the first words of a refusal, beyond that of the call.
const SAYING: Duration = Duration::from_secs(1);

/// How long a connection with calls under way may be silent before it is pinged.
const PING_EVERY: Duration = Duration::from_secs(20);
/// The time for the answer to a ping.
const PING_WAIT: Duration = Duration::from_secs(10);

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").finish_non_exhaustive()
    }
}

impl Clients {
    #[expect(
        clippy::disallowed_methods,
        reason = "egress is the only door, and this is where it is cut"
    )]
    fn new(
        settings: &Settings,
        tls: &Tls,
        resolver: &Arc<dyn Resolve>,
    ) -> Result<Clients, EgressError> {
        let fault = |setting| {
            move |error: reqwest::Error| EgressError::ConfigSetting {
                setting,
                why: error.without_url().to_string(),
            }
        };
        let agent = agent(settings)?;
        let client = |protocols: &[&[u8]]| {
            let mut builder = Client::builder()
                .user_agent(agent.clone())
                .tls_backend_preconfigured(tls.offering(protocols))
                .dns_resolver(Arc::clone(resolver))
                .redirect(redirect::Policy::none())
                .referer(false)
                .retry(reqwest::retry::never())
                .connect_timeout(settings.connect_timeout)
                // Without a ping, calls would go on into a connection that died silently.
                .http2_keep_alive_interval(PING_EVERY)
                .http2_keep_alive_timeout(PING_WAIT)
                .no_proxy();
            if let Some(proxy) = &settings.proxy {
                let proxy = reqwest::Proxy::all(proxy.url().clone()).map_err(fault("proxy"))?;
                builder = builder.proxy(proxy);
            }
            builder.build().map_err(fault("HTTP client"))
        };
        Ok(Clients {
            any: client(&[b"h2", b"http/1.1"])?,
            http1: client(&[b"http/1.1"])?,
        })
    }
}

/// What we call ourselves, as a header.
pub(crate) fn agent(settings: &Settings) -> Result<HeaderValue, EgressError> {
    HeaderValue::from_str(&settings.user_agent).map_err(|error| EgressError::ConfigSetting {
        setting: "user agent",
        why: error.to_string(),
    })
}

/// The host, and the port if it is not the usual one, for messages.
pub(crate) fn shown(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// Runs an exchange that may take so long and no longer.
pub(crate) async fn within<T>(
    after: Duration,
    host: &str,
    exchange: impl Future<Output = Result<T, EgressError>>,
) -> Result<T, EgressError> {
    timeout(after, exchange).await.unwrap_or_else(|_| {
        Err(EgressError::PeerTimeout {
            host: host.to_owned(),
            after,
        })
    })
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) -> Result<(), EgressError> {
    let value = HeaderValue::from_str(value).map_err(|_| unfit(name.as_str()))?;
    headers.insert(name, value);
    Ok(())
}

fn unfit(name: &str) -> EgressError {
    EgressError::Header {
        name: excerpt(name.as_bytes()),
    }
}

#[cfg(test)]
mod tests;
