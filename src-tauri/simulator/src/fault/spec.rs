//! Reads faults from a line of text or from JSON.
//!
//! ```text
//! METHOD PATH [WORD]…
//! ```
//! `METHOD` is a method or `*`. `PATH` is the beginning of a path; a `$` at its end makes it the whole path,
//! `*` alone is every path. A value with blanks in it stands in `'…'` or `"…"`. Without a word, nothing is wrong.
//!
//! | word | what happens |
//! |---|---|
//! | `cut-before` | the connection ends; the request was not carried out |
//! | `cut-after` | the connection ends; it was |
//! | `late=TIME` | the connection ends; it is carried out so long after that |
//! | `unreachable` | nothing arrives. A server can't undo a connection: it closes it and forgets the request |
//! | `truncated` | carried out; half of the answer's body comes |
//! | `status=N` | answered with this status and its usual error document; not carried out |
//! | `code=` `title=` `detail=` `pointer=` | with `status`: members of that error document |
//! | `errors=JSON` | with `status`: the whole `errors` array |
//! | `html`, `text=TEXT` | answered with a page or plain text, status 200 unless `status` says another |
//! | `carried-out`, `late=TIME` | with such an answer: the request is carried out all the same, now or later |
//! | `retry-after=SECONDS` | with such an answer: the header |
//! | `echo-other-key` | the first `publicKey` in the answer is another key's |
//! | `date=±TIME` | the `Date` header is wrong by so much |
//! | `delay=TIME` | the answer, or its absence, takes so long |
//! | `times=N`, `times=always` | how many requests are struck; otherwise one |
//! | `skip=N` | how many pass first |
//!
//! `TIME` is `250ms`, `3s`, `5m` or `2h`. In JSON the same words are the members of an object, beside `"on": "METHOD PATH"`;
//! a word without value is `true`, and `errors` is an array.
//!
//! ```
//! use latchkey_simulator::Fault;
//!
//! let lost: Fault = "POST /v1/alternativeDistributionKeys cut-after".parse()?;
//! let gateway: Fault = "GET * status=503 html times=2 skip=1".parse()?;
//! # Ok::<(), latchkey_simulator::fault::spec::BadFault>(())
//! ```

use std::{str::FromStr, time::Duration};

use http::StatusCode;
use serde_json::Value;

use super::{Canned, Content, Effect, Fault, PathPattern, Site, Wording, Work};

/// The text is no fault; says why.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadFault(String);

impl FromStr for Fault {
    type Err = BadFault;

    fn from_str(line: &str) -> Result<Self, BadFault> {
        let mut tokens = tokens(line)?.into_iter();
        let (Some(method), Some(path)) = (tokens.next(), tokens.next()) else {
            return Err(bad("a fault starts with a method and a path, or with * for either"));
        };
        let mut words = Words::at(Site::read(&method, &path)?);
        for token in tokens {
            match token.split_once('=') {
                Some((word, value)) => words.take(word, Some(value))?,
                None => words.take(&token, None)?,
            }
        }
        words.into_fault()
    }
}

impl Fault {
    /// Reads a fault from JSON: a line of text, or an object.
    ///
    /// # Errors
    /// Says what in it is no fault.
    pub fn from_json(value: &Value) -> Result<Self, BadFault> {
        let members = match value {
            Value::String(line) => return line.parse(),
            Value::Object(members) => members,
            _ => return Err(bad("a fault is a line of text or an object")),
        };
        let on = members.get("on").and_then(Value::as_str).unwrap_or_default();
        let Some((method, path)) = on.split_once(' ') else {
            return Err(bad("the member \"on\" is a method and a path, like \"GET /v1/apps\""));
        };
        let mut words = Words::at(Site::read(method, path)?);
        for (word, value) in members.iter().filter(|(word, _)| *word != "on") {
            match value {
                Value::Bool(true) => words.take(word, None)?,
                Value::String(text) => words.take(word, Some(text))?,
                other => words.take(word, Some(&other.to_string()))?,
            }
        }
        words.into_fault()
    }
}

impl Site {
    fn read(method: &str, path: &str) -> Result<Self, BadFault> {
        let method = match method {
            "*" => None,
            name if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase()) => {
                Some(name.parse().map_err(|_| bad(format!("{name} is no method")))?)
            }
            other => return Err(bad(format!("{other:?} is no method; write it in capitals, or *"))),
        };
        let path = match path {
            "*" => PathPattern::Any,
            path if !path.starts_with('/') => {
                return Err(bad(format!("the path {path:?} does not start with /")));
            }
            path => match path.strip_suffix('$') {
                Some(whole) => PathPattern::Exact(whole.to_owned()),
                None => PathPattern::Prefix(path.to_owned()),
            },
        };
        Ok(Self { method, path })
    }
}

/// The words of a fault, before they are made to fit together.
struct Words {
    end: Option<Effect>,
    status: Option<StatusCode>,
    content: Option<Content>,
    wording: Wording,
    work: Option<Work>,
    retry_after: Option<u64>,
    fault: Fault,
}

impl Words {
    fn at(site: Site) -> Self {
        let fault = Fault {
            site,
            skip: 0,
            times: Some(1),
            delay: Duration::ZERO,
            date_ahead: 0,
            echo_other_key: false,
            effect: Effect::Nothing,
        };
        Self {
            end: None,
            status: None,
            content: None,
            wording: Wording::default(),
            work: None,
            retry_after: None,
            fault,
        }
    }

    fn take(&mut self, word: &str, value: Option<&str>) -> Result<(), BadFault> {
        match (word, value) {
            ("cut-before", None) => put(&mut self.end, Effect::Cut(Work::Undone))?,
            ("cut-after", None) => put(&mut self.end, Effect::Cut(Work::Done))?,
            ("unreachable", None) => put(&mut self.end, Effect::Unreachable)?,
            ("truncated", None) => put(&mut self.end, Effect::Truncated)?,
            ("carried-out", None) => put(&mut self.work, Work::Done)?,
            ("late", Some(time)) => put(&mut self.work, Work::Late(duration(time)?))?,
            ("status", Some(status)) => {
                let status = status.parse().map_err(|_| bad(format!("{status} is no HTTP status")))?;
                put(&mut self.status, status)?;
            }
            ("html", None) => put(&mut self.content, Content::Html)?,
            ("text", Some(text)) => put(&mut self.content, Content::Text(text.to_owned()))?,
            ("errors", Some(json)) => {
                let errors = serde_json::from_str(json).ok().filter(Value::is_array);
                put(
                    &mut self.content,
                    Content::Errors(errors.ok_or_else(|| bad("errors is a JSON array"))?),
                )?;
            }
            ("code", Some(text)) => put(&mut self.wording.code, text.to_owned())?,
            ("title", Some(text)) => put(&mut self.wording.title, text.to_owned())?,
            ("detail", Some(text)) => put(&mut self.wording.detail, text.to_owned())?,
            ("pointer", Some(text)) => put(&mut self.wording.pointer, text.to_owned())?,
            ("retry-after", Some(seconds)) => put(&mut self.retry_after, number(seconds)?)?,
            ("echo-other-key", None) => self.fault.echo_other_key = true,
            ("date", Some(time)) => self.fault.date_ahead = signed_seconds(time)?,
            ("delay", Some(time)) => self.fault.delay = duration(time)?,
            ("times", Some("always")) => self.fault.times = None,
            ("times", Some(times)) => self.fault.times = Some(number(times)?),
            ("skip", Some(skip)) => self.fault.skip = number(skip)?,
            (word, None) => return Err(bad(format!("{word:?} is no word of a fault, or lacks its value"))),
            (word, Some(_)) => return Err(bad(format!("{word:?} is no word of a fault, or takes no value"))),
        }
        Ok(())
    }

    fn into_fault(self) -> Result<Fault, BadFault> {
        let worded = self.wording != Wording::default();
        let effect = match (self.end, self.status, self.content) {
            (Some(end), None, None) if self.work.is_none() => end,
            (Some(_), ..) => {
                return Err(bad(
                    "a request is answered otherwise, cut, truncated or not reached: only one of them",
                ));
            }
            (None, None, None) => match self.work {
                None => Effect::Nothing,
                Some(late @ Work::Late(_)) => Effect::Cut(late),
                Some(_) => return Err(bad("carried-out goes with status, html or text")),
            },
            (None, None, Some(Content::Errors(_))) => return Err(bad("errors goes with status")),
            (None, _, Some(_)) if worded => {
                return Err(bad(
                    "code, title, detail and pointer word the usual error, not errors, html or text",
                ));
            }
            (None, status, content) => {
                let canned = Canned {
                    status: status.unwrap_or(StatusCode::OK),
                    content: content.unwrap_or(Content::Error(self.wording)),
                    retry_after: self.retry_after,
                };
                return Ok(Fault {
                    effect: Effect::Instead(canned, self.work.unwrap_or(Work::Undone)),
                    ..self.fault
                });
            }
        };
        if worded || self.retry_after.is_some() {
            return Err(bad("code, title, detail, pointer and retry-after go with status"));
        }
        Ok(Fault { effect, ..self.fault })
    }
}

fn put<T>(slot: &mut Option<T>, value: T) -> Result<(), BadFault> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(bad("two words of the fault say different things about one point")),
    }
}

fn bad(why: impl Into<String>) -> BadFault {
    BadFault(why.into())
}

fn number<T: FromStr>(text: &str) -> Result<T, BadFault> {
    text.parse().map_err(|_| bad(format!("{text:?} is no number")))
}

fn duration(text: &str) -> Result<Duration, BadFault> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let count: u64 = number(&text[..text.len() - unit.len()])?;
    let millis = match unit {
        "ms" => Some(1),
        "s" => Some(1000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        _ => None,
    };
    millis
        .and_then(|millis| count.checked_mul(millis))
        .map(Duration::from_millis)
        .ok_or_else(|| bad(format!("{text:?} is no time; write 250ms, 3s, 5m or 2h")))
}

fn signed_seconds(text: &str) -> Result<i64, BadFault> {
    let (sign, time) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(ahead), _) => (1, ahead),
        (_, Some(behind)) => (-1, behind),
        _ => return Err(bad("a date is off by a time with a sign: +2h or -90s")),
    };
    let seconds = i64::try_from(duration(time)?.as_secs()).map_err(|_| bad("that is too long"))?;
    Ok(sign * seconds)
}

/// Splits at blanks; a quote keeps what is up to the next of its kind together.
fn tokens(line: &str) -> Result<Vec<String>, BadFault> {
    let mut tokens = Vec::new();
    let mut token: Option<String> = None;
    let mut quote: Option<char> = None;
    for c in line.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c.is_whitespace() => tokens.extend(token.take()),
            None if c == '"' || c == '\'' => {
                quote = Some(c);
                token.get_or_insert_default();
            }
            _ => token.get_or_insert_default().push(c),
        }
    }
    tokens.extend(token);
    if quote.is_some() { Err(bad("a quote is not closed")) } else { Ok(tokens) }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use serde_json::json;

    use super::*;

    fn read(line: &str) -> Fault {
        line.parse().unwrap_or_else(|why| panic!("{line}: {why}"))
    }

    #[test]
    fn a_fault_strikes_the_next_one_unless_told_otherwise() {
        let fault = read("POST /v1/alternativeDistributionKeys cut-after");
        assert_eq!(fault.site.method, Some(Method::POST));
        assert_eq!(fault.site.path, PathPattern::Prefix("/v1/alternativeDistributionKeys".to_owned()));
        assert_eq!(fault.effect, Effect::Cut(Work::Done));
        assert_eq!((fault.skip, fault.times), (0, Some(1)));

        let fault = read("GET * status=503 html times=2 skip=1");
        assert_eq!((fault.skip, fault.times), (1, Some(2)));
        assert_eq!(fault.site.path, PathPattern::Any);
        assert_eq!(read("* /v1/apps$ truncated times=always").times, None);
    }

    #[test]
    fn each_outcome_has_its_words() {
        let seconds = Duration::from_secs;
        assert_eq!(read("* * cut-before").effect, Effect::Cut(Work::Undone));
        assert_eq!(read("* * late=30s").effect, Effect::Cut(Work::Late(seconds(30))));
        assert_eq!(read("* * unreachable").effect, Effect::Unreachable);
        assert_eq!(read("* * truncated").effect, Effect::Truncated);
        assert_eq!(read("* * delay=250ms").effect, Effect::Nothing);
        assert_eq!(read("* * delay=250ms").delay, Duration::from_millis(250));
        assert_eq!(read("* * delay=5m").delay, seconds(300));
        assert_eq!(read("* * date=-2h").date_ahead, -7200);
        assert!(read("* * echo-other-key").echo_other_key);

        let Effect::Instead(canned, work) = read("* * status=504 late=3s retry-after=7").effect else {
            panic!("an answer");
        };
        assert_eq!((canned.status.as_u16(), canned.retry_after), (504, Some(7)));
        assert_eq!(work, Work::Late(seconds(3)));
    }

    #[test]
    fn a_quoted_value_keeps_its_blanks_and_the_other_quotes() {
        let fault = read(r#"* * status=409 detail='He said "no".'"#);
        let Effect::Instead(Canned { content: Content::Error(wording), .. }, _) = fault.effect else {
            panic!("an error");
        };
        assert_eq!(wording.detail.as_deref(), Some(r#"He said "no"."#));
    }

    #[test]
    fn json_says_the_same_as_a_line() {
        let errors = json!([{ "code": "X" }]);
        let object = json!({ "on": "GET /v1/apps$", "status": 409, "errors": errors, "times": 2 });
        let line = format!("GET /v1/apps$ status=409 times=2 errors='{errors}'");
        assert_eq!(Fault::from_json(&object), Ok(read(&line)));
        let object = json!({ "on": "* *", "cut-after": true, "times": "always" });
        assert_eq!(Fault::from_json(&object), Ok(read("* * cut-after times=always")));
        assert_eq!(Fault::from_json(&json!("* * html")), Ok(read("* * html")));
    }

    #[test]
    fn what_does_not_fit_together_is_refused_in_words() {
        for line in [
            "",
            "POST",
            "post /v1/apps cut-after",
            "GET v1/apps cut-after",
            "GET * cut",
            "GET * status",
            "GET * status=99",
            "GET * html=yes",
            "GET * cut-after status=500",
            "GET * truncated unreachable",
            "GET * late=3s cut-before",
            "GET * late=3s carried-out status=500",
            "GET * code=X",
            "GET * carried-out",
            "GET * retry-after=3",
            "GET * cut-before cut-after",
            "GET * status=500 html text=x",
            "GET * status=500 html code=X",
            "GET * errors=[]",
            "GET * delay=3",
            "GET * date=2h",
            "GET * errors={}",
            "GET * times=-1",
            "GET * status=409 detail='open",
        ] {
            assert!(line.parse::<Fault>().is_err(), "{line:?}");
        }
        assert!(Fault::from_json(&json!({ "status": 500 })).is_err());
        assert!(Fault::from_json(&json!(5)).is_err());
    }
}
