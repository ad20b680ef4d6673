//! Through the operator's proxy, and a browser through ours.

#![expect(
    clippy::disallowed_methods,
    reason = "it serves a proxy, and calls ours as a browser would"
)]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use egress::{FilteringProxy, ProxyLimits, Settings, Visit};
use testbed::world::{Host, HostFault};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use super::{Place, TIME, bounded, data, dialer, settings, told};

fn hosts() -> Vec<Host> {
    vec![
        Host::new("honest.example"),
        Host::new("metadata.example").with(HostFault::DnsLiesMetadata),
        Host::new("endless.example").with(HostFault::WebEndless),
        Host::new("redirect.example").with(HostFault::WebRedirectMetadata),
    ]
}

/// A proxy that takes everyone and everything to one address, and remembers the first bytes of what it was asked.
struct Elsewhere {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Elsewhere {
    async fn start(to: SocketAddr, socks: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it is bound");
        let asked: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let told = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let told = Arc::clone(&told);
                tokio::spawn(async move {
                    let request = if socks {
                        socks_request(&mut client).await
                    } else {
                        http_request(&mut client).await
                    };
                    let tunnel = socks || request.starts_with(b"CONNECT");
                    told.lock().expect("no test panics").push(request.clone());
                    let mut peer = TcpStream::connect(to).await.expect("it listens");
                    if !tunnel {
                        peer.write_all(&request).await.expect("it takes it");
                    }
                    let _ = copy_bidirectional(&mut client, &mut peer).await;
                });
            }
        });
        Elsewhere { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().expect("no test panics");
        asked
            .iter()
            .map(|bytes| bytes.escape_ascii().to_string())
            .collect()
    }
}

/// A `CONNECT` is accepted here; any other request is handed on by the caller.
async fn http_request(client: &mut TcpStream) -> Vec<u8> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.expect("a head"));
    }
    if head.starts_with(b"CONNECT") {
        let answer = b"HTTP/1.1 200 Connection established\r\nVia: 1.1 test\r\n\r\n";
        client.write_all(answer).await.expect("it listens");
    }
    head
}

/// With user and password where they are offered.
async fn socks_request(client: &mut TcpStream) -> Vec<u8> {
    let mut head = [0; 2];
    client.read_exact(&mut head).await.expect("a greeting");
    let mut methods = vec![0; usize::from(head[1])];
    client.read_exact(&mut methods).await.expect("methods");
    let mut request = Vec::new();
    if methods.contains(&2) {
        client.write_all(&[5, 2]).await.expect("it listens");
        let mut login = [0; 1 + 1 + 2 + 1 + 6];
        client.read_exact(&mut login).await.expect("a login");
        request.extend(login);
        client.write_all(&[1, 0]).await.expect("it listens");
    } else {
        client.write_all(&[5, 0]).await.expect("it listens");
    }
    let mut head = [0; 5];
    client.read_exact(&mut head).await.expect("a request");
    let rest = if head[3] == 3 {
        usize::from(head[4])
    } else {
        3
    };
    let mut target = vec![0; rest + 2];
    client.read_exact(&mut target).await.expect("a request");
    request.extend(head);
    request.extend(target);
    let done = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    client.write_all(&done).await.expect("it listens");
    request
}

/// Looks at a page through a proxy, and compares what the proxy was asked.
async fn check(scheme: &str, login: &str, secure: bool, expected: &str) {
    let place = Place::new(hosts());
    let host = "honest.example";
    let url = if secure {
        place.https(host, "/")
    } else {
        place.http(host, "/")
    };
    let own = place.world.address(host).expect("it is there");
    let to = SocketAddr::new(own, url.port().expect("it is not the usual one"));
    let proxy = Elsewhere::start(to, scheme.starts_with("socks")).await;
    let settings = Settings {
        proxy: Some(
            format!("{scheme}://{login}{}", proxy.address)
                .parse()
                .expect("a proxy"),
        ),
        ..settings(&place.world)
    };
    let visited = bounded(dialer(&settings).visit(Visit::new(&url, 1000, TIME)))
        .await
        .expect("a page");
    assert_eq!(visited.body, b"<title>honest.example</title>");
    let blind = scheme != "socks5";
    assert_eq!(visited.hops[0].address.is_none(), blind);
    let asked = proxy.asked().concat();
    let [high, low] = to.port().to_be_bytes();
    let port = [high, low].escape_ascii().to_string();
    let expected = expected
        .replace("PORT", &to.port().to_string())
        .replace("BYTES", &port);
    assert!(asked.starts_with(&expected), "{asked}");
}

#[tokio::test]
async fn through_the_operators_proxy() {
    check("http", "", true, "CONNECT honest.example:PORT HTTP/1.1").await;
    check(
        "http",
        "",
        false,
        "GET http://honest.example:PORT/ HTTP/1.1",
    )
    .await;
    check(
        "http",
        "me:se%20cret@",
        true,
        "CONNECT honest.example:PORT HTTP/1.1\\r\\nHost: honest.example:PORT\\r\\n\
         Proxy-Authorization: Basic bWU6c2UgY3JldA==\\r\\n",
    )
    .await;
    // By address where we look names up, by name where the proxy does.
    check("socks5", "", false, "\\x05\\x01\\x00\\x01\\x7f\\x14\\x00").await;
    check(
        "socks5h",
        "me:secret@",
        true,
        "\\x01\\x02me\\x06secret\\x05\\x01\\x00\\x03\\x0ehonest.exampleBYTES",
    )
    .await;
}

#[tokio::test]
async fn a_proxy_changes_nothing_about_what_is_forbidden() {
    let place = Place::new(hosts());
    for scheme in ["http", "socks5", "socks5h"] {
        // Nobody listens there.
        let settings = Settings {
            proxy: Some(format!("{scheme}://127.0.0.1:9").parse().expect("a proxy")),
            ..settings(&place.world)
        };
        let dialer = dialer(&settings);
        for host in ["169.254.169.254", "[::1]", "10.0.0.1", "printer.local"] {
            let error = dialer.exchange(data(host, 80), b"", 1, TIME).await;
            let error = error.expect_err("it is forbidden");
            assert!(told(&error).starts_with("Forbidden"), "{scheme}: {error}");
        }
        let error = dialer.exchange(data("honest.example", 80), b"", 1, TIME);
        let error = error.await.expect_err("no proxy listens");
        assert!(told(&error).starts_with("NoService"), "{scheme}: {error}");
    }
}

/// Sends a browser's request to our proxy, and gives all that comes back.
async fn browse(proxy: &FilteringProxy, request: &str) -> String {
    let mut stream = TcpStream::connect(proxy.address())
        .await
        .expect("it listens");
    stream
        .write_all(request.as_bytes())
        .await
        .expect("it listens");
    let mut answer = Vec::new();
    // A connection that is cut gives what came before.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn filter(place: &Place, bytes: u64, time: Duration) -> FilteringProxy {
    let limits = ProxyLimits {
        bytes,
        time,
        connections: 4,
    };
    FilteringProxy::start(place.dialer.clone(), limits)
        .await
        .expect("loopback has a free port")
}

#[tokio::test]
async fn a_browser_gets_pages_and_no_more() {
    let place = Place::new(hosts());
    let proxy = filter(&place, 1 << 20, Duration::from_secs(20)).await;
    let port = place.world.http_port();
    let get = |host: &str| {
        format!(
            "GET http://{host}:{port}/ HTTP/1.1\r\nHost: else.example\r\nCookie: a=b\r\n\
             Proxy-Connection: keep-alive\r\n\r\n"
        )
    };
    let answer = bounded(browse(&proxy, &get("honest.example"))).await;
    assert!(
        answer.ends_with("<title>honest.example</title>"),
        "{answer}"
    );
    let through = proxy.bytes();
    assert!(through as usize == answer.len());

    let tunnel = format!(
        "CONNECT honest.example:{port} HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: honest.example\r\n\r\n"
    );
    let answer = bounded(browse(&proxy, &tunnel)).await;
    assert!(answer.starts_with("HTTP/1.1 200 -\r\n\r\nHTTP/1.1 200"));
    assert!(
        answer.ends_with("<title>honest.example</title>"),
        "{answer}"
    );

    assert_eq!(proxy.refused(), 0);
    let refused = [
        get("metadata.example"),
        get("169.254.169.254"),
        get("localhost.internal"),
        format!("CONNECT [::1]:{port} HTTP/1.1\r\n\r\n"),
        "CONNECT metadata.example:443 HTTP/1.1\r\n\r\n".to_owned(),
    ];
    for request in &refused {
        let answer = bounded(browse(&proxy, request)).await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{request}: {answer}");
    }
    assert_eq!(proxy.refused(), refused.len() as u64);
    for (request, status) in [
        ("POST http://honest.example/ HTTP/1.1\r\n\r\n", 405),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET ftp://honest.example/ HTTP/1.1\r\n\r\n", 400),
        ("CONNECT honest.example HTTP/1.1\r\n\r\n", 400),
        ("nonsense\r\n\r\n", 400),
        ("GET http://nobody.example/ HTTP/1.1\r\n\r\n", 502),
    ] {
        let answer = bounded(browse(&proxy, request)).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{request}: {answer}"
        );
    }
    // A redirect is the browser's to follow, by another request.
    let answer = bounded(browse(&proxy, &get("redirect.example"))).await;
    assert!(answer.contains("Location: http://169.254.169.254"));
}

#[tokio::test]
async fn what_goes_through_is_limited() {
    let place = Place::new(hosts());
    let port = place.world.http_port();
    let endless = format!("GET http://endless.example:{port}/ HTTP/1.1\r\n\r\n");
    let proxy = filter(&place, 100_000, Duration::from_secs(20)).await;
    let answer = bounded(browse(&proxy, &endless)).await;
    assert!(answer.len() <= 100_000);
    let proxy = filter(&place, u64::MAX, Duration::from_millis(300)).await;
    bounded(browse(&proxy, &endless)).await;
    assert!(
        TcpStream::connect(proxy.address()).await.is_err(),
        "it has ended"
    );
}
