//! Signals of the web page.

use model::dossier::{Cloaking, PageKind};

use super::RiskSignal;

pub(super) const SIMILARITY: RiskSignal = RiskSignal {
    id: "page-similarity",
    why: "A page that is built like the organisation's own was copied from it.",
    levels: &["much", "some"],
    read: |exhibit| {
        let alike = exhibit.dossier.page.answer()?.similarity?;
        let level = match alike {
            0.8.. => 0,
            0.5.. => 1,
            _ => return None,
        };
        let percent = (alike * 100.0).round();
        Some((
            level,
            format!("its page is to {percent} % like the organisation's own"),
        ))
    },
};

pub(super) const FORM: RiskSignal = RiskSignal {
    id: "credential-form",
    why: "Asking for credentials under a name like another's is what it is all for.",
    levels: &["here", "elsewhere"],
    read: |exhibit| {
        let page = exhibit.dossier.page.answer()?;
        let form = page.forms.iter().find(|form| form.asks())?;
        let asked = if form.password {
            "a password"
        } else {
            "a code or card"
        };
        let says = format!("a form asks for {asked} and posts to {}", form.action);
        Some((usize::from(form.elsewhere), says))
    },
};

pub(super) const BORROWED: RiskSignal = RiskSignal {
    id: "borrowed",
    why: "Pictures and styles loaded from the organisation's own servers are those of a copy.",
    levels: &["assets"],
    read: |exhibit| {
        let page = exhibit.dossier.page.answer()?;
        let first = page.borrowed.first()?;
        Some((
            0,
            format!("it shows things of the organisation from where they are, such as {first}"),
        ))
    },
};

pub(super) const KIND: RiskSignal = RiskSignal {
    id: "page-kind",
    why: "Parked and offered domains wait; a default page says that nothing was set up yet.",
    levels: &["parked", "for-sale", "default", "suspended"],
    read: |exhibit| {
        let (level, says) = match exhibit.dossier.page.answer()?.kind {
            PageKind::Parked => (0, "its page is parked"),
            PageKind::ForSale => (1, "it is offered for sale"),
            PageKind::Default => (2, "it shows a default page"),
            PageKind::Suspended => (3, "its page says that it was suspended"),
            PageKind::Content | PageKind::Listing | PageKind::Empty | PageKind::Error => {
                return None;
            }
        };
        Some((level, says.to_owned()))
    },
};

pub(super) const CLOAKING: RiskSignal = RiskSignal {
    id: "cloaking",
    why: "Lures show themselves to their victims only, and send all others to the real thing.",
    levels: &["to-the-real", "hidden"],
    read: |exhibit| {
        let hints = &exhibit.dossier.page.answer()?.cloaking;
        if hints.contains(&Cloaking::ToTheReal) {
            return Some((0, "it sends visitors on to the real organisation".into()));
        }
        let hint = hints.iter().find(|hint| {
            matches!(
                hint,
                Cloaking::Challenge | Cloaking::Encoded | Cloaking::ScriptRedirect
            )
        })?;
        let says = match hint {
            Cloaking::Challenge => "a check for machines stands before its contents",
            Cloaking::Encoded => "a script puts the page together out of encoded text",
            _ => "a script sends visitors on",
        };
        Some((1, says.to_owned()))
    },
};
