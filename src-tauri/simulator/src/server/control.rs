//! What a test asks of the server itself.

use bytes::Bytes;
use http::{HeaderValue, Method, Response, StatusCode, header, request::Parts};
use serde::Serialize;
use serde_json::Value;

use super::Desk;
use crate::{Fault, fault::spec::BadFault};

pub(super) fn answer(desk: &Desk, parts: &Parts, body: &Bytes) -> Response<Bytes> {
    match (&parts.method, parts.uri.path()) {
        (&Method::GET, "/__log") => json(&desk.simulator.log()),
        (&Method::GET, "/__state") => json(&desk.simulator.state(desk.clock.now())),
        (&Method::POST, "/__fault") => match faults(body) {
            Ok(faults) => {
                desk.simulator.set_faults(faults);
                text(StatusCode::NO_CONTENT, String::new())
            }
            Err(why) => text(StatusCode::BAD_REQUEST, why),
        },
        (&Method::POST, "/__reset") => {
            desk.simulator.reset();
            text(StatusCode::NO_CONTENT, String::new())
        }
        _ => text(
            StatusCode::NOT_FOUND,
            "There are GET /__log, GET /__state, POST /__fault, POST /__reset.".to_owned(),
        ),
    }
}

/// One fault or an array of them, each a line of text or an object.
fn faults(body: &Bytes) -> Result<Vec<Fault>, String> {
    let value: Value = serde_json::from_slice(body).map_err(|why| format!("The body is no JSON: {why}."))?;
    let faults: Result<Vec<Fault>, BadFault> = match &value {
        Value::Array(faults) => faults.iter().map(Fault::from_json).collect(),
        fault => Fault::from_json(fault).map(|fault| vec![fault]),
    };
    faults.map_err(|why| why.to_string())
}

fn json(value: &impl Serialize) -> Response<Bytes> {
    match serde_json::to_vec(value) {
        Ok(body) => {
            let mut response = Response::new(body.into());
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        }
        Err(why) => text(StatusCode::INTERNAL_SERVER_ERROR, why.to_string()),
    }
}

fn text(status: StatusCode, body: String) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
}
