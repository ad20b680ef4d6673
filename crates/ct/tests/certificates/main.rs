//! Certificates as logs hold them and as nobody should make them.

mod build;
mod hostile;
mod kept;
mod mutation;
mod oracle;
mod recorded;

use ct::Form;
use ct::identifiers::{Identifier, Kind, Reading, identifiers};

/// Everything told, in order, and how the reading went.
fn read(der: &[u8], form: Form) -> (Vec<(Kind, String)>, Reading) {
    let mut told = vec![];
    let reading = identifiers(der, form, |Identifier { kind, raw }| {
        told.push((kind, String::from_utf8_lossy(raw).into_owned()));
    });
    (told, reading)
}

/// What was told as one line: kind and identifier, then damage, rescued, untold if there are any.
fn line(der: &[u8], form: Form) -> String {
    let (told, reading) = read(der, form);
    let mut parts: Vec<String> = told
        .iter()
        .map(|(kind, raw)| {
            let kind = match kind {
                Kind::Dns => "dns",
                Kind::Ip => "ip",
                Kind::CommonName => "cn",
            };
            format!("{kind} {raw}")
        })
        .collect();
    if let Some(broken) = reading.broken {
        parts.push(format!("! {}", broken.damage.id()));
    }
    if reading.rescued > 0 {
        parts.push(format!("rescued {}", reading.rescued));
    }
    if reading.untold > 0 {
        parts.push(format!("untold {}", reading.untold));
    }
    parts.join(", ")
}
