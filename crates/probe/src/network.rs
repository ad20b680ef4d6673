//! Whose an address is, from an offline table.

use std::fmt;
use std::net::IpAddr;

use model::dossier::Network;

use crate::error::ProbeError;

/// Networks by their addresses.
///
/// Made from tables of comma-separated values without a heading, as several publishers have them: first address, last
/// address, number of the autonomous system and name of who runs it; and first address, last address and country. IPv4
/// and IPv6 may stand in one table. A million rows take some 60 MB.
#[derive(Clone, Default)]
pub struct Networks {
    systems: Vec<Range<(u32, u32)>>,
    /// Names of [`Networks::systems`], each once.
    names: Vec<Box<str>>,
    countries: Vec<Range<[u8; 2]>>,
}

/// Addresses that have something in common.
#[derive(Clone)]
struct Range<T> {
    first: IpAddr,
    last: IpAddr,
    value: T,
}

impl Networks {
    /// Reads the table of networks and that of countries, which may be empty.
    pub fn from_tables(networks: &[u8], countries: &[u8]) -> Result<Self, ProbeError> {
        let mut table = Networks::default();
        let mut known = std::collections::HashMap::new();
        table.systems = read(networks, "networks", |columns| {
            let number = columns.first()?;
            let asn = number.trim_start_matches("AS").parse().ok()?;
            let name = *columns.get(1)?;
            let at = *known.entry(name.to_owned()).or_insert_with(|| {
                table.names.push(name.into());
                table.names.len() as u32 - 1
            });
            Some((asn, at))
        })?;
        table.countries = read(countries, "countries", |columns| {
            let code: [u8; 2] = columns.first()?.as_bytes().try_into().ok()?;
            let is_code = code.iter().all(u8::is_ascii_alphabetic);
            is_code.then(|| code.map(|letter| letter.to_ascii_uppercase()))
        })?;
        Ok(table)
    }

    /// The network that announces an address, as the table knows.
    pub fn network(&self, address: IpAddr) -> Option<Network> {
        let address = address.to_canonical();
        let (asn, name) = find(&self.systems, address)?;
        let country = find(&self.countries, address).unwrap_or_default();
        Some(Network {
            asn,
            country: country
                .iter()
                .filter(|letter| **letter != 0)
                .map(|letter| char::from(*letter))
                .collect(),
            name: self.names[name as usize].to_string(),
        })
    }
}

impl fmt::Debug for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (systems, countries) = (self.systems.len(), self.countries.len());
        write!(f, "Networks({systems} ranges, {countries} of countries)")
    }
}

/// The value of the last range that begins at or before the address, if it reaches so far.
fn find<T: Copy>(ranges: &[Range<T>], address: IpAddr) -> Option<T> {
    let after = ranges.partition_point(|range| range.first <= address);
    let range = &ranges[after.checked_sub(1)?];
    (address <= range.last).then_some(range.value)
}

fn read<T>(
    bytes: &[u8],
    table: &'static str,
    mut value: impl FnMut(&[&str]) -> Option<T>,
) -> Result<Vec<Range<T>>, ProbeError> {
    let mut ranges = Vec::new();
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    for (at, row) in rows.records().enumerate() {
        let fault = |why: String| ProbeError::ConfigNetworks {
            table,
            row: at + 1,
            why,
        };
        let row = row.map_err(|error| fault(error.to_string()))?;
        let columns: Vec<&str> = row.iter().collect();
        let address = |column: usize| {
            let text = columns.get(column)?;
            Some(text.parse::<IpAddr>().ok()?.to_canonical())
        };
        let (Some(first), Some(last)) = (address(0), address(1)) else {
            return Err(fault("does not begin with two addresses".to_owned()));
        };
        if first > last || first.is_ipv4() != last.is_ipv4() {
            return Err(fault("the last address is before the first".to_owned()));
        }
        let value = value(&columns[2..])
            .ok_or_else(|| fault("the columns behind the addresses cannot be read".to_owned()))?;
        ranges.push(Range { first, last, value });
    }
    ranges.sort_by_key(|range| range.first);
    Ok(ranges)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Networks {
        Networks::from_tables(
            b"2001:db8::,2001:db8::ffff,64497,Example Six\n192.0.2.0,192.0.2.127,64496,\"Example, Inc.\"\n198.51.100.0,198.51.100.255,AS64496,\"Example, Inc.\"\n",
            b"192.0.2.0,192.0.2.255,fr\n",
        )
        .expect("the tables are valid")
    }

    #[track_caller]
    fn check(address: &str, expected: Option<(u32, &str, &str)>) {
        let network = table().network(address.parse().expect("it is an address"));
        let told = network
            .as_ref()
            .map(|network| (network.asn, &*network.country, &*network.name));
        assert_eq!(told, expected, "{address}");
    }

    #[test]
    fn addresses_in_and_beside_ranges() {
        check("192.0.2.0", Some((64496, "FR", "Example, Inc.")));
        check("192.0.2.127", Some((64496, "FR", "Example, Inc.")));
        check("192.0.2.128", None);
        check("198.51.100.7", Some((64496, "", "Example, Inc.")));
        check("::ffff:198.51.100.7", Some((64496, "", "Example, Inc.")));
        check("2001:db8::1", Some((64497, "", "Example Six")));
        check("1.1.1.1", None);
        check("ffff::", None);
    }

    #[test]
    fn broken_tables() {
        for rows in [
            "x,y,1,a",
            "192.0.2.9,192.0.2.1,1,a",
            "192.0.2.9,2001:db8::,1,a",
            "192.0.2.1,192.0.2.2",
            "192.0.2.1",
            "192.0.2.1,192.0.2.2,many,a",
        ] {
            assert!(
                Networks::from_tables(rows.as_bytes(), b"").is_err(),
                "{rows}"
            );
        }
        assert!(Networks::from_tables(b"", b"192.0.2.1,192.0.2.2,FRA").is_err());
    }
}
