//! `watchlist init`: an entry to start from.

mod seen;

use crate::command::{Outcome, note};
use crate::config::Config;
use crate::knowledge::SuffixArgs;
use anyhow::{Result, bail};
use egress::dns::{DnsSettings, Resolver};
use jiff::Timestamp;
use model::{IdFault, OrganisationId};
use names::{DomainName, SuffixList, registrable};
use resemble::{Catalogue, Gives};
use seen::Seen;
use std::io::{self, Write};
use std::path::PathBuf;

/// Write a starter entry for an organisation, by one of its domains
///
/// Asks the DNS for what the domain itself publishes: mail exchangers (MX), policies for senders (SPF) and whom they include,
/// keys for mail (DKIM) under common selectors, who gets reports (DMARC), tokens by which services know it, and where names
/// such as autodiscover lead. By these it fills in which services its staff log in to, and says why. What cannot be
/// learnt is told, and the entry is written all the same.
#[derive(clap::Args, Debug)]
#[command(after_long_help = "Examples:
  enpassant watchlist init en-marche.fr --name 'En Marche !' > watchlist.toml
  enpassant watchlist init en-marche.fr --offline      (asks nobody)")]
pub(in crate::command) struct Init {
    #[command(flatten)]
    suffixes: SuffixArgs,
    /// The configuration; `dns` in it says whom to ask
    #[arg(long, value_name = "FILE", env = "ENPASSANT_CONFIG")]
    config: Option<PathBuf>,
    /// Ask nobody
    #[arg(long)]
    offline: bool,
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
        let suffixes = self.suffixes.load()?;
        let seen = if self.offline {
            None
        } else {
            Some(self.look(&suffixes)?)
        };
        let entry = self.entry(&suffixes, seen.as_ref());
        let mut out = io::stdout().lock();
        out.write_all(entry.as_bytes())?;
        out.flush()?;
        Ok(Outcome::Done)
    }

    /// What it owns: the registrable domain, or the public suffix that was given.
    fn owned(&self, suffixes: &SuffixList) -> DomainName {
        let owned = registrable(&self.domain, suffixes);
        owned.map_or_else(|| self.domain.clone(), |domain| domain.as_domain().clone())
    }

    /// Asks the DNS. A failure is told, and is no error.
    fn look(&self, suffixes: &SuffixList) -> Result<Seen> {
        let config = self.config.as_deref().map(Config::read).transpose()?;
        let resolver = Resolver::new(&DnsSettings {
            servers: config.unwrap_or_default().dns,
            ..DnsSettings::default()
        })?;
        let (domain, catalogue) = (self.owned(suffixes), Catalogue::embedded());
        let is_known = |trace: &model::Trace| {
            let mut given = catalogue.given_by(trace);
            given.any(|(_, gives)| gives == Gives::Surely)
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let looking = probe::services::published(&resolver, &domain, is_known);
        let published = runtime.block_on(looking);
        for failure in seen::failures(&published) {
            note(format_args!("warning: {failure}"));
        }
        Ok(Seen::of(&published, &domain, &catalogue, Timestamp::now()))
    }

    /// The entry as TOML, with the services that were seen, where somebody looked.
    fn entry(&self, suffixes: &SuffixList, seen: Option<&Seen>) -> String {
        let domain = self.owned(suffixes);
        let unicode = domain.to_unicode();
        let label = unicode.split('.').next().unwrap_or(&unicode);
        let id = self.id.as_ref().map_or(label, OrganisationId::as_str);
        let name = self.name.as_deref().unwrap_or(label);
        let services = match seen {
            Some(Seen { services, told }) => {
                let told: Vec<String> = told.iter().map(|line| format!("# {line}\n")).collect();
                let listed: Vec<String> = services.iter().map(|id| quoted(id)).collect();
                format!("{}services = [{}]", told.concat(), listed.join(", "))
            }
            None => "# Nobody looked up yet what its staff log in to; name it here.\nservices = []"
                .into(),
        };
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
            config: None,
            offline: true,
            id: id.map(|id| OrganisationId::new(id).expect("an id")),
            name: None,
            domain: domain.parse().expect("a name"),
        };
        let seen = Seen {
            services: services.iter().map(|&id| id.to_owned()).collect(),
            told: vec!["why".to_owned()],
        };
        let suffixes = SuffixList::embedded();
        let entry = init.entry(&suffixes, Some(&seen).filter(|_| !services.is_empty()));
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
