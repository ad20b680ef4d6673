//! The zones: one for each host, and the root, which knows no other names.

use std::sync::Arc;

use hickory_server::net::runtime::TokioRuntimeProvider;
use hickory_server::proto::rr::{LowerName, Name};
use hickory_server::proto::serialize::txt::Parser;
use hickory_server::store::in_memory::InMemoryZoneHandler;
use hickory_server::zone_handler::{AxfrPolicy, Catalog, ZoneType};

use crate::error::TestbedError;
use crate::world::stage::{Placed, Stage};

/// Its own name server, which is on this machine.
const AUTHORITY: &str =
    "$TTL 60\n@ SOA ns1 hostmaster 1 7200 900 1209600 60\n@ NS ns1\nns1 A 127.0.0.1\n";

pub(super) fn catalog(stage: &Stage) -> Result<Catalog, TestbedError> {
    let mut catalog = Catalog::new();
    let root = "$TTL 60\n. SOA ns1.testbed.example. hostmaster.testbed.example. 1 7200 900 1209600 60\n\
                . NS ns1.testbed.example.\n";
    add(&mut catalog, ".", root)?;
    for placed in stage.hosts().filter(|placed| !placed.host.undelegated) {
        add(&mut catalog, &placed.host.name, &zone(placed))?;
    }
    Ok(catalog)
}

/// The zone of a host, as a zone file.
fn zone(placed: &Placed) -> String {
    let mut text = AUTHORITY.to_owned();
    let own = [placed.address.into()];
    for address in placed.host.addresses.as_deref().unwrap_or(&own) {
        let kind = if address.is_ipv4() { "A" } else { "AAAA" };
        text += &["@ ", kind, " ", &address.to_string(), "\n"].concat();
        text += &["www ", kind, " ", &address.to_string(), "\n"].concat();
    }
    for line in &placed.host.dns {
        text += &line.replace("{address}", &placed.address.to_string());
        text.push('\n');
    }
    text
}

fn add(catalog: &mut Catalog, origin: &str, text: &str) -> Result<(), TestbedError> {
    let fault = |why: String| TestbedError::Scenario {
        why: format!("the zone of {origin}: {why}"),
    };
    let mut name = Name::from_ascii(origin).map_err(|error| fault(error.to_string()))?;
    name.set_fqdn(true);
    let (name, records) = Parser::new(text, None, Some(name))
        .parse()
        .map_err(|error| fault(error.to_string()))?;
    let zone = InMemoryZoneHandler::<TokioRuntimeProvider>::new(
        name.clone(),
        records,
        ZoneType::Primary,
        AxfrPolicy::Deny,
    )
    .map_err(fault)?;
    catalog.upsert(LowerName::new(&name), vec![Arc::new(zone)]);
    Ok(())
}
