//! Real servers on loopback for the tests of this crate.

#![expect(
    clippy::disallowed_methods,
    reason = "tests serve on loopback what the crate under test calls"
)]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// What a server does once it has read the head of a request.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Send(Vec<u8>),
    Wait(Duration),
}

/// A server that plays the same steps to everyone, then closes; and what it was asked.
pub(crate) struct Scripted {
    pub(crate) address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// The heads of all requests so far; each connection, even a silent one, counts as one.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("no server panics").clone()
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        url(self.address, path)
    }
}

pub(crate) fn url(address: SocketAddr, path: &str) -> Url {
    format!("http://{address}{path}")
        .parse()
        .expect("an address and a path are a URL")
}

pub(crate) async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback has a free port");
    let address = listener.local_addr().expect("it is bound");
    (listener, address)
}

pub(crate) async fn scripted(steps: Vec<Step>) -> Scripted {
    let (listener, address) = listen().await;
    let heads = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&heads);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(play(stream, steps.clone(), Arc::clone(&told)));
        }
    });
    Scripted { address, heads }
}

/// A server that answers with this text, head and body.
pub(crate) async fn answering(text: &str) -> Scripted {
    scripted(vec![Step::Send(text.as_bytes().to_vec())]).await
}

async fn play(mut stream: TcpStream, steps: Vec<Step>, heads: Arc<Mutex<Vec<String>>>) {
    let at = {
        let mut heads = heads.lock().expect("no server panics");
        heads.push(String::new());
        heads.len() - 1
    };
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    heads.lock().expect("no server panics")[at] = String::from_utf8_lossy(&head).into_owned();
    for step in steps {
        match step {
            Step::Send(bytes) => {
                // The client may have left, which is what some tests are about.
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Step::Wait(time) => tokio::time::sleep(time).await,
        }
    }
}
