//! The client against real servers on loopback. Names are looked up by the tests themselves: nothing leaves the machine.

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::Mutex;
use std::time::Instant;

use flate2::Compression;
use flate2::write::GzEncoder;
use reqwest::dns::{Addrs, Name, Resolving};

use super::*;
use crate::loopback::{Scripted, Step, answering, scripted, url};

mod tls;

const SECOND: Duration = Duration::from_secs(1);

/// Answers look-ups from a list, the first with the first and so on, and all later ones with the last.
struct Told {
    answers: Vec<Vec<IpAddr>>,
    asked: Mutex<Vec<String>>,
}

impl Told {
    fn new(answers: &[&[&str]]) -> Arc<Self> {
        let parse = |text: &&str| text.parse().expect("the test names an address");
        Arc::new(Told {
            answers: answers
                .iter()
                .map(|answer| answer.iter().map(parse).collect())
                .collect(),
            asked: Mutex::default(),
        })
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no test panics here").clone()
    }
}

impl Resolve for Told {
    fn resolve(&self, name: Name) -> Resolving {
        let mut asked = self.asked.lock().expect("no test panics here");
        let at = asked.len().min(self.answers.len() - 1);
        asked.push(name.as_str().to_owned());
        let found: Vec<_> = self.answers[at]
            .iter()
            .map(|&address| SocketAddr::new(address, 0))
            .collect();
        Box::pin(async move { Ok(Box::new(found.into_iter()) as Addrs) })
    }
}

fn settings() -> Settings {
    Settings {
        connect_timeout: SECOND,
        ..Settings::new("enpassant/test")
    }
}

fn http() -> Http {
    Http::new(&settings()).expect("the defaults are usable")
}

fn told(result: Result<Answer, EgressError>) -> String {
    match result {
        Ok(answer) => format!("{} {:?}", answer.status, answer.body),
        Err(error) => error.to_string(),
    }
}

/// Gets `/` of a server that answers so, with a limit of 10 bytes and a time of 300 ms. In what is `expected`, `@`
/// stands for the server's address.
async fn check_steps(steps: Vec<Step>, expected: &str) -> Scripted {
    let server = scripted(steps).await;
    let url = server.url("/");
    let request = Get::new(&url, Trust::Configured, 10, Duration::from_millis(300));
    let expected = expected.replace('@', &server.address.to_string());
    assert_eq!(told(http().get(request).await), expected);
    server
}

async fn check(answer: &str, expected: &str) -> Scripted {
    check_steps(vec![Step::Send(answer.as_bytes().to_vec())], expected).await
}

#[tokio::test]
async fn an_answer_and_what_was_asked() {
    let server = answering(
        "HTTP/1.1 200 OK\r\nETag: \"a\"\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n\
         Date: Sun, 06 Nov 1994 08:50:00 GMT\r\nContent-Length: 4\r\n\r\nbody",
    )
    .await;
    let url = server.url("/tile/0?x=1");
    let mut get = Get::new(&url, Trust::Configured, 4, SECOND);
    get.accept_gzip = true;
    get.if_none_match = Some("\"b\"");
    get.if_modified_since = Some("Sat, 05 Nov 1994 08:49:37 GMT");
    let answer = http().get(get).await.expect("all is well");
    assert_eq!((answer.status, &*answer.body), (200, &b"body"[..]));
    assert_eq!(answer.etag.as_deref(), Some("\"a\""));
    assert_eq!(
        answer.last_modified.as_deref(),
        Some("Sun, 06 Nov 1994 08:49:37 GMT")
    );
    assert_eq!(
        answer.date.map(|date| date.to_string()).as_deref(),
        Some("1994-11-06T08:50:00Z")
    );
    let head = server.heads().concat().to_lowercase();
    for line in [
        "get /tile/0?x=1 http/1.1",
        "user-agent: enpassant/test",
        "accept-encoding: gzip",
        "if-none-match: \"b\"",
        "if-modified-since: sat, 05 nov 1994 08:49:37 gmt",
    ] {
        assert!(head.contains(&format!("{line}\r\n")), "{line} in {head}");
    }
}

#[tokio::test]
async fn bodies_up_to_the_limit() {
    check(
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789",
        "200 b\"0123456789\"",
    )
    .await;
    check("HTTP/1.1 200 OK\r\n\r\n0123456789", "200 b\"0123456789\"").await;
    check("HTTP/1.1 204 No Content\r\n\r\n", "204 b\"\"").await;
    check("HTTP/1.1 304 Not Modified\r\n\r\n", "304 b\"\"").await;
    let chunks =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n";
    check(chunks, "200 b\"abcde\"").await;
    let large = "the body has more than 10 bytes";
    check("HTTP/1.1 200 OK\r\n\r\n0123456789a", large).await;
    check(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n0123456789a",
        large,
    )
    .await;
}

#[tokio::test]
async fn a_length_that_is_too_large_is_enough() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n";
    let steps = vec![
        Step::Send(head.as_bytes().to_vec()),
        Step::Wait(Duration::from_secs(5)),
    ];
    let start = Instant::now();
    check_steps(steps, "the body has more than 10 bytes").await;
    assert!(start.elapsed() < Duration::from_millis(250));
}

#[tokio::test]
async fn a_trickle_has_an_end() {
    let mut steps = vec![Step::Send(b"HTTP/1.1 200 OK\r\n\r\n".to_vec())];
    for _ in 0..20 {
        steps.push(Step::Send(b".".to_vec()));
        steps.push(Step::Wait(Duration::from_millis(50)));
    }
    check_steps(steps, "@ did not answer within 300 ms").await;
    check_steps(
        vec![Step::Wait(Duration::from_secs(5))],
        "@ did not answer within 300 ms",
    )
    .await;
}

#[tokio::test]
async fn answers_that_break_off() {
    check(
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        "@ did not finish its answer: end of file before message length reached",
    )
    .await;
    check(
        "220 mail.example ESMTP\r\n",
        "@ did not finish its answer: invalid HTTP version parsed",
    )
    .await;
    check(
        "",
        "@ did not finish its answer: connection closed before message completed",
    )
    .await;
}

#[tokio::test]
async fn redirects_lead_nowhere() {
    let elsewhere = answering("HTTP/1.1 200 OK\r\n\r\n").await;
    for to in [
        "http://169.254.169.254/latest/meta-data/",
        elsewhere.url("/").as_str(),
    ] {
        let text = format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
        let says =
            format!("@ answered 302 and points to {to}; give that address, if it is the right one");
        check(&text, &says).await;
    }
    assert_eq!(elsewhere.heads(), [""; 0]);
}

#[tokio::test]
async fn refusals_and_what_they_say() {
    check(
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        "@ answered 404",
    )
    .await;
    check(
        "HTTP/1.1 400 Bad Request\r\n\r\nneed tree size: 20218\x1b[2J\n",
        "@ answered 400: need tree size: 20218?[2J",
    )
    .await;
    let steps = vec![
        Step::Send(b"HTTP/1.1 503 Later\r\n\r\n".to_vec()),
        Step::Wait(Duration::from_secs(5)),
    ];
    check_steps(steps, "@ answered 503").await;
    let server = answering("HTTP/1.1 429 No\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n").await;
    let url = server.url("/");
    let error = http()
        .get(Get::new(&url, Trust::Configured, 10, SECOND))
        .await
        .expect_err("it is refused");
    assert!(error.passing());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn packed_bodies_stay_packed() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&[b'a'; 1000]).expect("a Vec takes all");
    let packed = encoder.finish().expect("a Vec takes all");
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        packed.len()
    );
    let server = scripted(vec![Step::Send(
        [head.into_bytes(), packed.clone()].concat(),
    )])
    .await;
    let url = server.url("/");
    let answer = http()
        .get(Get::new(&url, Trust::Configured, packed.len(), SECOND))
        .await
        .expect("all is well");
    assert!(answer.gzip);
    assert_eq!(answer.body, packed);
    assert_eq!(answer.unpacked(1000).expect("it fits"), [b'a'; 1000]);
    assert!(matches!(
        answer.unpacked(999),
        Err(EgressError::TooLarge { limit: 999 })
    ));
    check(
        "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nx",
        "@ packs its answer as br, which nobody asked for",
    )
    .await;
}

#[tokio::test]
async fn data_names_no_address_of_ours() {
    let server = answering("HTTP/1.1 200 OK\r\n\r\n").await;
    let port = server.address.port();
    let http = http();
    for host in [
        "127.0.0.1",
        "0x7f000001",
        "127.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "localhost",
        "LOCALHOST.",
        "169.254.169.254",
        "metadata.google.internal",
        "user:pass@ct.example",
    ] {
        let url: Url = format!("http://{host}:{port}/")
            .parse()
            .expect("the test gives a URL");
        let result = http.get(Get::new(&url, Trust::FromData, 10, SECOND)).await;
        assert!(
            matches!(
                result,
                Err(EgressError::Refused { .. } | EgressError::Url { .. })
            ),
            "{host}: {result:?}"
        );
    }
    assert_eq!(server.heads(), [""; 0]);
    for text in [
        "ftp://ct.example/",
        "file:///etc/hosts",
        "data:text/plain,x",
    ] {
        let url = text.parse().expect("a URL");
        let result = http
            .get(Get::new(&url, Trust::Configured, 10, SECOND))
            .await;
        assert!(matches!(result, Err(EgressError::Url { .. })), "{text}");
    }
}

/// Gets a name that resolves so, on a stranger's word, from a server at `port`.
async fn named(answers: &[&[&str]], port: u16, danger_loopback: bool) -> (String, Vec<String>) {
    let resolver = Told::new(answers);
    let settings = Settings {
        danger_loopback,
        ..settings()
    };
    let http = Http::resolving(&settings, &(Arc::clone(&resolver) as Arc<dyn Resolve>))
        .expect("the defaults are usable");
    let url = format!("http://ct.example:{port}/").parse().expect("a URL");
    let result = http.get(Get::new(&url, Trust::FromData, 10, SECOND)).await;
    (told(result), resolver.asked())
}

#[tokio::test]
async fn every_address_of_a_name_is_checked() {
    let server = answering("HTTP/1.1 200 OK\r\n\r\nhello").await;
    let port = server.address.port();
    let refused = format!("ct.example:{port} is not called: a private address (RFC 1918 §3)");
    for answers in [
        &["10.0.0.1"][..],
        &["127.0.0.1", "10.0.0.1"],
        &["127.1.1.1", "192.168.1.1", "2606:4700::1111"],
    ] {
        assert_eq!(named(&[answers], port, true).await.0, refused);
    }
    let loopback = named(&[&["127.0.0.1"]], port, false).await.0;
    assert!(
        loopback.ends_with("a loopback address (RFC 1122 §3.2.1.3)"),
        "{loopback}"
    );
    assert_eq!(server.heads(), [""; 0]);
    assert_eq!(
        named(&[&["127.0.0.1"]], port, true).await.0,
        "200 b\"hello\""
    );
}

#[tokio::test]
async fn a_name_is_looked_up_once_and_cannot_turn() {
    let server = answering("HTTP/1.1 200 OK\r\n\r\nhello").await;
    let (answer, asked) = named(
        &[&["127.0.0.1"], &["10.0.0.1"]],
        server.address.port(),
        true,
    )
    .await;
    assert_eq!(answer, "200 b\"hello\"");
    assert_eq!(asked, ["ct.example"]);
}

#[tokio::test]
async fn nobody_there() {
    let (listener, address) = crate::loopback::listen().await;
    drop(listener);
    let url = url(address, "/");
    let error = http()
        .get(Get::new(&url, Trust::Configured, 10, SECOND))
        .await
        .expect_err("nobody listens");
    assert!(matches!(error, EgressError::Connect { .. }), "{error:?}");
    assert!(error.passing());
    assert_eq!(
        error.to_string(),
        format!("cannot connect to {address}: Connection refused (os error 111)")
    );
    let (told, _) = named(&[&[]], 80, false).await;
    assert!(told.starts_with("cannot connect to ct.example"), "{told}");
}

#[tokio::test]
async fn posts() {
    let server = answering("HTTP/1.1 202 Accepted\r\n\r\nthanks").await;
    let url = server.url("/hook");
    let post = Post {
        url: &url,
        content_type: "application/json",
        headers: &[("webhook-id", "7")],
        body: Bytes::from_static(b"{}"),
        timeout: SECOND,
    };
    http().post(post.clone()).await.expect("it is taken");
    let head = server.heads().concat().to_lowercase();
    assert!(head.starts_with("post /hook http/1.1\r\n"), "{head}");
    assert!(
        head.contains("content-type: application/json\r\n"),
        "{head}"
    );
    assert!(head.contains("webhook-id: 7\r\n"), "{head}");
    let wrong = Post {
        headers: &[("x-token", "a\nb")],
        ..post
    };
    let error = http()
        .post(wrong)
        .await
        .expect_err("two lines are no header");
    assert_eq!(
        error.to_string(),
        "the header x-token holds what no header may hold"
    );
}

#[tokio::test]
async fn a_proxy_takes_all_calls() {
    let proxy = answering("HTTP/1.1 200 OK\r\n\r\nhello").await;
    let port = proxy.address.port();
    // The proxy stands in the own network, by name.
    let resolver = Told::new(&[&["127.0.0.1"]]);
    let with = |scheme: &str| {
        let settings = Settings {
            proxy: Some(
                format!("{scheme}://proxy.internal:{port}")
                    .parse()
                    .expect("a proxy"),
            ),
            ..settings()
        };
        Http::resolving(&settings, &(Arc::clone(&resolver) as Arc<dyn Resolve>))
            .expect("it is usable")
    };
    let get = async |http: &Http, text: &str| {
        let url = text.parse().expect("a URL");
        told(http.get(Get::new(&url, Trust::FromData, 10, SECOND)).await)
    };
    let http = with("http");
    assert_eq!(get(&http, "http://ct.example/x").await, "200 b\"hello\"");
    assert_eq!(resolver.asked(), ["proxy.internal"]);
    assert!(
        proxy
            .heads()
            .concat()
            .starts_with("GET http://ct.example/x HTTP/1.1\r\n")
    );
    for refused in [
        "http://10.0.0.1/",
        "http://printer.local/",
        "http://intranet/",
        "http://proxy.internal/",
    ] {
        let told = get(&http, refused).await;
        assert!(
            told.contains("is not called") || told.contains("names our proxy"),
            "{told}"
        );
    }
    // With `socks5` the names are looked up here, so that the guard sees where they lead.
    let told = get(&with("socks5"), "http://ct.example/").await;
    assert!(told.contains("a loopback address"), "{told}");
    assert_eq!(proxy.heads().len(), 1);
}
