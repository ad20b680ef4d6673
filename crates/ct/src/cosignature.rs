//! Cosignatures of checkpoints by witnesses (C2SP tlog-cosignature): Ed25519, timestamped.

use std::fmt;

use ring::signature::{ED25519, UnparsedPublicKey};

use crate::base64;
use crate::checkpoint::Checkpoint;
use crate::fault::{CtFault, Part};
use crate::note::{self, KeyId, KeyKind};

/// The key of a witness, by which it says that it saw a log grow and never change.
#[derive(Clone, PartialEq, Eq)]
pub struct WitnessKey {
    name: Box<str>,
    id: KeyId,
    key: [u8; 32],
}

impl WitnessKey {
    /// Reads a verifier key, `name+id+key` (C2SP signed-note, "Verifier keys"), of kind `0x04`.
    ///
    /// # Errors
    ///
    /// [`CtFault::ConfigKey`] for any other form or kind, and when the id is not that of the key.
    pub fn parse(text: &str) -> Result<Self, CtFault> {
        let fault = |why| CtFault::ConfigKey { why };
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(fault("it is not of the form name+id+key"));
        };
        let key = base64::decode(encoded).ok_or(fault("its last part is not base 64"))?;
        let Some((kind, key)) = key.split_first() else {
            return Err(fault("its last part is empty"));
        };
        let (KIND, Ok(key)) = (*kind, <[u8; 32]>::try_from(key)) else {
            return Err(fault("it is not an Ed25519 key for cosignatures"));
        };
        let witness = Self::new(name, key)?;
        if format!("{:08x}", u32::from_be_bytes(witness.id)) != id {
            return Err(fault("its id is not that of its name and key"));
        }
        Ok(witness)
    }

    /// The key of the witness `name`: 32 octets (RFC 8032 §5.1.5).
    ///
    /// # Errors
    ///
    /// [`CtFault::ConfigKey`] for a name that no key may have.
    pub fn new(name: &str, key: [u8; 32]) -> Result<Self, CtFault> {
        if !note::is_key_name(name) {
            return Err(CtFault::ConfigKey {
                why: "its name is empty or has blanks",
            });
        }
        Ok(Self {
            name: name.into(),
            id: note::key_id(name, KeyKind::Cosignature, &key),
            key,
        })
    }

    /// What the witness is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When this witness saw the checkpoint, in seconds since the epoch; the latest time, if it signed twice. `None`
    /// when it did not cosign.
    ///
    /// # Errors
    ///
    /// [`CtFault::PeerMalformed`] or [`CtFault::PeerBadSignature`] for a line in the name of this key that does not
    /// hold: the whole checkpoint is then to be refused.
    pub fn verify(&self, checkpoint: &Checkpoint<'_>) -> Result<Option<u64>, CtFault> {
        let mut latest = None;
        for line in checkpoint.note.signatures_by(&self.name, self.id) {
            let Some((&time, signature)) = line.bytes.split_first_chunk() else {
                return Err(malformed("it has no time"));
            };
            let time_s = u64::from_be_bytes(time);
            if i64::try_from(time_s).is_err() {
                return Err(malformed("its time is beyond 2^63"));
            }
            UnparsedPublicKey::new(&ED25519, &self.key)
                .verify(signed(time_s, checkpoint.note.text).as_bytes(), signature)
                .map_err(|_| CtFault::PeerBadSignature {
                    part: Part::Cosignature,
                })?;
            latest = latest.max(Some(time_s));
        }
        Ok(latest)
    }

    /// Writes the signature line for a signature over [`signed`] of the same time.
    pub fn line(&self, time_s: u64, signature: &[u8]) -> String {
        let timestamped = [&time_s.to_be_bytes(), signature].concat();
        note::signature_line(&self.name, self.id, &timestamped)
    }
}

const KIND: u8 = KeyKind::Cosignature as u8;

/// What a witness signs: header, time in seconds since the epoch, and the text of the checkpoint with its line end.
pub fn signed(time_s: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time_s}\n{text}")
}

fn malformed(why: &'static str) -> CtFault {
    CtFault::PeerMalformed {
        part: Part::Cosignature,
        why,
    }
}

impl fmt::Debug for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "WitnessKey({}, {:08x})",
            self.name,
            u32::from_be_bytes(self.id)
        )
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{Ed25519KeyPair, KeyPair as _};

    use super::*;
    use crate::checkpoint;
    use crate::key::tests::Signer;

    fn witness(seed: u8) -> (Ed25519KeyPair, WitnessKey) {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let key = pair.public_key().as_ref().try_into().unwrap();
        (pair, WitnessKey::new("witness.example/w1", key).unwrap())
    }

    #[track_caller]
    fn check(lines: &[(u8, u64, u64)], want: Result<Option<u64>, &str>) {
        let mut note = checkpoint::tests::signed(&Signer::new(), 5);
        let text = Checkpoint::parse(note.as_bytes())
            .unwrap()
            .note
            .text
            .to_owned();
        for &(seed, signed_s, told_s) in lines {
            let (pair, key) = witness(seed);
            let signature = pair.sign(signed(signed_s, &text).as_bytes());
            note += &key.line(told_s, signature.as_ref());
        }
        let checkpoint = Checkpoint::parse(note.as_bytes()).unwrap();
        let got = witness(1).1.verify(&checkpoint);
        assert_eq!(got.as_ref().map_err(CtFault::id).copied(), want, "{note}");
    }

    #[test]
    fn cosigned() {
        check(&[], Ok(None));
        check(&[(2, 10, 10)], Ok(None));
        check(&[(1, 10, 10)], Ok(Some(10)));
        check(
            &[(2, 9, 10), (1, 10, 10), (1, 12, 12), (1, 11, 11)],
            Ok(Some(12)),
        );
        check(&[(1, 10, 11)], Err("bad-signature"));
        check(&[(1, 10, 10), (1, 10, 11)], Err("bad-signature"));
        check(&[(1, u64::MAX, u64::MAX)], Err("broken-frame"));
    }

    #[test]
    fn verifier_keys() {
        let (_, key) = witness(1);
        let id = u32::from_be_bytes(key.id);
        let encoded = base64::encode(&[&[KIND], &key.key[..]].concat());
        let text = format!("witness.example/w1+{id:08x}+{encoded}");
        assert_eq!(WitnessKey::parse(&text), Ok(key.clone()));
        let fault = |text: &str| WitnessKey::parse(text).unwrap_err().to_string();
        let unusable = |why: &str| format!("a public key cannot be used: {why}");
        assert_eq!(
            fault("w+00000000"),
            unusable("it is not of the form name+id+key")
        );
        assert_eq!(
            fault("w+00000000+*"),
            unusable("its last part is not base 64")
        );
        assert_eq!(fault("w+00000000+"), unusable("its last part is empty"));
        assert_eq!(
            fault(&text.replace("+B", "+A")),
            unusable("it is not an Ed25519 key for cosignatures")
        );
        assert_eq!(
            fault(&text.replace("/w1", "/w2")),
            unusable("its id is not that of its name and key")
        );
        assert_eq!(
            fault(&text.replace("/w1", " w1")),
            unusable("its name is empty or has blanks")
        );
    }
}
