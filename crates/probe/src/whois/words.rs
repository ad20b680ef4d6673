//! The words of registries: what their keys and headings mean.

use model::dossier::Role;

/// What the lines below a heading are about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Section {
    /// A contact.
    Contact(Role),
    /// The address of the registrant, who was named before.
    Address,
    /// The registrar.
    Registrar,
    /// The name servers.
    NameServers,
    /// The name itself.
    Name,
    /// The state.
    Status,
    /// Pairs that speak for themselves.
    Other,
}

/// What a key of the domain is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Field {
    Name,
    Created,
    Changed,
    Expires,
    /// The day on which anybody may have it.
    Released,
    Transferred,
    Status,
    Hold,
    Registrar,
    RegistrarId,
    AbuseEmail,
    AbusePhone,
    NameServer,
    Signed,
    /// Something that only signed delegations have.
    Key,
    Contact(Role),
    Anonymous,
}

/// What a key of a contact is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    Handle,
    Name,
    Organisation,
    Email,
    Phone,
    Address,
    Country,
}

const SECTIONS: &[(&str, Section)] = &[
    ("admin c", Section::Contact(Role::Administrative)),
    ("admin contact", Section::Contact(Role::Administrative)),
    (
        "administrative contact",
        Section::Contact(Role::Administrative),
    ),
    (
        "administrative contacts",
        Section::Contact(Role::Administrative),
    ),
    (
        "administrative contact(s)",
        Section::Contact(Role::Administrative),
    ),
    ("administrator", Section::Contact(Role::Administrative)),
    ("billing contact", Section::Contact(Role::Billing)),
    ("dns servers", Section::NameServers),
    ("domain", Section::Name),
    ("domain information", Section::Other),
    ("domain name", Section::Name),
    ("domain name servers", Section::NameServers),
    ("domain nameservers", Section::NameServers),
    ("domain servers", Section::NameServers),
    ("domain servers in listed order", Section::NameServers),
    ("holder", Section::Contact(Role::Registrant)),
    ("holder of domain name", Section::Contact(Role::Registrant)),
    ("name servers", Section::NameServers),
    ("nameserver information", Section::NameServers),
    ("nameservers", Section::NameServers),
    ("onsite(s)", Section::Contact(Role::Technical)),
    ("registrant", Section::Contact(Role::Registrant)),
    ("registrant contact", Section::Contact(Role::Registrant)),
    ("registrar", Section::Registrar),
    ("registrar of record", Section::Registrar),
    (
        "registrar technical contacts",
        Section::Contact(Role::Technical),
    ),
    ("registration status", Section::Status),
    ("relevant dates", Section::Other),
    ("tech c", Section::Contact(Role::Technical)),
    ("tech contact", Section::Contact(Role::Technical)),
    ("technical", Section::Contact(Role::Technical)),
    ("technical contact", Section::Contact(Role::Technical)),
    ("technical contacts", Section::Contact(Role::Technical)),
    ("technical contact(s)", Section::Contact(Role::Technical)),
    ("zone c", Section::Contact(Role::Technical)),
    // Headings of what is told nowhere else; without them their lines would go to the section before.
    ("dnssec", Section::Other),
    ("domicile", Section::Other),
    ("flags", Section::Other),
    ("keys", Section::Other),
    ("copyright notice", Section::Other),
    ("contractual language", Section::Other),
    ("registrant type", Section::Other),
    ("registrant's address", Section::Address),
];

const FIELDS: &[(&str, Field)] = &[
    ("admin c", Field::Contact(Role::Administrative)),
    ("admin contact", Field::Contact(Role::Administrative)),
    (
        "administrative contact",
        Field::Contact(Role::Administrative),
    ),
    ("anonymous", Field::Anonymous),
    ("billing c", Field::Contact(Role::Billing)),
    ("changed", Field::Changed),
    ("created", Field::Created),
    ("created date", Field::Created),
    ("created on", Field::Created),
    ("creation date", Field::Created),
    ("date registered", Field::Created),
    ("dnssec", Field::Signed),
    ("domain", Field::Name),
    ("domain create date", Field::Created),
    ("domain dateregistered", Field::Created),
    ("domain expiration date", Field::Expires),
    ("domain last updated date", Field::Changed),
    ("domain name", Field::Name),
    ("domain registration date", Field::Created),
    ("domain status", Field::Status),
    ("domain record activated", Field::Created),
    ("domain record last updated", Field::Changed),
    ("domain expires", Field::Expires),
    ("ds rdata", Field::Key),
    ("dsrecord", Field::Key),
    ("eppstatus", Field::Status),
    ("estado status", Field::Status),
    ("expiration date", Field::Expires),
    ("expiration time", Field::Expires),
    ("expire", Field::Expires),
    ("expire date", Field::Expires),
    ("expires", Field::Expires),
    ("expires on", Field::Expires),
    ("expiry", Field::Expires),
    ("expiry date", Field::Expires),
    ("first registration date", Field::Created),
    ("free date", Field::Released),
    ("hold", Field::Hold),
    ("holder", Field::Contact(Role::Registrant)),
    ("holder c", Field::Contact(Role::Registrant)),
    ("host name", Field::NameServer),
    ("hostname", Field::NameServer),
    ("keyset", Field::Key),
    ("last modified", Field::Changed),
    ("last update", Field::Changed),
    ("last updated", Field::Changed),
    ("last updated date", Field::Changed),
    ("last updated on", Field::Changed),
    ("modification date", Field::Changed),
    ("modified", Field::Changed),
    ("name server", Field::NameServer),
    ("name servers", Field::NameServer),
    ("nameserver", Field::NameServer),
    ("nameservers", Field::NameServer),
    ("nserver", Field::NameServer),
    ("org", Field::Contact(Role::Registrant)),
    ("organization", Field::Contact(Role::Registrant)),
    ("owner", Field::Contact(Role::Registrant)),
    ("owner c", Field::Contact(Role::Registrant)),
    ("paid till", Field::Expires),
    ("person", Field::Contact(Role::Registrant)),
    ("query status", Field::Status),
    ("record created", Field::Created),
    ("record expires on", Field::Expires),
    ("record last updated", Field::Changed),
    ("record last updated on", Field::Changed),
    ("registered", Field::Created),
    ("registered date", Field::Created),
    ("registered on", Field::Created),
    ("registrant", Field::Contact(Role::Registrant)),
    ("registrar", Field::Registrar),
    ("registrar abuse contact email", Field::AbuseEmail),
    ("registrar abuse contact phone", Field::AbusePhone),
    ("registrar iana id", Field::RegistrarId),
    ("registrar name", Field::Registrar),
    ("registrar registration expiration date", Field::Expires),
    ("registration date", Field::Created),
    ("registration status", Field::Status),
    ("registration time", Field::Created),
    ("registry expiry date", Field::Expires),
    ("renewal date", Field::Expires),
    ("sponsoring registrar", Field::Registrar),
    ("sponsoring registrar iana id", Field::RegistrarId),
    ("state", Field::Status),
    ("status", Field::Status),
    ("tech c", Field::Contact(Role::Technical)),
    ("technical contact", Field::Contact(Role::Technical)),
    ("transferred", Field::Transferred),
    ("updated date", Field::Changed),
    ("zone c", Field::Contact(Role::Technical)),
];

const PARTS: &[(&str, Part)] = &[
    ("address", Part::Address),
    ("city", Part::Address),
    ("company", Part::Organisation),
    ("contact", Part::Name),
    ("contact name", Part::Name),
    ("contact organization", Part::Organisation),
    ("contact email", Part::Email),
    ("contactid", Part::Handle),
    ("country", Part::Country),
    ("country code", Part::Country),
    ("countrycode", Part::Country),
    ("country economy", Part::Country),
    ("e mail", Part::Email),
    ("email", Part::Email),
    ("handle", Part::Handle),
    ("id", Part::Handle),
    ("location", Part::Country),
    ("name", Part::Name),
    ("nic handle", Part::Handle),
    ("nic hdl", Part::Handle),
    ("nic hdl br", Part::Handle),
    ("org", Part::Organisation),
    ("organisation", Part::Organisation),
    ("organization", Part::Organisation),
    ("organization name", Part::Organisation),
    ("person", Part::Name),
    ("personname", Part::Name),
    ("phone", Part::Phone),
    ("phone number", Part::Phone),
    ("postal address", Part::Address),
    ("postal code", Part::Address),
    ("postalcode", Part::Address),
    ("role", Part::Name),
    ("state province", Part::Address),
    ("street", Part::Address),
    ("street address", Part::Address),
    ("telephone", Part::Phone),
    ("voice", Part::Phone),
];

/// What a key may begin with to be about a contact: `Registrant Name`, `Tech Email`.
const PREFIXES: &[(&str, Role)] = &[
    ("admin contact ", Role::Administrative),
    ("admin ", Role::Administrative),
    ("administrative contact ", Role::Administrative),
    ("billing contact ", Role::Billing),
    ("billing ", Role::Billing),
    ("owner ", Role::Registrant),
    ("registrant contact ", Role::Registrant),
    ("registrant ", Role::Registrant),
    ("tech contact ", Role::Technical),
    ("tech ", Role::Technical),
    ("technical contact ", Role::Technical),
];

/// A key for looking up: lower case; `-`, `_`, `.` and `/` are spaces, one at a time; without number and brackets at the end.
pub(super) fn normal(key: &str) -> String {
    let key = key.trim_end_matches(|letter: char| letter.is_ascii_digit());
    // "Creation Date (dd/mm/yyyy)"
    let key = key.split_once(" (").map_or(key, |(key, _)| key);
    // Two languages: the second is English.
    let key = key.split_once(" / ").map_or(key, |(_, english)| english);
    let spaced = key.to_lowercase().replace(['-', '_', '.', '/'], " ");
    let words: Vec<&str> = spaced.trim_end_matches(':').split_whitespace().collect();
    words.join(" ")
}

/// What a heading opens; `heading` as [`normal`] writes it.
pub(super) fn section(heading: &str) -> Option<Section> {
    find(SECTIONS, heading)
}

/// What a key of the domain says.
pub(super) fn field(key: &str) -> Option<Field> {
    find(FIELDS, key)
}

/// What a key of a contact says.
pub(super) fn part(key: &str) -> Option<Part> {
    find(PARTS, key)
}

/// What a key such as `registrant email` says, and of whom.
pub(super) fn prefixed(key: &str) -> Option<(Role, Part)> {
    PREFIXES.iter().find_map(|(prefix, role)| {
        let part = part(key.strip_prefix(prefix)?)?;
        Some((*role, part))
    })
}

fn find<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    table
        .iter()
        .find(|(key, _)| *key == word)
        .map(|(_, meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_folded() {
        for (given, expected) in [
            ("Name Server 1", "name server"),
            ("nic-hdl", "nic hdl"),
            (
                "Data de registo / Creation Date (dd/mm/yyyy)",
                "creation date",
            ),
            ("Expires......", "expires"),
            ("Technical contact(s)", "technical contact(s)"),
            ("", ""),
        ] {
            assert_eq!(normal(given), expected);
        }
    }

    #[test]
    fn keys_of_contacts_have_prefixes() {
        assert_eq!(
            prefixed("registrant email"),
            Some((Role::Registrant, Part::Email))
        );
        assert_eq!(
            prefixed("tech contact name"),
            Some((Role::Technical, Part::Name))
        );
        assert_eq!(prefixed("registrant shoe size"), None);
    }
}
