//! Whose requests are answered: those of programs and of our own pages, not those of other people's web pages.
//!
//! A web page can make a browser send requests to this machine. Two things betray it:
//!
//! - **DNS rebinding**: its own name suddenly points here. Then `Host` (RFC 9110 §7.2) carries that name.
//! - **Cross-site requests**, web sockets among them: `Origin` (RFC 6454 §7) carries where the page is from.
//!
//! Programs send no `Origin`, and the name or address that the operator gave them.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::ConsoleError;

/// The names under which we are reached.
#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    names: Vec<Box<str>>,
    /// Beyond this machine, and the operator named no names: an orchestrator knows us under any.
    any: bool,
}

impl Hosts {
    /// `names` beside `localhost` and every address; in no case do upper and lower case differ.
    pub(crate) fn new(names: &[String], loopback: bool) -> Result<Self, ConsoleError> {
        let names: Vec<Box<str>> = names
            .iter()
            .map(|name| match name.parse::<Authority>() {
                Ok(authority) if authority.host() == name => Ok(name.to_ascii_lowercase().into()),
                _ => Err(ConsoleError::ConfigName { name: name.clone() }),
            })
            .collect::<Result<_, _>>()?;
        let any = !loopback && names.is_empty();
        Ok(Self { names, any })
    }

    /// What stands against answering, if anything.
    fn objection(&self, headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
        let host = one(headers, header::HOST).and_then(authority_host);
        let Some(host) = host else {
            return Some((StatusCode::BAD_REQUEST, "the request has no one Host\n"));
        };
        // An address cannot be rebound: only a name can.
        if !(self.any || self.knows(&host) || address(&host).is_some()) {
            return Some((
                StatusCode::MISDIRECTED_REQUEST,
                "this name is not one of ours; add it to the configured names\n",
            ));
        }
        if !headers.contains_key(header::ORIGIN) {
            return None;
        }
        let origin = one(headers, header::ORIGIN).and_then(origin_host);
        if origin.is_some_and(|origin| origin == host || self.knows(&origin)) {
            return None;
        }
        Some((
            StatusCode::FORBIDDEN,
            "this web page is not one of ours; add its name to the configured names\n",
        ))
    }

    /// Ours by name, or this machine.
    fn knows(&self, host: &str) -> bool {
        host == "localhost"
            || address(host).is_some_and(|address| address.is_loopback())
            || self.names.iter().any(|name| **name == *host)
    }
}

/// Refuses what [`Hosts`] objects to, with a line that says why.
pub(crate) async fn guard(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    match hosts.objection(request.headers()) {
        Some(objection) => objection.into_response(),
        None => next.run(request).await,
    }
}

/// The value of a header that is there exactly once.
fn one(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// Of `host[:port]`, the host in lower case; of what has a user in it, nothing.
fn authority_host(text: &str) -> Option<String> {
    let authority: Authority = text.parse().ok()?;
    (!text.contains('@')).then(|| authority.host().to_ascii_lowercase())
}

/// Of `scheme://host[:port]`, the host in lower case; of `null`, nothing.
fn origin_host(text: &str) -> Option<String> {
    let uri: Uri = text.parse().ok()?;
    uri.scheme()?;
    authority_host(uri.authority()?.as_str())
}

/// An address as it stands in a URI: IPv6 in brackets.
fn address(host: &str) -> Option<IpAddr> {
    host.strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host)
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `headers` are lines; `want` is a status, 200 for no objection.
    #[track_caller]
    fn check(names: &[&str], loopback: bool, headers: &str, want: u16) {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let hosts = Hosts::new(&names, loopback).expect("the test gives names");
        let mut map = HeaderMap::new();
        for line in headers.lines() {
            let (name, value) = line.split_once(": ").expect("the test gives header lines");
            map.append(
                name.parse::<header::HeaderName>()
                    .expect("the test gives a header's name"),
                value.parse().expect("the test gives a header's value"),
            );
        }
        let status = hosts
            .objection(&map)
            .map_or(StatusCode::OK, |(status, _)| status);
        assert_eq!(status.as_u16(), want, "{headers}");
    }

    #[test]
    fn names_of_this_machine() {
        for host in [
            "localhost",
            "LocalHost:8470",
            "127.0.0.1:8470",
            "[::1]:8470",
        ] {
            check(&[], true, &format!("host: {host}"), 200);
        }
    }

    #[test]
    fn names_of_others() {
        for host in [
            "rebound.example",
            "rebound.example:8470",
            "localhost.rebound.example",
            "127.0.0.1.rebound.example",
        ] {
            check(&[], true, &format!("host: {host}"), 421);
            check(&["watch.example"], false, &format!("host: {host}"), 421);
        }
        check(&[], false, "host: enpassant.internal.example", 200);
    }

    #[test]
    fn configured_names() {
        check(&["Watch.example"], true, "host: watch.example:8470", 200);
        check(&["watch.example"], true, "host: WATCH.EXAMPLE", 200);
        for name in ["https://watch.example", "watch.example:80", "a b", ""] {
            assert!(Hosts::new(&[name.to_owned()], true).is_err(), "{name}");
        }
    }

    #[test]
    fn hosts_that_are_none() {
        check(&[], true, "accept: */*", 400);
        check(&[], true, "host: localhost\nhost: localhost", 400);
        check(&[], true, "host: user@localhost", 400);
        check(&[], true, "host: a b", 400);
    }

    #[test]
    fn pages_of_others() {
        let from = |origin: &str, want| {
            check(
                &["watch.example"],
                true,
                &format!("host: 127.0.0.1:8470\norigin: {origin}"),
                want,
            );
        };
        from("http://127.0.0.1:8470", 200);
        from("http://localhost:3000", 200);
        from("https://watch.example", 200);
        from("https://lure.example", 403);
        from("http://192.0.2.1", 403);
        from("null", 403);
        check(&[], false, "host: a.example\norigin: http://a.example", 200);
        check(&[], false, "host: a.example\norigin: http://b.example", 403);
    }
}
