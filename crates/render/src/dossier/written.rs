//! How a noun and its written form go together, and the forms of what has no form of its own in JSON.

use std::net::IpAddr;
use std::time::Duration;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use model::EvidenceDigest;
use names::DomainName;
use serde::{Deserialize, Serialize};
use serde_json::Number;

/// The written form of a noun. `of` and `noun` undo each other.
///
/// This is `From` both ways, which the standard library does not lift over `Vec` and `Option`.
pub(super) trait Written {
    /// What is written.
    type Noun;
    /// Writes it.
    fn of(noun: Self::Noun) -> Self;
    /// Reads it; all that could be wrong with it was found when the JSON was read.
    fn noun(self) -> Self::Noun;
}

/// Declares the written form of the type of the same name in the module `noun`: its fields in the order in which they are
/// written, each with its written form; or its variants, as words in kebab case.
macro_rules! written {
    (struct $name:ident { $($(#[$attribute:meta])* $field:ident: $form:ty,)* }) => {
        #[derive(Serialize, Deserialize)]
        pub(super) struct $name { $($(#[$attribute])* $field: $form),* }

        impl Written for $name {
            type Noun = noun::$name;

            fn of(noun::$name { $($field),* }: noun::$name) -> Self {
                Self { $($field: Written::of($field)),* }
            }

            fn noun(self) -> noun::$name {
                noun::$name { $($field: self.$field.noun()),* }
            }
        }
    };
    (enum $name:ident { $($variant:ident $(($said:ident: $form:ty))?,)* }) => {
        #[derive(Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[allow(clippy::enum_variant_names, reason = "they are named as the noun's")]
        pub(super) enum $name { $($variant $(($form))?),* }

        impl Written for $name {
            type Noun = noun::$name;

            fn of(noun: noun::$name) -> Self {
                match noun { $(noun::$name::$variant $(($said))? => Self::$variant $((Written::of($said)))?),* }
            }

            fn noun(self) -> noun::$name {
                match self { $(Self::$variant $(($said))? => noun::$name::$variant $(($said.noun()))?),* }
            }
        }
    };
}
pub(super) use written;

/// What JSON has a form for, or serde.
macro_rules! as_it_is {
    ($($form:ty),*) => {$(
        impl Written for $form {
            type Noun = $form;

            fn of(noun: $form) -> $form {
                noun
            }

            fn noun(self) -> $form {
                self
            }
        }
    )*};
}
as_it_is!(
    String,
    bool,
    u16,
    u32,
    i32,
    usize,
    f64,
    (u32, u32),
    IpAddr,
    Timestamp
);

impl<W: Written> Written for Option<W> {
    type Noun = Option<W::Noun>;

    fn of(noun: Self::Noun) -> Self {
        noun.map(W::of)
    }

    fn noun(self) -> Self::Noun {
        self.map(W::noun)
    }
}

impl<W: Written> Written for Vec<W> {
    type Noun = Vec<W::Noun>;

    fn of(noun: Self::Noun) -> Self {
        noun.into_iter().map(W::of).collect()
    }

    fn noun(self) -> Self::Noun {
        self.into_iter().map(W::noun).collect()
    }
}

/// A name in A-label form.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Name(DomainName);

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0.to_string()
    }
}

impl TryFrom<String> for Name {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.parse::<DomainName>() {
            Ok(name) if name.as_str() == text => Ok(Self(name)),
            _ => Err("not a domain name in A-label form"),
        }
    }
}

impl Written for Name {
    type Noun = DomainName;

    fn of(noun: DomainName) -> Self {
        Self(noun)
    }

    fn noun(self) -> DomainName {
        self.0
    }
}

/// Bytes in lower-case hexadecimal, two digits each.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Hex<const N: usize>([u8; N]);

impl<const N: usize> From<Hex<N>> for String {
    fn from(hex: Hex<N>) -> Self {
        HEXLOWER.encode(&hex.0)
    }
}

impl<const N: usize> TryFrom<String> for Hex<N> {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const FAULT: &str = "not lower-case hexadecimal of the right length";
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| FAULT)?;
        bytes.try_into().map(Self).map_err(|_| FAULT)
    }
}

impl<const N: usize> Written for Hex<N> {
    type Noun = [u8; N];

    fn of(noun: [u8; N]) -> Self {
        Self(noun)
    }

    fn noun(self) -> [u8; N] {
        self.0
    }
}

/// A digest of evidence.
#[derive(Serialize, Deserialize)]
pub(super) struct Digest(Hex<32>);

impl Written for Digest {
    type Noun = EvidenceDigest;

    fn of(noun: EvidenceDigest) -> Self {
        Self(Hex(noun.0))
    }

    fn noun(self) -> EvidenceDigest {
        EvidenceDigest(self.0.0)
    }
}

/// 64 bits, the highest first. As a number it would lose bits in programs that have but one kind of number (RFC 8259 §6).
#[derive(Serialize, Deserialize)]
pub(super) struct Bits(Hex<8>);

impl Written for Bits {
    type Noun = u64;

    fn of(noun: u64) -> Self {
        Self(Hex(noun.to_be_bytes()))
    }

    fn noun(self) -> u64 {
        u64::from_be_bytes(self.0.0)
    }
}

/// A duration in milliseconds: a whole number if it is one, or else with a fraction, which tells nanoseconds up to ten days.
/// The longest are half a billion years; any longer is written as that.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "Number", into = "Number")]
pub(super) struct Milliseconds(Duration);

impl From<Milliseconds> for Number {
    fn from(Milliseconds(duration): Milliseconds) -> Self {
        let whole = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        if duration.subsec_nanos() % 1_000_000 == 0 || whole == u64::MAX {
            return whole.into();
        }
        Number::from_f64(duration.as_nanos() as f64 / 1e6)
            .expect("a quotient of finite numbers, the divisor above 1, is finite")
    }
}

impl TryFrom<Number> for Milliseconds {
    type Error = &'static str;

    fn try_from(number: Number) -> Result<Self, Self::Error> {
        if let Some(whole) = number.as_u64() {
            return Ok(Self(Duration::from_millis(whole)));
        }
        let seconds = number.as_f64().map(|milliseconds| milliseconds / 1e3);
        let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        duration.map(Self).ok_or("not a duration in milliseconds")
    }
}

impl Written for Milliseconds {
    type Noun = Duration;

    fn of(noun: Duration) -> Self {
        Self(noun)
    }

    fn noun(self) -> Duration {
        self.0
    }
}
