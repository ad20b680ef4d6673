//! Signals of certificates.

use model::Stage;

use super::RiskSignal;

pub(super) const QUICK: RiskSignal = RiskSignal {
    id: "quick-certificate",
    why: "A certificate for nothing within a day of registration is how most kits begin; companies take longer.",
    levels: &["free", "paid"],
    read: |exhibit| {
        let created = exhibit.dossier.registration.answer()?.created?;
        let mut stages = exhibit.stages.iter();
        let since = stages
            .find(|reached| reached.stage == Stage::Certified)?
            .since;
        let hours = since.duration_since(created).as_hours();
        // Authorities date certificates an hour back.
        if !(-2..=24).contains(&hours) {
            return None;
        }
        let served = exhibit
            .dossier
            .tls
            .answer()
            .and_then(|tls| tls.chain.first());
        let issuer = served.map_or("an authority", |served| served.issuer.as_str());
        let free = exhibit.infrastructure.is_free(issuer);
        let says = format!("a certificate by {issuer} within a day of registration");
        Some((usize::from(!free), says))
    },
};
