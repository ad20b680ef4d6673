//! How fast text becomes records, in bytes a second on one core: the formats that come by the gigabyte.

use std::fmt::Write;
use std::io::Cursor;

use divan::counter::BytesCount;
use feeds::{Batch, Format, Input};

fn main() {
    divan::main();
}

#[divan::bench]
fn list(bencher: divan::Bencher<'_, '_>) {
    let text = made_of(|text, n| writeln!(text, "name-{n}.example"));
    read(bencher, &text, Format::List);
}

#[divan::bench]
fn zone(bencher: divan::Bencher<'_, '_>) {
    let text = made_of(|text, n| {
        for server in ["ns1", "ns2"] {
            writeln!(
                text,
                "name-{n}.example.\t172800\tin\tns\t{server}.name-server.test."
            )?;
        }
        Ok(())
    });
    read(bencher, &text, Format::Zone);
}

#[divan::bench]
fn csv(bencher: divan::Bencher<'_, '_>) {
    let text = made_of(|text, n| writeln!(text, "{n},name-{n}.example"));
    read(bencher, &text, Format::Csv);
}

#[divan::bench]
fn certstream(bencher: divan::Bencher<'_, '_>) {
    let text = made_of(|text, n| {
        writeln!(
            text,
            r#"{{"message_type":"certificate_update","data":{{"update_type":"X509LogEntry","leaf_cert":{{"subject":{{"CN":"name-{n}.example"}},"fingerprint":"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF","all_domains":["name-{n}.example","www.name-{n}.example"]}},"cert_index":{n}}}}}"#
        )
    });
    read(bencher, &text, Format::Certstream);
}

fn made_of(line: impl Fn(&mut String, u32) -> std::fmt::Result) -> Vec<u8> {
    let mut text = String::new();
    for n in 0..200_000 {
        line(&mut text, n).expect("a String takes everything");
    }
    text.into_bytes()
}

fn read(bencher: divan::Bencher<'_, '_>, text: &[u8], format: Format) {
    let mut batch = Batch::default();
    bencher
        .counter(BytesCount::new(text.len()))
        .with_inputs(|| text.to_vec())
        .bench_local_values(|text| {
            let mut input = Input::from_reader("bench", Box::new(Cursor::new(text)), format)
                .expect("plain text opens");
            let mut records = 0;
            while input.next_batch(&mut batch).expect("plain text is read") {
                records += batch.records.len();
            }
            assert!(records >= 200_000);
            records
        });
}
