//! What a campaign is called.

use data_encoding::HEXLOWER;
use model::CampaignId;
use names::DomainName;
use sha2::{Digest, Sha256};

/// The id of the campaign that a domain founded: the first eight hexadecimal digits of the name's SHA-256.
pub fn campaign_id(founder: &DomainName) -> CampaignId {
    let digest = Sha256::digest(founder.as_str().as_bytes());
    CampaignId(HEXLOWER.encode(&digest[..4]))
}

/// A name to speak of a campaign by. It is made from the id and means nothing, so that nobody reads an origin into it.
pub fn campaign_name(id: &CampaignId) -> String {
    let number = u32::from_str_radix(&id.0, 16).unwrap_or(0) as usize;
    let colour = COLOURS[number % COLOURS.len()];
    let bird = BIRDS[number / COLOURS.len() % BIRDS.len()];
    format!("{colour} {bird}")
}

const COLOURS: [&str; 32] = [
    "amber", "ashen", "azure", "bronze", "chalk", "cobalt", "copper", "coral", "crimson", "dusky",
    "ebony", "flaxen", "golden", "grey", "hazel", "indigo", "ivory", "jade", "lilac", "mauve",
    "ochre", "olive", "pearl", "plum", "rusty", "sable", "sandy", "scarlet", "silver", "slate",
    "tawny", "umber",
];

const BIRDS: [&str; 61] = [
    "avocet",
    "bittern",
    "blackbird",
    "bluethroat",
    "brambling",
    "bullfinch",
    "bunting",
    "buzzard",
    "chaffinch",
    "coot",
    "cormorant",
    "crake",
    "crane",
    "crossbill",
    "cuckoo",
    "curlew",
    "dipper",
    "diver",
    "dotterel",
    "dunlin",
    "dunnock",
    "eider",
    "fieldfare",
    "fulmar",
    "gadwall",
    "gannet",
    "goldcrest",
    "goosander",
    "goshawk",
    "grebe",
    "greenfinch",
    "guillemot",
    "harrier",
    "heron",
    "hobby",
    "hoopoe",
    "jackdaw",
    "kestrel",
    "kingfisher",
    "kittiwake",
    "knot",
    "lapwing",
    "linnet",
    "martin",
    "merlin",
    "nightjar",
    "nuthatch",
    "oriole",
    "osprey",
    "ouzel",
    "petrel",
    "pipit",
    "plover",
    "redstart",
    "sandpiper",
    "shearwater",
    "siskin",
    "skylark",
    "turnstone",
    "wagtail",
    "whimbrel",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_founder_gives_the_same_name() {
        let id = campaign_id(&"examp1ebank.example".parse().expect("a name"));
        assert_eq!(id.0.len(), 8);
        assert_eq!(campaign_name(&id), campaign_name(&CampaignId(id.0.clone())));
        let other = campaign_id(&"examplebank.example".parse().expect("a name"));
        assert_ne!(id, other);
    }
}
