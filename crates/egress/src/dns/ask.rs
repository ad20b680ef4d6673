//! One question to one server: over UDP, and over TCP where the answer does not fit (RFC 7766 §5).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use bytes::Bytes;
use hickory_proto::op::{Edns, Message, Query};
use hickory_proto::rr::{Name, RecordType};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UdpSocket};

use super::read::{Reading, Response, read};
use crate::error::{EgressError, excerpt};
use crate::http::within;

/// The largest answer that we ask for over UDP: what passes everywhere in one piece (RFC 9715 §3.2 says at most 1400).
const UDP_PAYLOAD: u16 = 1232;
/// After so many datagrams that are no answer to our question, somebody is guessing.
const MAX_STRAYS: usize = 64;

/// What is asked.
#[derive(Clone, Debug)]
pub(super) struct Question {
    pub(super) name: Name,
    pub(super) kind: RecordType,
    /// Whether the server is to ask others (RD).
    pub(super) recurse: bool,
}

/// Asks `server`, which the caller has checked, and gives what it said with what that means.
pub(super) async fn ask(
    server: SocketAddr,
    question: &Question,
    timeout: Duration,
) -> Result<(Bytes, Reading), EgressError> {
    let shown = shown(server);
    let asking = async {
        let (packet, id) = packet(question, true);
        let (bytes, response) = datagram(server, &packet, id, question).await?;
        let (bytes, response) = match response {
            Response::WithoutEdns => {
                let (packet, id) = self::packet(question, false);
                datagram(server, &packet, id, question).await?
            }
            other => (bytes, other),
        };
        match response {
            Response::Truncated => {
                let mut stream = stream(server).await?;
                ask_on(&mut stream, server, question).await
            }
            other => settle(server, question, bytes, other),
        }
    };
    within(timeout, &shown, asking).await
}

/// Asks over a connection to `server` that is there already.
pub(super) async fn ask_stream(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    server: SocketAddr,
    question: &Question,
    timeout: Duration,
) -> Result<(Bytes, Reading), EgressError> {
    let asking = ask_on(stream, server, question);
    within(timeout, &shown(server), asking).await
}

/// One message each way, with its length before it (RFC 1035 §4.2.2).
async fn ask_on(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    server: SocketAddr,
    question: &Question,
) -> Result<(Bytes, Reading), EgressError> {
    let broke = |error: std::io::Error| EgressError::PeerInterrupted {
        host: shown(server),
        why: excerpt(error.to_string().as_bytes()),
    };
    let (packet, id) = packet(question, true);
    let length = u16::try_from(packet.len()).expect("a question has at most some 300 bytes");
    stream
        .write_all(&[&length.to_be_bytes(), &*packet].concat())
        .await
        .map_err(broke)?;
    let length = stream.read_u16().await.map_err(broke)?;
    let mut bytes = vec![0; usize::from(length)];
    stream.read_exact(&mut bytes).await.map_err(broke)?;
    let response = read(&bytes, id, question);
    settle(server, question, bytes.into(), response)
}

/// Turns away what is no answer.
fn settle(
    server: SocketAddr,
    question: &Question,
    bytes: Bytes,
    response: Response,
) -> Result<(Bytes, Reading), EgressError> {
    let malformed = |why: String| EgressError::PeerMalformed {
        host: shown(server),
        why,
    };
    match response {
        Response::Answer(reading) => Ok((bytes, reading)),
        Response::Refused(code) => Err(EgressError::PeerDns {
            server,
            name: excerpt(question.name.to_ascii().as_bytes()),
            code,
        }),
        Response::Malformed(why) => Err(malformed(excerpt(why.as_bytes()))),
        Response::Stray => Err(malformed("it answers another question".to_owned())),
        Response::Truncated => Err(malformed("it is cut off, over TCP".to_owned())),
        Response::WithoutEdns => Err(malformed("it cannot read a plain question".to_owned())),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "egress is the only door, and this is where it asks for names"
)]
async fn datagram(
    server: SocketAddr,
    packet: &[u8],
    id: u16,
    question: &Question,
) -> Result<(Bytes, Response), EgressError> {
    let failed = |error: std::io::Error| EgressError::Connect {
        host: shown(server),
        why: excerpt(error.to_string().as_bytes()),
        refused: error.kind() == std::io::ErrorKind::ConnectionRefused,
    };
    let any = match server.ip() {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    // A new port for each question, of the system's choice, and only the server is heard (RFC 5452 §9.2).
    let socket = UdpSocket::bind((any, 0)).await.map_err(failed)?;
    socket.connect(server).await.map_err(failed)?;
    socket.send(packet).await.map_err(failed)?;
    let mut buffer = vec![0; usize::from(u16::MAX)];
    for _ in 0..MAX_STRAYS {
        let length = socket.recv(&mut buffer).await.map_err(failed)?;
        match read(&buffer[..length], id, question) {
            Response::Stray => {}
            response => return Ok((Bytes::copy_from_slice(&buffer[..length]), response)),
        }
    }
    Err(EgressError::PeerMalformed {
        host: shown(server),
        why: "it answers other questions".to_owned(),
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "egress is the only door, and this is where it asks for names"
)]
async fn stream(server: SocketAddr) -> Result<TcpStream, EgressError> {
    TcpStream::connect(server)
        .await
        .map_err(|error| EgressError::Connect {
            host: shown(server),
            why: excerpt(error.to_string().as_bytes()),
            refused: error.kind() == std::io::ErrorKind::ConnectionRefused,
        })
}

/// The question as bytes, and its id, which nobody can guess.
fn packet(question: &Question, with_edns: bool) -> (Vec<u8>, u16) {
    let mut message = Message::query();
    let id = message.metadata.id;
    message.metadata.recursion_desired = question.recurse;
    message.add_query(Query::query(question.name.clone(), question.kind));
    if with_edns {
        let mut edns = Edns::new();
        edns.set_max_payload(UDP_PAYLOAD);
        message.set_edns(edns);
    }
    let bytes = message
        .to_vec()
        .expect("a question with a name that was read fits into a message");
    (bytes, id)
}

fn shown(server: SocketAddr) -> String {
    format!("the DNS server {server}")
}

#[cfg(test)]
mod tests;
