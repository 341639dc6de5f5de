//! What a file's name gives away. Only ever a hint: names are changed freely.

/// How the names of the private keys begin that Apple offers for download.
const PREFIXES: [&str; 3] = ["AuthKey_", "SubscriptionKey_", "ApiKey_"];
const EXTENSION: &str = ".p8";
/// In practice an API key ID has this many characters, all capital letters or digits.
const ID_LENGTH: usize = 10;

/// The API key ID in a name like `AuthKey_2X9R4HXF34.p8`, also as a browser or a file manager numbers a second
/// copy: `AuthKey_2X9R4HXF34 (1).p8`.
pub fn proposed_api_key_id(file_name: &str) -> Option<String> {
    let stem = without_extension(file_name)?;
    let (id, copy) = stem.strip_prefix("AuthKey_")?.split_at_checked(ID_LENGTH)?;
    let fits = id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let whole = !copy.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    (fits && whole).then(|| id.to_owned())
}

/// Whether Apple names its own private keys like this. Such a key is hardly meant for distribution.
pub fn looks_like_apple_api_key(file_name: &str) -> bool {
    without_extension(file_name).is_some_and(|stem| {
        PREFIXES
            .iter()
            .any(|prefix| stem.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)))
    })
}

fn without_extension(file_name: &str) -> Option<&str> {
    let (stem, extension) = file_name.split_at_checked(file_name.len().checked_sub(EXTENSION.len())?)?;
    extension.eq_ignore_ascii_case(EXTENSION).then_some(stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_key_id_is_proposed_from_the_name_that_apple_gave_the_file() {
        for name in [
            "AuthKey_2X9R4HXF34.p8",
            "AuthKey_2X9R4HXF34.P8",
            "AuthKey_2X9R4HXF34 (1).p8",
            "AuthKey_2X9R4HXF34-2.p8",
            "AuthKey_2X9R4HXF34 copy.p8",
            "AuthKey_2X9R4HXF34 – Kopie.p8",
        ] {
            assert_eq!(proposed_api_key_id(name).as_deref(), Some("2X9R4HXF34"), "{name}");
        }
    }

    #[test]
    fn nothing_is_proposed_from_another_name() {
        for name in [
            "",
            ".p8",
            "AuthKey_.p8",
            "AuthKey_2X9R4HXF3.p8",
            "AuthKey_2X9R4HXF345.p8",
            "AuthKey_2X9R4HXF34_old.p8",
            "AuthKey_2x9r4hxf34.p8",
            "AuthKey_2X9R4HXF3é.p8",
            "AuthKey_2X9R4HXF34.pem",
            "SubscriptionKey_2X9R4HXF34.p8",
            "private_key.pem",
            "é",
        ] {
            assert_eq!(proposed_api_key_id(name), None, "{name}");
        }
    }

    #[test]
    fn names_of_apple_s_own_private_keys_are_known() {
        for name in ["AuthKey_2X9R4HXF34.p8", "SubscriptionKey_X.p8", "ApiKey_X (2).p8", "authkey_x.P8"] {
            assert!(looks_like_apple_api_key(name), "{name}");
        }
        for name in ["key.p8", "AuthKey_2X9R4HXF34.pem", "MyAuthKey_X.p8", "Schlüssel.p8", "", "p8"] {
            assert!(!looks_like_apple_api_key(name), "{name}");
        }
    }
}
