//! Thousands of broken files, the same ones on every run: no panic, and never another key.

use latchkey_core::keyfile::inspect;

use crate::{
    fingerprint,
    fixtures::{FINGERPRINT, fixture},
    openssl::Workshop,
};

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % end.max(1) as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.roll().to_le_bytes()[0]
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.byte()).collect()
    }
}

/// Forms that hold their key twice, or as a point with both coordinates: damage can't make another key of them.
fn samples() -> Vec<(String, Vec<u8>)> {
    let shop = Workshop::new();
    let (_, jwk) = fixture!("test-only-private.jwk");
    let mut samples = Vec::new();
    let (_, pkcs8) = fixture!("test-only-pkcs8-attributes.pem");
    std::fs::write(shop.path("key.pem"), pkcs8).unwrap();
    for (file, arguments) in [
        ("pkcs8.pem", "pkey -in key.pem"),
        ("pkcs8.der", "pkey -in key.pem -outform DER"),
        ("sec1.pem", "ec -in key.pem"),
        ("sec1.der", "ec -in key.pem -outform DER"),
        ("spki.pem", "pkey -in key.pem -pubout"),
        ("spki.der", "pkey -in key.pem -pubout -outform DER"),
    ] {
        samples.push((file.to_owned(), shop.openssl(arguments)));
    }
    let fixtures = [
        ("test-only-private.jwk", jwk),
        fixture!("public.jwk"),
        fixture!("aws-kms.json"),
        fixture!("aws-kms.base64"),
        fixture!("one-line-public.pem"),
        fixture!("test-only-one-asymmetric-key.pem"),
    ];
    samples.extend(fixtures.map(|(name, bytes)| (name.to_owned(), bytes.to_vec())));
    samples
}

fn mutated(dice: &mut Dice, original: &[u8], others: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len());
        let end = at + dice.below(bytes.len() - at + 1).min(40);
        match dice.below(8) {
            0 => bytes[at] ^= 1 << dice.below(8),
            1 => bytes[at] = dice.byte(),
            2 => bytes[at] = b"-=>\\\n \"{}:A0/+\0"[dice.below(15)],
            3 => bytes.insert(at, dice.byte()),
            4 => drop(bytes.drain(at..end)),
            5 => {
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
            6 => bytes.truncate(at),
            _ => {
                let (_, other) = &others[dice.below(others.len())];
                let from = dice.below(other.len());
                let until = from + dice.below(other.len() - from + 1);
                bytes.splice(at..end, other[from..until].to_vec());
            }
        }
        if bytes.is_empty() {
            break;
        }
    }
    bytes
}

#[test]
fn damage_never_makes_another_key() {
    let samples = samples();
    let mut dice = Dice(2026);
    let (mut survived, mut refused) = (0, 0);
    for (name, original) in &samples {
        assert_eq!(fingerprint(&inspect(original)).as_deref(), Some(FINGERPRINT), "{name}, undamaged");
        let cut = (0..original.len()).map(|length| original[..length].to_vec());
        let flipped = (0..original.len() * 8).map(|bit| {
            let mut bytes = original.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes
        });
        let rolled: Vec<_> = (0..1500).map(|_| mutated(&mut dice, original, &samples)).collect();
        for bytes in cut.chain(flipped).chain(rolled) {
            match fingerprint(&inspect(&bytes)) {
                None => refused += 1,
                Some(found) => {
                    survived += 1;
                    assert_eq!(found, FINGERPRINT, "{name} became another key: {bytes:02x?}");
                }
            }
        }
    }
    assert!(survived > 500, "some damage is outside the key: {survived}");
    assert!(refused > 10_000, "most of it is not: {refused}");
}

#[test]
fn noise_is_never_a_key() {
    let mut dice = Dice(256);
    for round in 0..4000 {
        let length = dice.below(400);
        let mut bytes = dice.bytes(length);
        // Noise that looks like DER from afar gets further.
        if round % 2 == 0 && bytes.len() > 40 {
            bytes[..4].copy_from_slice(&[0x30, 0x81, u8::try_from(length.min(255) - 3).unwrap(), 0x02]);
        }
        assert_eq!(fingerprint(&inspect(&bytes)), None, "{bytes:02x?}");
    }
}

#[test]
fn a_file_full_of_beginnings_is_no_key() {
    let full = |unit: &str| unit.repeat(latchkey_core::keyfile::LIMIT / unit.len());
    for unit in [
        "-",
        "-----BEGIN PUBLIC KEY-----",
        "-----END PUBLIC KEY-----",
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE.",
        "{\"keys\":[",
        "ssh- ",
        "0",
        "\\n",
    ] {
        assert_eq!(fingerprint(&inspect(full(unit).as_bytes())), None, "{unit}");
    }
}
