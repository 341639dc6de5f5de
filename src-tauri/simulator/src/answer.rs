//! What the simulator answers, and how a reply becomes an HTTP response.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::Value;

/// What becomes of a request.
#[derive(Debug)]
pub struct Answer {
    /// How long to wait before the outcome.
    pub delay: Duration,
    /// What happens then.
    pub outcome: Outcome,
}

/// What the client notices.
#[derive(Debug)]
pub enum Outcome {
    /// A whole answer.
    Answered(Response<Bytes>),
    /// The answer's beginning: its head, and the first half of this body.
    Truncated(Response<Bytes>),
    /// The connection ends without an answer.
    Cut,
    /// There is no connection: nothing was sent.
    Unreachable,
}

/// An answer before it is written out.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) body: Body,
    pub(crate) headers: Vec<(HeaderName, String)>,
}

#[derive(Clone, Debug)]
pub(crate) enum Body {
    None,
    Json(Value),
    Html(String),
    Text(String),
}

impl Reply {
    pub(crate) fn json(status: StatusCode, body: Value) -> Self {
        Self { status, body: Body::Json(body), headers: Vec::new() }
    }

    pub(crate) fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: Body::None, headers: Vec::new() }
    }

    pub(crate) fn with(mut self, name: HeaderName, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    pub(crate) fn into_response(self) -> Response<Bytes> {
        let (content_type, bytes) = match self.body {
            Body::None => (None, Bytes::new()),
            Body::Json(value) => (Some("application/json"), value.to_string().into()),
            Body::Html(text) => (Some("text/html; charset=utf-8"), text.into()),
            Body::Text(text) => (Some("text/plain; charset=utf-8"), text.into()),
        };
        let mut response = Response::new(bytes);
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if let Some(content_type) = content_type {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.append(name, value);
            }
        }
        response
    }
}
