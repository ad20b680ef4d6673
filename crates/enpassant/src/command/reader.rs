//! Who reads about campaigns, and which one.

use super::ledger::LedgerArgs;
use super::{behind, note, usage};
use crate::output::{counted, escaped_line};
use anyhow::{Context, Result, bail};
use intel::Knowledge;
use judge::{Common, Inquiry, Rarity, attribute};
use ledger::Ledger;
use model::actor::Reference;
use model::{Campaign, CampaignId, Decided, OrganisationId, Tlp, Viewer};
use names::{DomainName, SuffixList, registrable};

/// Who reads.
#[derive(clap::Args, Debug)]
pub(super) struct ReaderArgs {
    #[command(flatten)]
    pub(super) ledger: LedgerArgs,
    /// For readers up to this label of the Traffic Light Protocol: clear, green, amber, amber+strict or red
    ///
    /// From amber on, data on persons is shown; below, a fingerprint stands for it.
    #[arg(long, value_name = "LABEL", default_value_t = Tlp::Amber)]
    pub(super) tlp: Tlp,
    /// For readers of this organisation: what concerns only others is left out
    #[arg(long, value_name = "ID")]
    organisation: Option<String>,
}

impl ReaderArgs {
    /// Whoever reads.
    pub(super) fn viewer(&self) -> Result<Viewer> {
        let mut viewer = Viewer::of_all(self.tlp);
        if let Some(id) = &self.organisation {
            let id =
                OrganisationId::new(id).map_err(|why| usage(format!("--organisation: {why}")))?;
            viewer.organisations = Some([id].into());
        }
        Ok(viewer)
    }

    /// The organisation whose readers these are, if they are of one.
    pub(super) fn organisation(&self) -> Option<&str> {
        self.organisation.as_deref()
    }

    /// The ledger, if it knows the organisation.
    pub(super) async fn open(&self) -> Result<Ledger> {
        let ledger = self.ledger.open().await?;
        if let Some(id) = &self.organisation {
            let known = ledger.organisations().await?;
            if !known.contains(id) {
                let shown: Vec<String> = known.iter().take(8).map(|id| escaped_line(id)).collect();
                let more = if known.len() > 8 { ", …" } else { "" };
                let (id, shown) = (escaped_line(id), shown.join(", "));
                bail!("no organisation {id} is guarded here; there are: {shown}{more}");
            }
        }
        Ok(ledger)
    }
}

/// What shared values are worth, by the same table as in a watch.
pub(super) fn rarity() -> Rarity {
    Rarity::embedded(Common::embedded())
}

/// The id that stands for what a user wrote: an id, the beginning of one, one that a campaign had before, or one of its domains.
pub(super) async fn find(ledger: &Ledger, written: &str) -> Result<CampaignId> {
    let shown = escaped_line(written);
    if written.contains('.') {
        let domain = domain(written)?;
        return match ledger.find_campaign(domain.as_str()).await? {
            Some(id) => Ok(id),
            None => bail!("{} belongs to no campaign", domain.defanged()),
        };
    }
    let Some(id) = ledger.find_campaign(written).await? else {
        bail!("there is no campaign {shown}; an id is eight hexadecimal digits, and four may do");
    };
    if !id.0.starts_with(&written.trim().to_lowercase()) {
        note(format_args!("{shown} is {id} now"));
    }
    Ok(id)
}

/// The same with all that is known of it.
pub(super) async fn campaign(ledger: &Ledger, written: &str) -> Result<Campaign> {
    let id = find(ledger, written).await?;
    let campaign = ledger.campaign(&id, &rarity()).await?;
    // A watch may have joined it to another since.
    campaign.with_context(|| format!("campaign {id} is gone just now; ask again"))
}

/// Refuses a campaign that is no business of `viewer`'s.
pub(super) fn concerned(campaign: &Campaign, viewer: &Viewer) -> Result<()> {
    if !render::concerns(campaign, viewer) {
        bail!(
            "campaign {} does not concern this organisation",
            campaign.id
        );
    }
    Ok(())
}

/// The same with who may be behind it, as far as `viewer` may read what it is compared with, and what people decided about it.
pub(super) async fn judged(
    ledger: &Ledger,
    written: &str,
    viewer: &Viewer,
) -> Result<(Campaign, Vec<Decided>)> {
    let mut campaign = campaign(ledger, written).await?;
    concerned(&campaign, viewer)?;
    let decisions = ledger.decisions_on(&campaign).await?;
    let mut standing = decisions.clone();
    standing.retain(|decided| decided.undone.is_none());
    campaign.hypotheses = attribute(&Inquiry {
        campaign: &campaign.id,
        members: &ledger.suspects(&campaign.id).await?,
        references: &references(ledger, viewer).await?,
        claims: &[],
        doubts: &[],
        decisions: &standing,
        rarity: &rarity(),
    });
    if !campaign.hypotheses.is_empty() {
        behind::identify(&mut campaign.hypotheses, &Knowledge::embedded());
    }
    Ok((campaign, decisions))
}

/// The published campaigns that `viewer` may read of.
async fn references(ledger: &Ledger, viewer: &Viewer) -> Result<Vec<Reference>> {
    let kept = ledger.references().await?;
    let all = kept.len();
    let references = kept.into_iter().map(|kept| kept.reference);
    // What has no label is for those who imported it.
    let may_see = |reference: &Reference| reference.tlp.unwrap_or(Tlp::Amber) <= viewer.tlp;
    let seen: Vec<Reference> = references.filter(may_see).collect();
    if seen.len() < all {
        let hidden = counted((all - seen.len()) as u64, "published campaign");
        note(format_args!(
            "{hidden} not compared with: marked for narrower readers than TLP:{}",
            viewer.tlp
        ));
    }
    Ok(seen)
}

/// The registrable domain that somebody wrote, perhaps defanged, perhaps with a host in front.
pub(super) fn domain(written: &str) -> Result<DomainName> {
    let shown = escaped_line(written);
    let name: DomainName = refanged(written)
        .parse()
        .map_err(|why| anyhow::anyhow!("`{shown}` is no domain: {why}"))?;
    let of = registrable(&name, &SuffixList::embedded());
    let of = of.with_context(|| format!("`{shown}` is a public suffix: nobody registers it"))?;
    Ok(of.as_domain().clone())
}

/// A text with what defanging did to it undone.
pub(super) fn refanged(text: &str) -> String {
    text.trim().replace("[.]", ".").replace("[:]", ":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: Result<&str, &str>) {
        let domain = domain(written).map_err(|error| error.to_string());
        let domain = domain.as_ref().map(DomainName::as_str);
        match expected {
            Ok(expected) => assert_eq!(domain, Ok(expected)),
            Err(begin) => {
                let told = domain.expect_err("it is no domain");
                assert!(told.starts_with(begin), "{told}");
            }
        }
    }

    #[test]
    fn domains_are_taken_as_they_were_shown() {
        check("examp1e[.]example", Ok("examp1e.example"));
        check(" Login.Examp1e.Example. ", Ok("examp1e.example"));
        check("bücher[.]example", Ok("xn--bcher-kva.example"));
        check("co.uk", Err("`co.uk` is a public suffix"));
        check("a b.example", Err("`a b.example` is no domain"));
    }
}
