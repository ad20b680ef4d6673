//! `watchlist init`: an entry to start from.

use crate::command::Outcome;
use crate::knowledge::SuffixArgs;
use anyhow::{Result, bail};
use model::{IdFault, OrganisationId};
use names::{DomainName, SuffixList, registrable};
use std::io::{self, Write};

/// Write a starter entry for an organisation, by one of its domains
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Example: enpassant watchlist init en-marche.fr --name 'En Marche !' > watchlist.toml"
)]
pub(in crate::command) struct Init {
    #[command(flatten)]
    suffixes: SuffixArgs,
    /// How reports refer to the organisation; the domain's own label by default
    #[arg(long, value_parser = id)]
    id: Option<OrganisationId>,
    /// How people call it
    #[arg(long)]
    name: Option<String>,
    /// A domain that it owns
    domain: DomainName,
}

impl Init {
    pub(super) fn run(&self) -> Result<Outcome> {
        if !self.domain.as_str().contains('.') {
            bail!(
                "`{}` is a top-level domain; give a whole one, such as example.org",
                self.domain
            );
        }
        let entry = self.entry(&self.suffixes.load()?, &[]);
        let mut out = io::stdout().lock();
        out.write_all(entry.as_bytes())?;
        out.flush()?;
        Ok(Outcome::Done)
    }

    /// The entry as TOML, with `services` as far as they are known.
    fn entry(&self, suffixes: &SuffixList, services: &[String]) -> String {
        let owned = registrable(&self.domain, suffixes);
        let domain = owned
            .as_ref()
            .map_or(&self.domain, |domain| domain.as_domain());
        let unicode = domain.to_unicode();
        let label = unicode.split('.').next().unwrap_or(&unicode);
        let id = self.id.as_ref().map_or(label, OrganisationId::as_str);
        let name = self.name.as_deref().unwrap_or(label);
        let listed: Vec<String> = services.iter().map(|id| quoted(id)).collect();
        let services = if listed.is_empty() {
            "# Nobody looked up yet what its staff log in to; name it here.".to_owned()
        } else {
            "# What its public records say that its staff log in to; correct it.".to_owned()
        } + &format!("\nservices = [{}]", listed.join(", "));
        let (id, name, label, domain) = (
            quoted(id),
            quoted(name),
            quoted(label),
            quoted(domain.as_str()),
        );
        format!(
            "\
[[organisation]]
# How reports and programs refer to it; unique in this file.
id = {id}
name = {name}
# country = \"FR\"
# sector = \"political party\"

# Every domain that it owns. They and all names below them are never reported.
domains = [{domain}]

# Words that stand for it are taken from `domains`. To name others, list them all here: they replace the
# derived ones. Short ones touch many names by chance: `enpassant watchlist check` tells how many.
# terms = [{label}]

# People whose impersonation would harm it, given name first.
people = []

{services}
# `enpassant watchlist services` lists the ids, such as microsoft-365, google-workspace, proton-mail.

# From which score on a name is told; these stand in place of the usual thresholds.
# [organisation.thresholds]
# watch = 0.05
# alert = 0.6

# Names known to be harmless: `name` (and all below it) or a `pattern` with *.
# [[organisation.allow]]
# name = \"friends.example\"
# author = \"you@example.org\"
# reason = \"run by our friends\"
# expires = 2027-01-01
"
        )
    }
}

fn id(text: &str) -> Result<OrganisationId, IdFault> {
    OrganisationId::new(text)
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use resemble::{Catalogue, Watchlist};

    #[track_caller]
    fn check(domain: &str, id: Option<&str>, services: &[&str], expected: &str) {
        let init = Init {
            suffixes: SuffixArgs { suffix_list: None },
            id: id.map(|id| OrganisationId::new(id).expect("an id")),
            name: None,
            domain: domain.parse().expect("a name"),
        };
        let services: Vec<String> = services.iter().map(|&id| id.to_owned()).collect();
        let suffixes = SuffixList::embedded();
        let entry = init.entry(&suffixes, &services);
        let uncommented = entry
            .replace("# [", "[")
            .replace("# watch", "watch")
            .replace("# alert", "alert");
        for text in [&entry, &uncommented.replace("[[organisation.allow]]", "# ")] {
            let (watchlist, _) =
                Watchlist::parse(text, &Catalogue::embedded(), &suffixes).expect("it is valid");
            let [organisation] = watchlist.organisations() else {
                panic!("one organisation")
            };
            let read = format!(
                "{} {} {:?} {:?}",
                organisation.id, organisation.domains[0], organisation.terms, organisation.services
            );
            assert_eq!(read, expected);
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        check("en-marche.fr", None, &[], r"en-marche en-marche.fr [] []");
        check(
            "www.EN-marche.fr",
            Some("En \"Marche\" \\ !"),
            &[],
            r#"En "Marche" \ ! en-marche.fr [] []"#,
        );
        check(
            "bücher.example",
            None,
            &["microsoft-365"],
            r#"bücher xn--bcher-kva.example [] ["microsoft-365"]"#,
        );
        check("mofa.gov.pl", None, &[], r"mofa mofa.gov.pl [] []");
        check("google.com", None, &[], r"google google.com [] []");
        check("gov.pl", None, &[], r"gov gov.pl [] []");
    }
}
