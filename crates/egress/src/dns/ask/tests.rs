//! Against a server whose every datagram the test writes.

use std::sync::Arc;

use hickory_proto::op::{OpCode, ResponseCode};
use hickory_proto::rr::{RData, Record};

use super::super::{Found, parse};
use super::*;

const TIME: Duration = Duration::from_millis(500);

fn question() -> Question {
    Question {
        name: parse("a.example").expect("a name"),
        kind: RecordType::A,
        recurse: true,
    }
}

/// The honest answer to a question that came.
fn honest(asked: &Message) -> Message {
    let mut answer = Message::response(asked.metadata.id, OpCode::Query);
    answer.add_query(asked.queries[0].clone());
    let address = RData::A(Ipv4Addr::LOCALHOST.into());
    answer.add_answer(Record::from_rdata(
        asked.queries[0].name().clone(),
        0,
        address,
    ));
    answer
}

fn bytes(message: &Message) -> Vec<u8> {
    message.to_vec().expect("it can be written")
}

/// A server that sends all that `answers` gives for each question.
#[expect(clippy::disallowed_methods, reason = "tests serve on loopback")]
async fn serve(answers: impl Fn(&Message) -> Vec<Vec<u8>> + Send + 'static) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    let address = socket.local_addr().expect("it is bound");
    tokio::spawn(async move {
        let mut buffer = [0; 1024];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            let asked = Message::from_vec(&buffer[..length]).expect("we ask properly");
            for answer in answers(&asked) {
                socket.send_to(&answer, from).await.expect("it listens");
            }
        }
    });
    address
}

/// Asks such a server, and compares what was found or what went wrong.
async fn check(answers: impl Fn(&Message) -> Vec<Vec<u8>> + Send + 'static, expected: &str) {
    let server = serve(answers).await;
    let told = match ask(server, &question(), TIME).await {
        Ok((_, reading)) => format!("{:?}", reading.found),
        Err(error) => error.to_string().replace(&server.to_string(), "@"),
    };
    assert!(told.starts_with(expected), "{told}");
}

#[tokio::test]
async fn answers_to_other_questions_say_nothing() {
    let strays = |asked: &Message| {
        let mut other_id = honest(asked);
        other_id.metadata.id ^= 1;
        let mut other_name = honest(asked);
        other_name.queries[0].set_name(parse("b.example").expect("a name"));
        let mut other_kind = honest(asked);
        other_kind.queries[0].set_query_type(RecordType::AAAA);
        let mut no_question = honest(asked);
        no_question.queries.clear();
        let mut question = bytes(&honest(asked));
        question[2] &= 0x7f;
        let mut all = vec![vec![], vec![0; 3], question];
        all.extend([other_id, other_name, other_kind, no_question].map(|m| bytes(&m)));
        all
    };
    check(
        move |asked| {
            let mut all = strays(asked);
            all.push(bytes(&honest(asked)));
            all
        },
        "Records",
    )
    .await;
    check(strays, "the DNS server @ did not answer within").await;
    let guesses = |_: &Message| vec![vec![0; 12]; MAX_STRAYS];
    check(guesses, "what the DNS server @ answered cannot be read").await;
}

#[tokio::test]
async fn servers_without_edns_are_asked_without() {
    check(
        |asked| {
            let mut answer = honest(asked);
            if asked.edns.is_some() {
                answer.answers.clear();
                answer.queries.clear();
                answer.metadata.response_code = ResponseCode::FormErr;
            }
            vec![bytes(&answer)]
        },
        "Records",
    )
    .await;
    check(
        |asked| {
            let mut answer = honest(asked);
            answer.metadata.response_code = ResponseCode::FormErr;
            vec![bytes(&answer)]
        },
        "what the DNS server @ answered cannot be read: it cannot read a plain question",
    )
    .await;
}

#[tokio::test]
async fn records_of_others_are_left_out() {
    check(
        |asked| {
            let mut answer = honest(asked);
            answer.answers[0].name = parse("b.example").expect("a name");
            vec![bytes(&answer)]
        },
        "NoData",
    )
    .await;
}

#[tokio::test]
async fn every_answer_cut_short_or_changed_is_read_or_told() {
    let question = question();
    let (packet, id) = packet(&question, true);
    let asked = Message::from_vec(&packet).expect("we ask properly");
    let whole = Arc::new(bytes(&honest(&asked)));
    for length in 0..whole.len() {
        let response = read(&whole[..length], id, &question);
        assert!(!matches!(response, Response::Answer(_)), "cut at {length}");
    }
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut changed = (*whole).clone();
            changed[at] ^= 1 << bit;
            if let Response::Answer(reading) = read(&changed, id, &question) {
                assert!(reading.records.len() <= 1);
            }
        }
    }
    let Response::Answer(reading) = read(&whole, id, &question) else {
        panic!("the whole is an answer");
    };
    assert_eq!(reading.found, Found::Records);
}

#[tokio::test]
async fn over_tcp_too_little_or_nothing() {
    let server = "127.0.0.1:53".parse().expect("an address");
    let told = async |answer: &[u8], keep: bool| {
        let (mut ours, mut theirs) = tokio::io::duplex(4096);
        theirs.write_all(answer).await.expect("there is room");
        let held = keep.then_some(theirs);
        let asked = ask_stream(&mut ours, server, &question(), TIME).await;
        drop(held);
        asked.expect_err("that is no answer").to_string()
    };
    let short = told(&[0, 9, 1], false).await;
    assert!(short.contains("did not finish"), "{short}");
    let silent = told(&[0, 9, 1], true).await;
    assert!(silent.contains("within 500 ms"), "{silent}");
    let other = told(&[0, 1, 1], true).await;
    assert!(other.contains("another question"), "{other}");
}
