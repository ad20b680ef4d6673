//! The form in which values are compared.

use model::actor::{Indicator, IndicatorKind};
use model::{Pivot, PivotKind};

use crate::contact::{is_redacted, plain};

/// The longest value that is compared, in characters.
const LONGEST: usize = 256;

/// Titles shorter than this, in characters, are everybody's.
const SHORTEST_TITLE: usize = 12;

/// A value as it is compared; none where it says nothing: what a registry keeps back, a stand-in's mailbox, a title such as
/// "Index of /".
pub fn pivot(kind: PivotKind, written: &str) -> Option<Pivot> {
    use PivotKind as K;
    let value = match kind {
        K::RegistrantEmail => mailbox(written)?,
        K::RegistrantPhone => telephone(written)?,
        K::RegistrantName => text(written, 5)?,
        K::RegistrantOrganisation => text(written, 4)?,
        K::RegistrantAddress => text(written, 12)?,
        K::ZoneMailbox => zone_mailbox(written)?,
        K::NameServer | K::MailExchanger => written.trim().trim_end_matches('.').to_lowercase(),
        K::Address => {
            let address = Indicator::new(IndicatorKind::Address, written);
            address.ok()?.value().to_owned()
        }
        K::Title => {
            let title = plain(written);
            (title.chars().count() >= SHORTEST_TITLE).then_some(title)?
        }
        K::FormTarget => {
            let target = written.split(['?', '#']).next().unwrap_or_default();
            target.to_lowercase()
        }
        K::RegistrationMinute
        | K::RegistrationDay
        | K::NameServers
        | K::Network24
        | K::Network48
        | K::Asn
        | K::PublicKey
        | K::Certificate
        | K::Issuance
        | K::PageBody
        | K::Favicon
        | K::Tracker
        | K::Naming => plain(written),
    };
    let value = match value.char_indices().nth(LONGEST) {
        Some((end, _)) => value[..end].to_owned(),
        None => value,
    };
    (!value.is_empty()).then_some(Pivot { kind, value })
}

/// A mailbox in lower case, without what stands behind a plus sign.
fn mailbox(written: &str) -> Option<String> {
    let written = written.trim().to_lowercase();
    let (local, domain) = written.rsplit_once('@')?;
    let is_text = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
    if !is_text(local) || !is_text(domain) || !domain.contains('.') || is_redacted(&written) {
        return None;
    }
    let untagged = local.split('+').next().filter(|local| !local.is_empty());
    Some(format!("{}@{domain}", untagged.unwrap_or(local)))
}

/// A mailbox that is written as a name: the first dot that is not escaped stands for the `@` (RFC 1035 §8).
fn zone_mailbox(written: &str) -> Option<String> {
    let rname = written.trim().trim_end_matches('.').to_lowercase();
    if rname.contains('@') {
        return Some(rname);
    }
    let mut escaped = false;
    let (dot, _) = rname.char_indices().find(|(_, letter)| {
        let found = *letter == '.' && !escaped;
        escaped = *letter == '\\' && !escaped;
        found
    })?;
    let local = rname[..dot].replace('\\', "");
    Some(format!("{local}@{}", &rname[dot + 1..]))
}

/// The digits of a telephone number: seven at least, and not a stand-in such as +1.0000000000.
fn telephone(written: &str) -> Option<String> {
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let first = digits.chars().next()?;
    let varied = digits.chars().any(|digit| digit != first);
    (digits.len() >= 7 && varied && !digits.ends_with("000000")).then_some(digits)
}

/// A text with so many letters at least.
fn text(written: &str, least: usize) -> Option<String> {
    let plain = plain(written);
    let letters = plain.chars().filter(|letter| letter.is_alphanumeric());
    (letters.count() >= least && !is_redacted(&plain)).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: PivotKind, written: &str, expected: Option<&str>) {
        let value = pivot(kind, written).map(|pivot| pivot.value);
        assert_eq!(value.as_deref(), expected, "{kind} {written}");
    }

    #[test]
    fn mailboxes_are_compared_without_their_tags() {
        let mailbox = |written, expected| check(PivotKind::RegistrantEmail, written, expected);
        mailbox(
            " Some.Body+shop@Mail.example ",
            Some("some.body@mail.example"),
        );
        mailbox("+@mail.example", Some("+@mail.example"));
        mailbox("abc@privacy.example", None);
        mailbox("Redacted for Privacy", None);
        mailbox("two words@mail.example", None);
        mailbox("@mail.example", None);
    }

    #[test]
    fn mailboxes_of_zones_are_written_as_names() {
        let mailbox = |written, expected| check(PivotKind::ZoneMailbox, written, expected);
        mailbox("Hostmaster.Some.example.", Some("hostmaster@some.example"));
        mailbox(r"first\.last.some.example", Some("first.last@some.example"));
        mailbox("dns@some.example", Some("dns@some.example"));
        mailbox(".", None);
    }

    #[test]
    fn what_says_nothing_is_left_out() {
        check(
            PivotKind::RegistrantPhone,
            "+33.1 23-45-67-89",
            Some("33123456789"),
        );
        check(PivotKind::RegistrantPhone, "+1.0000000", None);
        check(PivotKind::RegistrantPhone, "12345", None);
        check(
            PivotKind::RegistrantName,
            "  Some   BODY ",
            Some("some body"),
        );
        check(PivotKind::RegistrantName, "n/a", None);
        check(PivotKind::RegistrantName, "Not Disclosed", None);
        check(PivotKind::Title, "Login", None);
        check(PivotKind::Address, "192.0.2.1", Some("192.0.2.1"));
        check(PivotKind::Address, "127.0.0.1", None);
        check(PivotKind::Address, "2001:DB8::0", Some("2001:db8::"));
        check(
            PivotKind::NameServer,
            "NS1.Some.Example.",
            Some("ns1.some.example"),
        );
    }

    #[test]
    fn long_values_are_cut_between_letters() {
        let long = "é".repeat(1000);
        let cut = pivot(PivotKind::Title, &long).expect("a title");
        assert_eq!(cut.value.chars().count(), 256);
    }
}
