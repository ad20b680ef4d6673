//! Joining: what joins, what does not, and that the order in which facts come changes nothing.

use judge::{Common, Joined, Joiner, Rarity};
use model::{Pivot, PivotKind};
use proptest::prelude::*;

/// One fact: domain, kind, value, from which day on.
type Told = (u32, PivotKind, &'static str, i32);

const DAY: i32 = 24 * 60;

fn rarity() -> Rarity {
    let list = "many 203.0.113.0/24\ncloud 198.51.100.0/24\nhost parking.example\n";
    Rarity::embedded(Common::parse(list).expect("a list"))
}

/// Joins facts, with as many holders of each value as there are.
fn join(told: &[Told], decide: impl FnOnce(&mut Joiner)) -> Joined {
    let rarity = rarity();
    let mut joiner = Joiner::new(rarity.joins());
    let mut values: Vec<_> = told.iter().map(|fact| (fact.1, fact.2)).collect();
    values.sort_unstable();
    values.dedup();
    for (kind, value) in values {
        let held = told.iter().filter(|fact| (fact.1, fact.2) == (kind, value));
        let value = value.to_owned();
        let holders = held.clone().count() as u64;
        if let Some(strength) = rarity.strength(&Pivot { kind, value }, holders) {
            let value = joiner.value(kind.family(), strength);
            for fact in held {
                joiner.hold(value, fact.0, fact.3 * DAY);
            }
        }
    }
    decide(&mut joiner);
    joiner.join(1 + told.iter().map(|fact| fact.0).max().unwrap_or(0))
}

fn check(told: &[Told], expected: &[&[u32]]) {
    assert_eq!(join(told, |_| ()).groups, expected, "{told:?}");
}

use PivotKind::{Address, Asn, NameServer, Network24, RegistrantEmail, RegistrationDay, Title};

#[test]
fn one_mailbox_joins_at_once() {
    check(
        &[
            (0, RegistrantEmail, "a@mail.example", 0),
            (1, RegistrantEmail, "a@mail.example", 700),
            (2, RegistrantEmail, "b@mail.example", 0),
        ],
        &[&[0, 1]],
    );
}

#[test]
fn an_address_joins_those_who_had_it_at_a_time() {
    check(
        &[
            (0, Address, "192.0.2.1", 0),
            (1, Address, "192.0.2.1", 14),
            (2, Address, "192.0.2.1", 29),
            (3, Address, "198.51.100.7", 0),
            (4, Address, "198.51.100.7", 7),
            (5, Address, "198.51.100.7", 15),
            (6, Address, "203.0.113.7", 0),
            (7, Address, "203.0.113.7", 0),
        ],
        &[&[0, 1], &[3, 4]],
    );
}

#[test]
fn weak_values_join_together_but_not_twice_in_a_family() {
    let burst = "iana 1 2017-04-12";
    let told = [
        (0, RegistrationDay, burst, 0),
        (1, RegistrationDay, burst, 0),
        (0, Network24, "192.0.2.0/24", 0),
        (1, Network24, "192.0.2.0/24", 0),
        (2, Asn, "64500", 0),
        (0, Asn, "64500", 0),
        (3, Title, "sign in to your account", 0),
    ];
    // 4.0 bits for the day, 6.0 for the network: the system that announces it bears witness to nothing new.
    let joined = join(&told, |_| ());
    assert_eq!(joined.groups, [[0, 1]]);
    assert_eq!(joined.edges[0].strength, 10_000);
}

#[test]
fn a_hub_joins_nothing() {
    let mut told: Vec<Told> = (0..100_000)
        .map(|domain| (domain, NameServer, "ns.hoster.example", 0))
        .collect();
    told.extend((0..100_000).map(|domain| (domain, Address, "192.0.2.1", 0)));
    check(&told, &[]);
    check(&told[..2], &[&[0, 1]]);
    let parked = "ns.parking.example";
    check(
        &[(0, NameServer, parked, 0), (1, NameServer, parked, 0)],
        &[],
    );
}

#[test]
fn what_is_cut_stays_apart_and_what_is_pinned_together() {
    let mailbox = "a@mail.example";
    let told: Vec<Told> = (0..6_u32)
        .map(|domain| (domain, RegistrantEmail, mailbox, domain.cast_signed()))
        .collect();
    let cut = join(&told, |joiner| joiner.apart(vec![1], vec![3]));
    assert_eq!(cut.groups, [vec![0, 1, 2, 4, 5]]);
    let split = join(&told, |joiner| joiner.apart(vec![0, 4], vec![1, 2, 3, 5]));
    assert_eq!(split.groups, [vec![0, 4], vec![1, 2, 3, 5]]);
    let pinned = join(&told[..1], |joiner| joiner.together(0, 0));
    assert!(pinned.groups.is_empty());
    let unlike = [(0, Title, "one", 0), (1, Title, "two", 0)];
    let pinned = join(&unlike, |joiner| joiner.together(1, 0));
    assert_eq!(pinned.groups, [[0, 1]]);
}

fn some_facts() -> impl Strategy<Value = Vec<Told>> {
    let kinds = [
        RegistrantEmail,
        Address,
        NameServer,
        Network24,
        RegistrationDay,
        Title,
    ];
    let values = ["a", "b", "c", "d"];
    let one = (
        0..20_u32,
        prop::sample::select(kinds.to_vec()),
        prop::sample::select(values.to_vec()),
        0..50,
    );
    prop::collection::vec(one, 0..60).prop_map(|mut told: Vec<Told>| {
        told.sort_by_key(|fact| (fact.0, fact.1, fact.2));
        told.dedup_by_key(|fact| (fact.0, fact.1, fact.2));
        told
    })
}

proptest! {
    #[test]
    fn the_order_of_facts_changes_nothing(told in some_facts(), shift in 0..60_usize, cut in (0..20_u32, 0..20_u32)) {
        let mut other = told.clone();
        other.reverse();
        if !other.is_empty() {
            let by = shift % other.len();
            other.rotate_left(by);
        }
        let decide = |joiner: &mut Joiner| joiner.apart(vec![cut.0], vec![cut.1]);
        prop_assert_eq!(join(&told, decide), join(&other, decide));
    }

    #[test]
    fn a_cut_always_holds(told in some_facts(), one in 0..20_u32, other in 0..20_u32) {
        prop_assume!(one != other);
        let joined = join(&told, |joiner| joiner.apart(vec![one], vec![other]));
        for group in joined.groups {
            prop_assert!(!(group.contains(&one) && group.contains(&other)));
        }
    }
}
