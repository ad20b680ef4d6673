//! Its certificate: the key, the names beside it, who issued it and for how long.

use data_encoding::HEXLOWER;
use model::PivotKind;
use model::dossier::TlsFacts;
use names::DomainName;

use super::Found;
use crate::contact::plain;

/// Names of others from which on a certificate is a hoster's.
const MOST_NAMES: usize = 32;

pub(super) fn read(tls: &TlsFacts, registrable: &DomainName, found: &mut Found) {
    let Some(own) = tls.chain.first() else {
        return;
    };
    let begins = own.not_before.unwrap_or(found.taken);
    found.push(
        PivotKind::PublicKey,
        &HEXLOWER.encode(&own.spki_sha256),
        begins,
        false,
    );
    let is_other = |name: &String| {
        let name = name.trim_start_matches("*.").to_lowercase();
        let rest = name.strip_suffix(registrable.as_str());
        !rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    // A hoster's certificate speaks for many of its customers.
    let others = own.names.iter().filter(|name| is_other(name)).count();
    if (1..=MOST_NAMES).contains(&others) {
        found.push(
            PivotKind::Certificate,
            &HEXLOWER.encode(&own.sha256),
            begins,
            false,
        );
    }
    if let (Some(from), Some(until)) = (own.not_before, own.not_after) {
        let days = (until.as_second() - from.as_second() + 43_200) / 86_400;
        let issuer = plain(&own.issuer);
        found.push(
            PivotKind::Issuance,
            &format!("{issuer} {days} days"),
            begins,
            false,
        );
    }
}
