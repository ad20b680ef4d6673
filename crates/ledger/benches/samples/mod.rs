//! Made-up sightings.

use jiff::Timestamp;
use ledger::{CertificateFacts, NewSighting, SightingKind};
use model::{
    Assessment, Candidate, Finding, FindingId, Observation, OrganisationId, Origin, Resemblance,
    Score, Span, Target, TechniqueId, TechniqueUse, Tier,
};

/// A name below a registrable domain, with all that a certificate tells.
pub(crate) fn sighting(name: &str, index: u64, tier: Tier) -> NewSighting {
    let registrable = name.split_once('.').expect("two labels or more").1;
    let span = Span { from: 0, to: 8 };
    let finding = |id| Finding {
        id: FindingId(id),
        log_odds: 1.0,
        says: "a sentence as long as those that the signals make of a likeness".to_owned(),
    };
    let seen = Timestamp::UNIX_EPOCH;
    NewSighting {
        candidate: Candidate {
            observation: Observation {
                name: name.parse().expect("a name"),
                wildcard: false,
                origin: Origin::Line {
                    source: "-".into(),
                    line: 1,
                },
            },
            registrable: registrable.parse().expect("a name"),
            resemblance: Resemblance {
                organisation: OrganisationId::new("Example Bank").expect("an id"),
                target: Target::Domain("examplebank.example".into()),
                span,
                techniques: vec![TechniqueUse {
                    technique: TechniqueId("homoglyph"),
                    span,
                    edit: Some("l→1".to_owned()),
                }],
            },
            assessment: Assessment {
                findings: ["prior", "chance", "likeness", "lure", "suffix"]
                    .map(finding)
                    .into(),
                score: Score::from_log_odds(2.0),
                tier: Some(tier),
            },
        },
        kind: SightingKind::Name,
        feed: "ct:pLk1Zp4yWdGHfhCBCvhpdxT1hgbkTlQjbyXDjYL2IxE".into(),
        index,
        issuance: Some([7; 32]),
        certificate: Some(CertificateFacts {
            sha256: [7; 32],
            spki_sha256: Some([7; 32]),
            issuer: Some("C=XX, O=Made Up Authority, CN=R10".to_owned()),
            serial: Some("04a1b2c3d4e5f6".to_owned()),
            not_before: Some(seen),
            not_after: Some(seen),
        }),
        sct: Some(seen),
        checkpoint: Some(seen),
        seen,
        test: false,
    }
}
