//! Checks of what the person typed to connect an account, before anything is sent.

use crate::{
    account::{ApiKey, ApiKeyKind},
    desk::{
        typed,
        view::{ConnectForm, Field, Finding, Odd},
    },
};

/// A form that can be sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Checked {
    pub(super) api_key: ApiKey,
    pub(super) name: String,
}

/// Longest ID that goes into a token, in characters.
const LONGEST_ID: usize = 200;

/// Reads the form. Blanks around a value are dropped, as no value begins or ends with one.
pub(super) fn check(form: &ConnectForm, taken: &[String]) -> Result<Checked, Vec<Finding>> {
    match (check_api_key(form), check_name(&form.name, taken)) {
        (Ok(api_key), Ok(name)) => Ok(Checked { api_key, name: name.to_owned() }),
        (api_key, name) => Err(api_key.err().into_iter().flatten().chain(name.err()).collect()),
    }
}

/// Reads all of the form but the name.
pub(super) fn check_api_key(form: &ConnectForm) -> Result<ApiKey, Vec<Finding>> {
    let id = form.api_key_id.trim();
    let issuer = form.issuer_id.trim();
    let team = form.kind == ApiKeyKind::Team;

    let findings: Vec<Finding> = [
        form.draft.is_none().then_some(Finding {
            field: Field::ApiKeyFile,
            what: Odd::Empty,
            suggestion: None,
        }),
        if team && is_uuid(id) && !is_uuid(issuer) {
            Some(Finding { field: Field::ApiKeyId, what: Odd::Swapped, suggestion: usual_key_id(issuer) })
        } else {
            value(id, Field::ApiKeyId, Odd::UnusualApiKeyId, usual_key_id, form.unusual_is_right)
        },
        team.then(|| {
            value(issuer, Field::IssuerId, Odd::UnusualIssuerId, usual_issuer, form.unusual_is_right)
        })
        .flatten(),
    ]
    .into_iter()
    .flatten()
    .collect();

    if findings.is_empty() {
        Ok(ApiKey { id: id.to_owned(), issuer: team.then(|| issuer.to_owned()) })
    } else {
        Err(findings)
    }
}

/// Reads an account's name.
pub(super) fn check_name<'n>(name: &'n str, taken: &[String]) -> Result<&'n str, Finding> {
    let name = name.trim();
    let what = if name.is_empty() {
        Odd::Empty
    } else if typed::name(name).as_deref() != Some(name) {
        Odd::Impossible
    } else if taken.iter().any(|other| other == name) {
        Odd::Taken
    } else {
        return Ok(name);
    };
    Err(Finding { field: Field::Name, what, suggestion: None })
}

fn value(
    text: &str,
    field: Field,
    unusual: Odd,
    usual: impl Fn(&str) -> Option<String>,
    unusual_is_right: bool,
) -> Option<Finding> {
    let finding = |what, suggestion| Some(Finding { field, what, suggestion });
    let bare: String = text.chars().filter(|c| !is_stray(*c)).collect();
    if text.is_empty() {
        finding(Odd::Empty, None)
    } else if bare != text {
        finding(Odd::StrayCharacters, Some(usual(&bare).unwrap_or(bare)).filter(|bare| !bare.is_empty()))
    } else if text.chars().count() > LONGEST_ID || !text.chars().all(|c| c.is_ascii_graphic()) {
        finding(Odd::Impossible, None)
    } else if usual(text).as_deref() == Some(text) || unusual_is_right {
        None
    } else {
        finding(unusual, usual(text))
    }
}

/// Quotation marks, blanks and invisible characters: what comes along when an ID is copied from a mail or a config file.
fn is_stray(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '"' | '\'' | '`' | ',' | ';' | '\u{ab}' | '\u{bb}')
        || matches!(c, '\u{2018}'..='\u{201f}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Ten capital letters and digits: what every API key ID seen so far looks like.
fn usual_key_id(text: &str) -> Option<String> {
    let upper = text.to_ascii_uppercase();
    (upper.len() == 10 && upper.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()))
        .then_some(upper)
}

/// A UUID with hyphens, in whatever case: what every issuer ID seen so far looks like.
fn usual_issuer(text: &str) -> Option<String> {
    is_uuid(text).then(|| text.to_owned())
}

fn is_uuid(text: &str) -> bool {
    text.len() == uuid::fmt::Hyphenated::LENGTH && uuid::Uuid::try_parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::view::DraftId;

    const ISSUER: &str = "57246542-96fe-1a63-e053-0824d011072a";

    fn form() -> ConnectForm {
        ConnectForm {
            draft: Some(DraftId::fresh()),
            kind: ApiKeyKind::Team,
            api_key_id: "2X9R4HXF34".into(),
            issuer_id: ISSUER.into(),
            name: "Acme".into(),
            unusual_is_right: false,
        }
    }

    fn findings(form: &ConnectForm) -> Vec<(Field, Odd, Option<String>)> {
        check(form, &["Taken".to_owned()])
            .err()
            .unwrap_or_default()
            .into_iter()
            .map(|finding| (finding.field, finding.what, finding.suggestion))
            .collect()
    }

    #[test]
    fn a_form_filled_in_as_apple_shows_it_passes() {
        let checked = check(&form(), &[]).expect("nothing is odd");
        assert_eq!(checked.api_key.issuer.as_deref(), Some(ISSUER));
    }

    #[test]
    fn blanks_around_are_dropped_without_a_word() {
        let form = ConnectForm { api_key_id: " 2X9R4HXF34\n".into(), ..form() };
        assert_eq!(check(&form, &[]).expect("nothing is odd").api_key.id, "2X9R4HXF34");
    }

    #[test]
    fn a_stray_quotation_mark_is_named_and_the_value_without_it_offered() {
        let form = ConnectForm { issuer_id: format!("“{ISSUER}”"), ..form() };
        assert_eq!(findings(&form), [(Field::IssuerId, Odd::StrayCharacters, Some(ISSUER.to_owned()))]);
    }

    #[test]
    fn an_unusual_form_is_told_once_and_believed_then() {
        let mut form = ConnectForm { api_key_id: "2x9r4hxf34".into(), issuer_id: "acme".into(), ..form() };
        assert_eq!(
            findings(&form),
            [
                (Field::ApiKeyId, Odd::UnusualApiKeyId, Some("2X9R4HXF34".to_owned())),
                (Field::IssuerId, Odd::UnusualIssuerId, None),
            ]
        );
        form.unusual_is_right = true;
        assert_eq!(findings(&form), [], "Apple documents no grammar, so the person has the last word");
    }

    #[test]
    fn what_no_request_can_carry_is_refused_even_if_called_right() {
        let form = ConnectForm { api_key_id: "\u{1F511}".into(), unusual_is_right: true, ..form() };
        assert_eq!(findings(&form), [(Field::ApiKeyId, Odd::Impossible, None)]);
    }

    #[test]
    fn swapped_ids_are_recognised() {
        let form = ConnectForm { api_key_id: ISSUER.into(), issuer_id: "2X9R4HXF34".into(), ..form() };
        assert_eq!(findings(&form)[0], (Field::ApiKeyId, Odd::Swapped, Some("2X9R4HXF34".to_owned())));
    }

    #[test]
    fn every_missing_field_is_named_at_once_and_an_individual_key_needs_no_issuer() {
        let empty = ConnectForm {
            draft: None,
            api_key_id: String::new(),
            issuer_id: String::new(),
            name: String::new(),
            ..form()
        };
        let fields: Vec<Field> = findings(&empty).into_iter().map(|(field, ..)| field).collect();
        assert_eq!(fields, [Field::ApiKeyFile, Field::ApiKeyId, Field::IssuerId, Field::Name]);
        let individual = ConnectForm { kind: ApiKeyKind::Individual, ..empty };
        assert!(!findings(&individual).iter().any(|(field, ..)| *field == Field::IssuerId));
    }

    #[test]
    fn an_individual_key_gets_no_issuer_even_if_one_was_typed() {
        let form = ConnectForm { kind: ApiKeyKind::Individual, ..form() };
        assert_eq!(check(&form, &[]).expect("nothing is odd").api_key.issuer, None);
    }

    #[test]
    fn a_name_that_is_too_long_or_rearranges_the_text_around_it_is_refused() {
        for name in ["a".repeat(201), "a\u{202e}b".to_owned(), "a\u{2028}b".to_owned(), "a\u{0}b".to_owned()]
        {
            let form = ConnectForm { name, ..form() };
            assert_eq!(findings(&form), [(Field::Name, Odd::Impossible, None)]);
        }
    }

    #[test]
    fn a_name_in_use_is_told() {
        let form = ConnectForm { name: "Taken".into(), ..form() };
        assert_eq!(findings(&form), [(Field::Name, Odd::Taken, None)]);
    }
}
