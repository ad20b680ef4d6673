//! Through the operator's proxy: SOCKS5 (RFC 1928, RFC 1929) and `CONNECT` of HTTP (RFC 9110 §9.3.6).

use std::borrow::Cow;
use std::net::IpAddr;

use base64_simd::STANDARD;
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};

use super::{Endpoint, Stream};
use crate::error::{EgressError, excerpt};
use crate::settings::Proxy;

/// The most bytes that the answer to `CONNECT` may have.
const HEAD_LIMIT: usize = 16 * 1024;

/// Has the proxy connect to `address`, or where there is none, to the endpoint by its name.
pub(super) async fn through(
    stream: Box<dyn Stream>,
    proxy: &Proxy,
    endpoint: Endpoint<'_>,
    address: Option<IpAddr>,
) -> Result<Box<dyn Stream>, EgressError> {
    if proxy.is_http() {
        connect(stream, proxy, endpoint).await
    } else {
        socks(stream, proxy, endpoint, address).await
    }
}

/// The value of `Proxy-Authorization` (RFC 7617 §2), if the operator gave a user.
pub(crate) fn credentials(proxy: &Proxy) -> Option<String> {
    let (user, password) = login(proxy)?;
    let pair = [&*user, b":", &*password].concat();
    Some(format!("Basic {}", STANDARD.encode_to_string(pair)))
}

/// User and password as they are, not as a URL writes them.
fn login(proxy: &Proxy) -> Option<(Cow<'_, [u8]>, Cow<'_, [u8]>)> {
    let url = proxy.url();
    let plain = |text| Cow::from(percent_decode_str(text));
    (!url.username().is_empty())
        .then(|| (plain(url.username()), plain(url.password().unwrap_or(""))))
}

async fn connect(
    stream: Box<dyn Stream>,
    proxy: &Proxy,
    endpoint: Endpoint<'_>,
) -> Result<Box<dyn Stream>, EgressError> {
    let interrupted = |why: std::io::Error| refuse(proxy, &why.to_string());
    // Whoever comes here was checked for what no host has; `excerpt` is for the messages only.
    let target = match endpoint.address() {
        Some(IpAddr::V6(address)) => format!("[{address}]:{}", endpoint.port),
        _ => format!("{}:{}", endpoint.host, endpoint.port),
    };
    if !target.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(EgressError::Name {
            name: excerpt(endpoint.host.as_bytes()),
        });
    }
    let login = credentials(proxy)
        .map(|credentials| format!("Proxy-Authorization: {credentials}\r\n"))
        .unwrap_or_default();
    let head = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{login}\r\n");
    // What comes behind the head belongs to the peer and waits in the buffer.
    let mut stream = BufReader::new(stream);
    stream
        .write_all(head.as_bytes())
        .await
        .map_err(interrupted)?;
    stream.flush().await.map_err(interrupted)?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        if answer.len() == HEAD_LIMIT {
            return Err(EgressError::HeadTooLarge {
                host: proxy.to_string(),
                limit: HEAD_LIMIT,
            });
        }
        answer.push(stream.read_u8().await.map_err(interrupted)?);
    }
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(&answer);
    match (parsed, response.code) {
        (Ok(_), Some(200..=299)) => Ok(Box::new(stream)),
        (Ok(_), Some(code)) => Err(refuse(proxy, &format!("it answered {code}"))),
        _ => Err(EgressError::PeerMalformed {
            host: proxy.to_string(),
            why: "no answer of a proxy".to_owned(),
        }),
    }
}

async fn socks(
    mut stream: Box<dyn Stream>,
    proxy: &Proxy,
    endpoint: Endpoint<'_>,
    address: Option<IpAddr>,
) -> Result<Box<dyn Stream>, EgressError> {
    let interrupted = |why: std::io::Error| refuse(proxy, &why.to_string());
    let login = login(proxy);
    let methods: &[u8] = if login.is_some() {
        &[5, 2, 0, 2]
    } else {
        &[5, 1, 0]
    };
    stream.write_all(methods).await.map_err(interrupted)?;
    let mut choice = [0; 2];
    stream.read_exact(&mut choice).await.map_err(interrupted)?;
    match (choice, &login) {
        ([5, 0], _) => {}
        ([5, 2], Some((user, password))) => {
            let mut packet = vec![1];
            for part in [user, password] {
                let length = u8::try_from(part.len()).map_err(|_| EgressError::ConfigSetting {
                    setting: "proxy",
                    why: "user or password has more than 255 bytes".to_owned(),
                })?;
                packet.push(length);
                packet.extend_from_slice(part);
            }
            stream.write_all(&packet).await.map_err(interrupted)?;
            let mut verdict = [0; 2];
            stream.read_exact(&mut verdict).await.map_err(interrupted)?;
            if verdict[1] != 0 {
                return Err(refuse(proxy, "it does not take user and password"));
            }
        }
        ([5, _], _) => return Err(refuse(proxy, "it wants another way to log in")),
        _ => return Err(refuse(proxy, "it does not speak SOCKS5")),
    }
    let mut request = vec![5, 1, 0];
    match address {
        Some(IpAddr::V4(address)) => {
            request.push(1);
            request.extend(address.octets());
        }
        Some(IpAddr::V6(address)) => {
            request.push(4);
            request.extend(address.octets());
        }
        None => {
            let length = u8::try_from(endpoint.host.len()).map_err(|_| EgressError::Name {
                name: excerpt(endpoint.host.as_bytes()),
            })?;
            request.extend([3, length]);
            request.extend(endpoint.host.bytes());
        }
    }
    request.extend(endpoint.port.to_be_bytes());
    stream.write_all(&request).await.map_err(interrupted)?;
    let mut head = [0; 4];
    stream.read_exact(&mut head).await.map_err(interrupted)?;
    match head[1] {
        0 => {}
        code => {
            let why = SAYS.get(usize::from(code)).unwrap_or(&"it failed");
            return Err(EgressError::Connect {
                host: endpoint.to_string(),
                why: format!("{proxy} says: {why}"),
                refused: code == 5,
            });
        }
    }
    // From where it connects, which nobody needs to know.
    let rest = match head[3] {
        1 => 4,
        4 => 16,
        3 => usize::from(stream.read_u8().await.map_err(interrupted)?),
        _ => return Err(refuse(proxy, "it does not speak SOCKS5")),
    };
    let mut bound = vec![0; rest + 2];
    stream.read_exact(&mut bound).await.map_err(interrupted)?;
    Ok(stream)
}

/// The replies of RFC 1928 §6.
const SAYS: &[&str] = &[
    "it worked",
    "it failed",
    "its rules do not allow it",
    "the network cannot be reached",
    "the host cannot be reached",
    "nobody listens there",
    "the time is over",
    "it cannot connect",
    "it does not know such addresses",
];

fn refuse(proxy: &Proxy, why: &str) -> EgressError {
    EgressError::Connect {
        host: proxy.to_string(),
        why: excerpt(why.as_bytes()),
        refused: false,
    }
}

#[cfg(test)]
mod tests;
