//! Turns an answer into what was asked for, or into the error that it is.

use bytes::Bytes;
use http::{Response, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::{Value, error::Category};

use super::{
    apple::AppleError,
    error::Error,
    headers::{request_id, retry_after},
    text,
};
use crate::clock::Moment;

/// The document of a successful answer.
pub(super) fn document<T: DeserializeOwned>(answer: &Response<Bytes>, now: Moment) -> Result<T, Error> {
    if answer.status().is_success() { json(answer) } else { Err(refusal(answer, now)) }
}

/// The answer to a DELETE: 204, no body.
pub(super) fn nothing(answer: &Response<Bytes>, now: Moment) -> Result<(), Error> {
    match answer.status() {
        StatusCode::NO_CONTENT => Ok(()),
        status if status.is_success() => Err(unexpected(answer, "only 204 says that it was removed")),
        _ => Err(refusal(answer, now)),
    }
}

/// An answer that makes no sense for the reason given.
pub(super) fn unexpected(answer: &Response<Bytes>, what: &str) -> Error {
    Error::Unexpected {
        status: answer.status().as_u16(),
        request_id: request_id(answer.headers()),
        what: text::line(what),
    }
}

fn refusal(answer: &Response<Bytes>, now: Moment) -> Error {
    let document: Value = match json(answer) {
        Ok(document) => document,
        Err(error) => return error,
    };
    let Some(errors) = AppleError::all_of(&document) else {
        return unexpected(answer, "an error without a list of errors");
    };
    Error::Apple {
        status: answer.status().as_u16(),
        request_id: request_id(answer.headers()).or_else(|| errors.first()?.id.clone()),
        errors,
        retry_after: retry_after(answer.headers(), now),
    }
}

fn json<T: DeserializeOwned>(answer: &Response<Bytes>) -> Result<T, Error> {
    serde_json::from_slice(answer.body()).map_err(|error| match error.classify() {
        Category::Data => unexpected(answer, &error.to_string()),
        Category::Syntax | Category::Eof | Category::Io => not_json(answer),
    })
}

fn not_json(answer: &Response<Bytes>) -> Error {
    let content_type = answer.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    // A character takes at most four bytes, so this is enough for the longest excerpt.
    let beginning = &answer.body()[..answer.body().len().min(4 * text::LONGEST)];
    Error::NotJson {
        status: answer.status().as_u16(),
        request_id: request_id(answer.headers()),
        content_type: content_type.map(text::line),
        excerpt: text::passage(&String::from_utf8_lossy(beginning)),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::Response;
    use serde_json::{Value, json};

    use super::{document, nothing};
    use crate::{asc::error::Error, clock::Moment};

    const NOW: Moment = Moment::from_unix_millis(0);

    fn answer(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
        Response::builder().status(status).body(body.into()).unwrap()
    }

    #[test]
    fn a_page_of_a_gateway_is_kept_as_its_beginning() {
        let page = format!("<html>\u{1b}{}", "é".repeat(9000));
        let mut answer = answer(502, page);
        answer.headers_mut().insert("content-type", "text/html".parse().unwrap());
        let Err(Error::NotJson { status: 502, content_type, excerpt, .. }) = document::<Value>(&answer, NOW)
        else {
            panic!("HTML is no JSON");
        };
        assert_eq!(content_type.as_deref(), Some("text/html"));
        assert!(excerpt.starts_with("<html>\u{fffd}é") && excerpt.len() <= 4096);
    }

    #[test]
    fn bytes_that_are_no_text_are_no_json() {
        for body in [&b"\xff\xfe\x00"[..], b"", b"{\"data\":", b"[[[["] {
            let result = document::<Value>(&answer(200, body), NOW);
            assert!(matches!(result, Err(Error::NotJson { status: 200, .. })), "{body:?} gave {result:?}");
        }
    }

    #[test]
    fn json_nested_without_end_is_an_error_and_no_crash() {
        let result = document::<Value>(&answer(200, "[".repeat(1_000_000)), NOW);
        assert!(matches!(result, Err(Error::NotJson { .. })));
    }

    #[test]
    fn json_of_another_shape_is_told_apart() {
        let result = document::<Vec<u8>>(&answer(200, "{\"hello\":1}"), NOW);
        assert!(matches!(result, Err(Error::Unexpected { status: 200, .. })), "{result:?}");
        let result = document::<Value>(&answer(400, "{\"message\":\"no\"}"), NOW);
        assert!(matches!(result, Err(Error::Unexpected { status: 400, .. })), "{result:?}");
    }

    #[test]
    fn the_request_id_is_the_header_or_else_that_of_the_first_error() {
        let body = json!({ "errors": [{ "id": "from-body", "code": "A" }] }).to_string();
        let mut answer = answer(409, body);
        let id = |answer: &Response<Bytes>| match document::<Value>(answer, NOW) {
            Err(Error::Apple { request_id, .. }) => request_id,
            other => panic!("{other:?}"),
        };
        assert_eq!(id(&answer).as_deref(), Some("from-body"));
        answer.headers_mut().insert("x-request-id", "from-header".parse().unwrap());
        assert_eq!(id(&answer).as_deref(), Some("from-header"));
    }

    #[test]
    fn only_204_says_that_something_was_removed() {
        assert!(nothing(&answer(204, ""), NOW).is_ok());
        let page = nothing(&answer(200, "<html>signed in</html>"), NOW);
        assert!(matches!(&page, Err(error) if error.outcome_unknown()), "{page:?}");
    }
}
