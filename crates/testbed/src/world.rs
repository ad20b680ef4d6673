//! What look-alikes show from outside, on loopback: DNS, WHOIS, RDAP, certificates and pages, honest and hostile.
//!
//! A [`Scenario`] says which hosts there are. They live on many addresses of 127.0.0.0/8, so that whoever looks at them
//! can be as gentle to each as to real ones, and all serve pages on the same two ports. One server knows the DNS of all
//! of them, one their WHOIS and one their RDAP.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;
use tempfile::TempDir;
use tokio::net::{TcpListener, UdpSocket};
use tokio::runtime::{Builder, Runtime};

use crate::authority::Authority;
use crate::error::TestbedError;

mod certificates;
mod dns;
mod fault;
mod rdap;
mod scenario;
mod stage;
mod web;
mod whois;

pub use fault::HostFault;
pub use scenario::{Certificate, Host, Page, Scenario, Text};
use stage::Stage;

/// How many threads serve the world.
const SERVING_THREADS: usize = 2;
/// How often a free port is looked for that all addresses have.
const PORT_TRIES: usize = 32;

/// A running world. It ends when this is dropped.
#[derive(Debug)]
pub struct World {
    stage: Arc<Stage>,
    dns: SocketAddr,
    whois: SocketAddr,
    rdap: SocketAddr,
    /// Of pages without TLS, and over TLS.
    ports: [u16; 2],
    root: PathBuf,
    runtime: Option<Runtime>,
    _directory: TempDir,
}

impl World {
    /// Starts all servers; on return they answer. Making certificates takes some 100 µs a host.
    pub fn start(scenario: Scenario) -> Result<Self, TestbedError> {
        let stage = Arc::new(Stage::set(scenario)?);
        let authority = Authority::new()?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(SERVING_THREADS)
            .thread_name("testbed-world")
            .enable_all()
            .build()
            .map_err(serve(0))?;
        let directory = TempDir::with_prefix("enpassant-testbed-").map_err(serve(0))?;
        let root = directory.path().join("root.pem");
        std::fs::write(&root, certificates::pem(authority.chain()[1])).map_err(serve(0))?;

        // Sockets are made known to the runtime, which nobody has to wait for.
        let guard = runtime.enter();
        let dns = Arc::new(dns::Dns::new(Arc::clone(&stage))?);
        let (udp, tcp, dns_address) = both(Ipv4Addr::LOCALHOST).map_err(serve(0))?;
        runtime.spawn(Arc::clone(&dns).serve_udp(udp));
        runtime.spawn(dns.serve_tcp(tcp));
        let (listener, whois_address) = listen(Ipv4Addr::LOCALHOST, 0).map_err(serve(0))?;
        runtime.spawn(whois::serve(listener, Arc::clone(&stage)));
        let (listener, rdap_address) = listen(Ipv4Addr::LOCALHOST, 0).map_err(serve(0))?;
        runtime.spawn(rdap::serve(listener, Arc::clone(&stage)));

        let web = Arc::new(web::Web::new(
            Arc::clone(&stage),
            certificates::acceptor(&stage, &authority)?,
        ));
        let addresses = stage.addresses();
        let mut ports = [0; 2];
        for (port, secure) in ports.iter_mut().zip([false, true]) {
            let (listeners, free) = everywhere(&addresses)?;
            *port = free;
            for listener in listeners {
                runtime.spawn(Arc::clone(&web).serve(listener, secure));
            }
        }
        drop(guard);
        Ok(Self {
            stage,
            dns: dns_address,
            whois: whois_address,
            rdap: rdap_address,
            ports,
            root,
            runtime: Some(runtime),
            _directory: directory,
        })
    }

    /// The DNS server, over UDP and TCP: both the resolver and the authority of every zone.
    pub fn dns(&self) -> SocketAddr {
        self.dns
    }

    /// The WHOIS server of all hosts.
    pub fn whois(&self) -> SocketAddr {
        self.whois
    }

    /// The base URL of RDAP for all hosts, with the slash at its end.
    pub fn rdap(&self) -> String {
        format!("http://{}/", self.rdap)
    }

    /// A bootstrap file (RFC 9224 §4) that names [`World::rdap`] for the top-level domains of all hosts.
    pub fn bootstrap(&self) -> String {
        let mut tlds: Vec<&str> = self
            .stage
            .hosts()
            .filter_map(|placed| placed.host.name.rsplit('.').next())
            .collect();
        tlds.sort_unstable();
        tlds.dedup();
        json!({
            "version": "1.0",
            "publication": "2026-01-01T00:00:00Z",
            "description": "made by the testbed",
            "services": [[tlds, [self.rdap()]]],
        })
        .to_string()
    }

    /// The port at which every host serves its pages without TLS.
    pub fn http_port(&self) -> u16 {
        self.ports[0]
    }

    /// The port at which every host serves its pages over TLS.
    pub fn https_port(&self) -> u16 {
        self.ports[1]
    }

    /// The address that serves the pages of the host that a name belongs to; the DNS may say another.
    pub fn address(&self, name: &str) -> Option<IpAddr> {
        self.stage.of(name).map(|placed| placed.address.into())
    }

    /// The root certificate of the authority, as a PEM file that goes with the world.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Answers may trickle for minutes; and this may run where nobody is to wait.
            runtime.shutdown_background();
        }
    }
}

fn serve(port: u16) -> impl Fn(io::Error) -> TestbedError {
    move |source| TestbedError::Serve { port, source }
}

#[expect(clippy::disallowed_methods, reason = "it listens, on loopback only")]
fn listen(address: Ipv4Addr, port: u16) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = std::net::TcpListener::bind((address, port))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((TcpListener::from_std(listener)?, address))
}

/// A port that is free for datagrams and for connections.
#[expect(clippy::disallowed_methods, reason = "it listens, on loopback only")]
fn both(address: Ipv4Addr) -> io::Result<(UdpSocket, TcpListener, SocketAddr)> {
    let mut tries = 0;
    loop {
        let (listener, bound) = listen(address, 0)?;
        match std::net::UdpSocket::bind(bound) {
            Ok(socket) => {
                socket.set_nonblocking(true)?;
                return Ok((UdpSocket::from_std(socket)?, listener, bound));
            }
            Err(error) if tries == PORT_TRIES => return Err(error),
            Err(_) => tries += 1,
        }
    }
}

/// Listeners at one port of all these addresses.
fn everywhere(addresses: &[Ipv4Addr]) -> Result<(Vec<TcpListener>, u16), TestbedError> {
    let Some((first, others)) = addresses.split_first() else {
        return Ok((Vec::new(), 0));
    };
    let mut tries = 0;
    loop {
        let (listener, bound) = listen(*first, 0).map_err(serve(0))?;
        let port = bound.port();
        let found: io::Result<Vec<TcpListener>> = others
            .iter()
            .map(|&address| Ok(listen(address, port)?.0))
            .collect();
        match found {
            Ok(mut listeners) => {
                listeners.push(listener);
                return Ok((listeners, port));
            }
            Err(error) if tries == PORT_TRIES => return Err(serve(port)(error)),
            Err(_) => tries += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Starts a world, and compares what keeps it from starting.
    #[track_caller]
    fn check(hosts: Vec<Host>, expected: &str) {
        let scenario = Scenario {
            hosts,
            ..Scenario::default()
        };
        let told = World::start(scenario).map_or_else(
            |error| error.to_string(),
            |world| format!("{} hosts", world.stage.hosts().count()),
        );
        assert!(told.contains(expected), "{told}");
    }

    #[test]
    fn worlds_that_can_be_and_cannot() {
        let host = || Host::new("a.example");
        check(vec![], "0 hosts");
        let many = (0..300).map(|n| Host::new(&format!("h{n}.example")));
        check(many.collect(), "300 hosts");
        check(vec![host(), host()], "a.example is there twice");
        let dns = vec!["@ MX ten mail".to_owned()];
        check(vec![Host { dns, ..host() }], "the zone of a.example");
        let whois = Some(Text::File {
            file: "nowhere.txt".into(),
        });
        check(vec![Host { whois, ..host() }], "nowhere.txt");
    }
}
