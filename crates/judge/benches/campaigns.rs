//! Facts joined to campaigns in a second, and the memory that it takes.
//!
//! `cargo bench -p judge --bench campaigns` joins a million generated detections with ten pivots each: name servers and
//! addresses of hosters large and small, bursts at registrars, and one campaign in a thousand with a mailbox and a server of its own. As a
//! test it has a thousand and checks that the campaigns come out. What is timed is all that a fact goes through: counted, weighed,
//! held, joined.

use judge::{Common, Joiner, Rarity};
use model::{Pivot, PivotKind};
use std::collections::HashMap;
use std::time::Instant;

/// Domains of one campaign in a thousand.
const CAMPAIGN: u32 = 8;

fn main() {
    let as_test = !std::env::args().any(|argument| argument == "--bench");
    let domains: u32 = if as_test { 1_000 } else { 1_000_000 };
    let rarity = Rarity::embedded(Common::embedded());
    let begin = Instant::now();
    let mut numbers = HashMap::<Pivot, u32>::new();
    let mut holders: Vec<u32> = vec![];
    let mut facts: Vec<(u32, u32, i32)> = vec![];
    for domain in 0..domains {
        for pivot in pivots(domain) {
            let next = u32::try_from(numbers.len()).expect("fewer than four billion");
            let number = *numbers.entry(pivot).or_insert(next);
            if number == next {
                holders.push(0);
            }
            holders[number as usize] += 1;
            facts.push((number, domain, minute(domain)));
        }
    }
    let count = facts.len();
    let mut joiner = Joiner::new(rarity.joins());
    let mut values = vec![None; holders.len()];
    for (pivot, number) in numbers {
        let holders = u64::from(holders[number as usize]);
        if holders > 1
            && let Some(strength) = rarity.strength(&pivot, holders)
        {
            values[number as usize] = Some(joiner.value(pivot.kind.family(), strength));
        }
    }
    for (number, domain, minute) in facts {
        if let Some(value) = values[number as usize] {
            joiner.hold(value, domain, minute);
        }
    }
    let found = joiner.join(domains);
    let took = begin.elapsed().as_secs_f64();
    let mut group_of = vec![None; domains as usize];
    for (number, group) in found.groups.iter().enumerate() {
        for domain in group {
            group_of[*domain as usize] = Some(number);
        }
    }
    for campaign in group_of.chunks(1000) {
        let members = &campaign[..CAMPAIGN as usize];
        assert!(members[0].is_some() && members.iter().all(|group| *group == members[0]));
    }
    let largest = found.groups.iter().map(Vec::len).max().unwrap_or(0);
    assert!(largest < 1000, "{largest} unrelated domains were joined");
    report(&format!(
        "{count} facts of {domains} domains joined in {took:.2} s: {:.0} facts/s, {} campaigns, the largest of {largest}; at most {} MiB",
        count as f64 / took,
        found.groups.len(),
        memory(),
    ));
}

#[expect(clippy::print_stdout, reason = "a benchmark says how it went")]
fn report(line: &str) {
    println!("{line}");
}

/// The most memory that was held so far, in MiB; 0 where the system does not tell.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

/// A number that looks like chance.
fn mixed(number: u32, salt: u32) -> u32 {
    let mut mixed = u64::from(number) << 32 | u64::from(salt);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed >> 33) as u32
}

/// Which of so many hosters: a few have most customers.
fn hoster(domain: u32, many: u32) -> u32 {
    let at = f64::from(mixed(domain, 1)) / f64::from(u32::MAX >> 1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "below `many`"
    )]
    let hoster = (at.powi(6) * f64::from(many)) as u32;
    hoster
}

fn minute(domain: u32) -> i32 {
    (mixed(domain, 2) % (365 * 24 * 60)).cast_signed()
}

/// Ten values of a domain.
fn pivots(domain: u32) -> [Pivot; 10] {
    let campaign = domain / 1000;
    let in_campaign = domain % 1000 < CAMPAIGN;
    let hoster = hoster(domain, 20_000);
    let server = mixed(domain, 3) % (1 + 20_000 / (1 + hoster));
    let minute = minute(domain);
    let registrar = hoster % 500;
    let of = |kind, value| Pivot { kind, value };
    let mailbox = if in_campaign {
        campaign
    } else {
        1_000_000 + domain
    };
    let name_server = if in_campaign {
        format!("ns1.c{campaign}.example")
    } else {
        format!("ns1.h{hoster}.example")
    };
    let (one, other) = (hoster % 200, hoster / 200);
    [
        of(
            PivotKind::RegistrantEmail,
            format!("m{mailbox}@mail.example"),
        ),
        of(
            PivotKind::RegistrationDay,
            format!("iana {registrar} {}", minute / 1440),
        ),
        of(
            PivotKind::RegistrationMinute,
            format!("iana {registrar} {minute}"),
        ),
        of(PivotKind::NameServer, name_server.clone()),
        of(
            PivotKind::NameServers,
            format!("{name_server} ns2.h{hoster}.example"),
        ),
        of(PivotKind::ZoneMailbox, format!("dns@h{hoster}.example")),
        of(
            PivotKind::Address,
            format!("198.{one}.{other}.{}", server % 250),
        ),
        of(PivotKind::Network24, format!("198.{one}.{other}.0/24")),
        of(PivotKind::Asn, (64_500 + hoster).to_string()),
        of(PivotKind::MailExchanger, format!("mx.h{hoster}.example")),
    ]
}
