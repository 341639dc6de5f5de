//! A keychain that is in a mood.

use std::sync::Mutex;

use latchkey_core::vault::{EntryName, Opening, Vault, VaultError, memory::MemoryVault};
use secrecy::SecretSlice;

use crate::deeds::Mood;

pub(crate) struct MoodyVault {
    inside: MemoryVault,
    mood: Mutex<Mood>,
}

impl Default for MoodyVault {
    fn default() -> Self {
        Self { inside: MemoryVault::default(), mood: Mutex::new(Mood::Good) }
    }
}

impl MoodyVault {
    pub(crate) fn be(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    fn asked<'a, T: Send + 'a>(&'a self, call: Opening<'a, T>) -> Opening<'a, T> {
        let words = "in a bad mood".to_owned();
        let trouble = match *self.mood.lock().unwrap() {
            Mood::Good => return call,
            Mood::Silent => return Box::pin(std::future::pending()),
            Mood::Missing => VaultError::Missing(words),
            Mood::Refused => VaultError::Refused(words),
            Mood::Failed => VaultError::Failed(words),
        };
        Box::pin(async move { Err(trouble) })
    }
}

impl Vault for MoodyVault {
    fn load(&self, name: EntryName) -> Opening<'_, SecretSlice<u8>> {
        self.asked(self.inside.load(name))
    }

    fn store(&self, name: EntryName, secret: SecretSlice<u8>) -> Opening<'_, ()> {
        if *self.mood.lock().unwrap() == Mood::Good {
            return self.inside.store(name, secret);
        }
        self.asked(Box::pin(async { Ok(()) }))
    }

    fn forget(&self, name: EntryName) -> Opening<'_, ()> {
        if *self.mood.lock().unwrap() == Mood::Good {
            return self.inside.forget(name);
        }
        self.asked(Box::pin(async { Ok(()) }))
    }

    fn names(&self) -> Opening<'_, Option<Vec<EntryName>>> {
        self.asked(self.inside.names())
    }
}
