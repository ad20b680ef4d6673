//! The DNS of the world: one server that knows every zone, as the resolver of whoever looks would seem to.
//!
//! Zones are held and answered by hickory-server. What it would never say is said here.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::StreamExt as _;
use hickory_server::net::BufDnsStreamHandle;
use hickory_server::net::runtime::TokioTime;
use hickory_server::net::xfer::Protocol;
use hickory_server::server::{Request, RequestHandler as _, ResponseHandle};
use hickory_server::zone_handler::Catalog;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::stage::Stage;
use crate::error::TestbedError;

mod lies;
mod zones;

use lies::{Liar, Said};

/// Answers what is asked.
pub(crate) struct Dns {
    stage: Arc<Stage>,
    catalog: Catalog,
    liar: Liar,
}

impl Dns {
    pub(crate) fn new(stage: Arc<Stage>) -> Result<Self, TestbedError> {
        Ok(Self {
            catalog: zones::catalog(&stage)?,
            stage,
            liar: Liar::default(),
        })
    }

    /// Answers datagrams for as long as the runtime lives.
    pub(crate) async fn serve_udp(self: Arc<Self>, socket: UdpSocket) {
        let socket = Arc::new(socket);
        let mut answers = JoinSet::new();
        let mut buffer = vec![0; 4096];
        loop {
            // A datagram that could not be delivered is reported by the next call; it concerns nobody else.
            let Ok((length, from)) = socket.recv_from(&mut buffer).await else {
                continue;
            };
            while answers.try_join_next().is_some() {}
            let (dns, socket) = (Arc::clone(&self), Arc::clone(&socket));
            let question = buffer[..length].to_vec();
            answers.spawn(async move {
                if let Some(answer) = dns.answer(question, from, Protocol::Udp).await {
                    // Whoever asked may have left.
                    let _ = socket.send_to(&answer, from).await;
                }
            });
        }
    }

    /// Answers connections for as long as the runtime lives.
    pub(crate) async fn serve_tcp(self: Arc<Self>, listener: TcpListener) {
        let mut connections = JoinSet::new();
        loop {
            let Ok((stream, from)) = listener.accept().await else {
                continue;
            };
            while connections.try_join_next().is_some() {}
            let dns = Arc::clone(&self);
            // It ends when the other side does.
            connections.spawn(async move { dns.attend(stream, from).await.is_ok() });
        }
    }

    async fn attend(&self, mut stream: TcpStream, from: SocketAddr) -> io::Result<()> {
        loop {
            let length = stream.read_u16().await?;
            let mut question = vec![0; usize::from(length)];
            stream.read_exact(&mut question).await?;
            if let Some(answer) = self.answer(question, from, Protocol::Tcp).await {
                let length = u16::try_from(answer.len()).map_err(io::Error::other)?;
                stream
                    .write_all(&[&length.to_be_bytes(), &*answer].concat())
                    .await?;
            }
        }
    }

    /// The answer; none where there is to be none.
    async fn answer(&self, bytes: Vec<u8>, from: SocketAddr, by: Protocol) -> Option<Vec<u8>> {
        let request = Request::from_bytes(bytes, from, by).ok()?;
        let info = request.request_info().ok()?;
        let name = info.query.original().name().clone();
        let placed = self.stage.of(&name.to_ascii());
        sleep(placed.map_or(self.stage.latency, |placed| placed.latency)).await;
        let fault = placed.and_then(|placed| Some((placed, placed.host.fault?)));
        if let Some((placed, fault)) = fault {
            let kind = info.query.query_type();
            match self.liar.say(placed, fault, &request, &name, kind) {
                Said::Truth => {}
                Said::Nothing => return None,
                Said::This(bytes) => return Some(bytes),
            }
        }
        let (handle, mut sent) = BufDnsStreamHandle::new(from);
        let handle = ResponseHandle::new(from, handle, by);
        self.catalog
            .handle_request::<_, TokioTime>(&request, handle)
            .await;
        Some(sent.next().await?.into_parts().0)
    }
}
