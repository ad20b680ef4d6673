//! Names: what there is, what there is not, and what nobody can tell.

use std::time::Duration;

use egress::dns::{RecordType, Resolver};
use egress::{EgressError, Trust};
use testbed::world::{Host, HostFault};

use super::{Place, bounded, told};

fn place() -> Place {
    let mut host = Host::new("honest.example");
    host.dns = [
        "@ MX 10 mail",
        "@ TXT \"v=spf1 -all\"",
        "alias CNAME www",
        "dangling CNAME nowhere",
        "away CNAME www.other.example.",
        "*.wild A {address}",
    ]
    .map(str::to_owned)
    .to_vec();
    // More than fits into a datagram.
    host.dns
        .extend((0..40).map(|n| format!("large TXT \"{n:064}\"")));
    let mut undelegated = Host::new("undelegated.example");
    undelegated.undelegated = true;
    let faulty = HostFault::ALL
        .into_iter()
        .map(|fault| Host::new(&format!("{fault}.example")).with(fault));
    let mut hosts = vec![host, Host::new("other.example"), undelegated];
    hosts.extend(faulty);
    Place::new(hosts)
}

/// Looks a name up, and compares what is told: what was found, the records, and where the aliases lead.
async fn check(place: &Place, name: &str, kind: RecordType, expected: &str) {
    let looking = place.dialer.resolver().lookup(name, kind);
    let told = match bounded(looking).await {
        Ok(answer) => {
            assert!(!answer.raw.is_empty(), "the evidence is kept");
            let mut records: Vec<_> = answer
                .records
                .iter()
                .map(|record| record.data.to_string())
                .collect();
            records.sort();
            records.truncate(2);
            let aliases: Vec<_> = answer.aliases.iter().map(ToString::to_string).collect();
            format!(
                "{:?} [{}] [{}]",
                answer.found,
                records.join(" "),
                aliases.join(" ")
            )
        }
        Err(error) => told(&error),
    };
    let expected = expected.replace("SERVER", &place.world.dns().to_string());
    assert_eq!(told, expected, "{name} {kind}");
}

#[tokio::test]
async fn what_there_is_and_what_there_is_not() {
    let place = place();
    let own = place.world.address("honest.example").expect("it is there");
    let found = format!("Records [{own}] ");
    for (name, kind, expected) in [
        ("honest.example", RecordType::A, &*format!("{found}[]")),
        ("HONEST.example.", RecordType::A, &*format!("{found}[]")),
        (
            "alias.honest.example",
            RecordType::A,
            &*format!("{found}[www.honest.example.]"),
        ),
        (
            "b.wild.honest.example",
            RecordType::A,
            &*format!("{found}[]"),
        ),
        ("honest.example", RecordType::AAAA, "NoData [] []"),
        (
            "honest.example",
            RecordType::MX,
            "Records [10 mail.honest.example.] []",
        ),
        (
            "honest.example",
            RecordType::TXT,
            "Records [v=spf1 -all] []",
        ),
        ("_dmarc.honest.example", RecordType::TXT, "NoName [] []"),
        (
            "alias.honest.example",
            RecordType::CNAME,
            "Records [www.honest.example.] []",
        ),
        ("undelegated.example", RecordType::NS, "NoName [] []"),
        ("nobody.example", RecordType::A, "NoName [] []"),
        (
            "dangling.honest.example",
            RecordType::A,
            "NoName [] [nowhere.honest.example.]",
        ),
        (
            "two..dots.example",
            RecordType::A,
            "Ours: two..dots.example is not a name that DNS can be asked for",
        ),
    ] {
        check(&place, name, kind, expected).await;
    }
}

#[tokio::test]
async fn aliases_that_leave_the_zone_are_followed() {
    let place = place();
    let other = place.world.address("other.example").expect("it is there");
    check(
        &place,
        "away.honest.example",
        RecordType::A,
        &format!("Records [{other}] [www.other.example.]"),
    )
    .await;
}

#[tokio::test]
async fn what_does_not_fit_comes_by_tcp() {
    let place = place();
    let resolver = place.dialer.resolver();
    let answer = resolver
        .lookup("large.honest.example", RecordType::TXT)
        .await
        .expect("it is there");
    assert_eq!(answer.records.len(), 40);
    assert!(answer.raw.concat().len() > 2000);
}

#[tokio::test]
async fn failures_are_no_absences() {
    let place = place();
    for (fault, expected) in [
        (
            HostFault::DnsSilent,
            "Timeout: the DNS server SERVER did not answer within 500 ms",
        ),
        (
            HostFault::DnsLame,
            "Refused: the DNS server SERVER answered REFUSED for dns-lame.example.",
        ),
        (
            HostFault::DnsServfail,
            "Broken: the DNS server SERVER answered SERVFAIL for dns-servfail.example.",
        ),
        (
            HostFault::DnsCircle,
            "Broken: the aliases of dns-circle.example go in a circle",
        ),
        (
            HostFault::DnsEndless,
            "Broken: the aliases of dns-endless.example are too many to follow",
        ),
    ] {
        check(&place, &format!("{fault}.example"), RecordType::A, expected).await;
    }
    let name = "dns-malformed.example";
    let failure = bounded(place.dialer.resolver().lookup(name, RecordType::A)).await;
    assert!(matches!(failure, Err(EgressError::PeerMalformed { .. })));
    // The others are unharmed.
    let fine = place
        .dialer
        .resolver()
        .lookup("other.example", RecordType::A);
    assert!(fine.await.is_ok());
}

#[tokio::test]
async fn another_server_stands_in() {
    let place = place();
    let mut settings = super::settings(&place.world).dns;
    // Nobody listens at the first.
    settings
        .servers
        .insert(0, "127.0.0.1:9".parse().expect("an address"));
    let resolver = Resolver::new(&settings).expect("two servers");
    let answer = bounded(resolver.lookup("other.example", RecordType::A)).await;
    assert_eq!(
        answer.expect("the second knows it").server,
        place.world.dns()
    );
}

#[tokio::test]
async fn one_server_is_asked_for_what_it_knows() {
    let place = place();
    let ask = |name, trust| {
        let dialer = place.dialer.clone();
        let server = place.world.dns();
        async move { dialer.ask_server(server, trust, name, RecordType::NS).await }
    };
    let answer = ask("honest.example", Trust::FromData)
        .await
        .expect("it knows");
    assert!(answer.authoritative && answer.records.len() == 1);
    let lame = ask("dns-lame.example", Trust::FromData).await;
    assert!(told(&lame.expect_err("it is lame")).starts_with("Refused"));
}

#[tokio::test]
async fn settings_out_of_bounds_are_told() {
    let place = place();
    let check = |change: fn(&mut egress::dns::DnsSettings), expected: &str| {
        let mut settings = super::settings(&place.world).dns;
        change(&mut settings);
        let error = Resolver::new(&settings).expect_err("it is out of bounds");
        assert_eq!(error.to_string(), expected);
    };
    check(
        |settings| settings.attempts = 0,
        "dns: a server is asked 1 to 10 times",
    );
    check(
        |settings| settings.servers = vec![settings.servers[0]; 4],
        "dns: at most 3 servers are asked",
    );
}

#[tokio::test]
async fn all_is_bounded_together() {
    let place = place();
    let mut settings = super::settings(&place.world).dns;
    settings.attempts = 4;
    settings.timeout = Duration::from_millis(100);
    let resolver = Resolver::new(&settings).expect("one server");
    let silent = bounded(resolver.lookup("dns-silent.example", RecordType::A)).await;
    assert!(matches!(silent, Err(EgressError::PeerTimeout { .. })));
}
