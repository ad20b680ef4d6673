//! Evidence to findings, findings to a score; first of the name alone, then of what was seen of the domain.
//!
//! A [`Signal`] reads one trait of a [`Case`]; the table [`SIGNALS`] has them all. A [`Weights`] table
//! says what each trait is worth in natural log odds, and [`weigh`](Judge::weigh) adds them up. What
//! comes out can be added up again by hand. A [`Sifter`] takes one name through all steps.
//!
//! Once a domain was looked at, [`advance`] tells which stages it stands on and which steps it took, [`OwnTraits`] what it
//! shares with the organisation's own, [`assess`] what all of it comes to, and [`next_look`] when to look again.
//!
//! [`facts`] are what it may share with other domains, [`Rarity`] says what that means, and a [`Joiner`] makes
//! campaigns of it. [`attribute`] says who may be behind one, and what speaks against.

mod attribution;
mod bar;
mod campaign;
mod case;
mod common;
mod contact;
mod infrastructure;
mod judge;
mod own;
mod pivot;
mod rarity;
mod risk;
mod schedule;
mod sifter;
mod signal;
mod signals;
mod stage;
mod told;
mod weights;

pub use attribution::{Claimed, Inquiry, attribute};
pub use bar::Bar;
pub use campaign::{
    Edge, Group, Joined, Joiner, Promotion, Suspect, ValueIndex, campaign_id, campaign_name,
    campaigns, decision_says, link_says, promotion_says, tie_says,
};
pub use case::Case;
pub use common::{Common, CommonFault, Commonness};
pub use infrastructure::{Infrastructure, InfrastructureFault};
pub use judge::{Judge, Verdict};
pub use own::{OwnTraits, Shared};
pub use pivot::{facts, naming, pivot};
pub use rarity::{Rarity, RarityFault, Strength};
pub use risk::{Exhibit, RISK_SIGNALS, RULES, RiskSignal, RiskTable, RiskTableFault, assess};
pub use schedule::{Standing, next_look};
pub use sifter::{Desk, Fate, Sifter, Told};
pub use signal::{Reading, Signal};
pub use signals::SIGNALS;
pub use stage::{Known, advance};
pub use weights::{Weights, WeightsFault};
