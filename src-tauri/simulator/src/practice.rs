//! Ready-made accounts with made-up apps: the sample account, and the one a test server starts with.

use std::time::Duration;

use crate::{Account, Credentials, KeyPair, Settings, Simulator, settings::Rule};

/// Name, the last part of the bundle ID, locale, platforms. In the order an account grows.
const APPS: [(&str, &str, &str, &[&str]); 12] = [
    ("Tidemark Notes", "tidemark", "en-US", &["IOS", "MAC_OS"]),
    ("Kupferkessel", "kupferkessel", "de-DE", &["IOS"]),
    ("Marché des Étoiles", "marche-etoiles", "fr-FR", &["IOS"]),
    ("星あかり日記", "hoshiakari", "ja", &["IOS"]),
    ("Moonlit Orchard: Harvest Tales", "moonlit-orchard", "en-GB", &["IOS"]),
    ("Camino Lento", "camino-lento", "es-ES", &["IOS"]),
    ("Coração de Papel", "coracao-papel", "pt-BR", &["IOS"]),
    ("Sassolino", "sassolino", "it", &["IOS"]),
    ("Norrskensboken", "norrskensboken", "sv", &["IOS"]),
    ("Żółw i Zając", "zolw-i-zajac", "pl", &["IOS", "VISION_OS"]),
    ("Ledger Lantern", "ledger-lantern", "en-US", &["MAC_OS"]),
    ("Pocket Signal Box", "pocket-signal-box", "en-GB", &["IOS"]),
];

/// The sample account, and the API key that opens it.
#[derive(Debug)]
pub struct Sample {
    /// Answers for the account.
    pub simulator: Simulator,
    /// Made anew at every call.
    pub credentials: Credentials,
}

/// A practice account: 12 apps, one key for all of them and two for one each. Distribution key IDs in it start with
/// `00000000-`, those added later too. A second key for an app is accepted, so that replacing one can be tried.
pub fn sample() -> Sample {
    let settings =
        Settings { latency: Duration::from_millis(60), second_key: Rule::Accepted, ..Settings::default() };
    let mut account = Account::practice(1);
    furnish(&mut account, 1, 12, 3);
    let credentials = account.add_team_key(&KeyPair::generate());
    Sample { simulator: Simulator::new(settings, account), credentials }
}

/// An account with that many apps and distribution keys. Every third key is for all apps, and so are those for which
/// no app without a key is left.
pub fn seeded(seed: u64, apps: usize, keys: usize) -> Account {
    let mut account = Account::new(seed);
    furnish(&mut account, seed, apps, keys);
    account
}

fn furnish(account: &mut Account, seed: u64, apps: usize, keys: usize) {
    let mut ids = Vec::new();
    for (nth, (name, bundle, locale, platforms)) in APPS.iter().cycle().take(apps).enumerate() {
        let (name, bundle) = match nth / APPS.len() {
            0 => (ToString::to_string(name), format!("com.example.{bundle}")),
            round => {
                let short: String = name.chars().take(24).collect();
                (format!("{} {}", short.trim_end(), round + 1), format!("com.example.{bundle}{}", round + 1))
            }
        };
        let app = account.add_app(&name, &bundle);
        app.locale = ToString::to_string(locale);
        app.platforms = platforms.to_vec();
        ids.push(app.id.clone());
    }
    let mut bound = 0;
    for nth in 0..keys {
        let app = if nth % 3 == 2 { None } else { nth_app(&ids, bound) };
        bound += usize::from(app.is_some());
        account.add_key(KeyPair::numbered(seed, nth as u64).public(), app);
    }
}

/// Goes through all apps, three at a time, so that keys don't all sit at the top of a list.
fn nth_app(ids: &[String], nth: usize) -> Option<&str> {
    let order = (0..3).flat_map(|start| (start..ids.len()).step_by(3));
    order.skip(nth).filter_map(|at| ids.get(at)).map(String::as_str).next()
}
