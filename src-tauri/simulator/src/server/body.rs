//! The body of an answer on its way, whole or broken off.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::Cut;

/// What is still to be sent.
#[derive(Debug)]
pub(super) struct Sent {
    rest: Option<Bytes>,
    end: End,
}

#[derive(Debug)]
enum End {
    Proper,
    /// What was sent is flushed before the connection breaks.
    BrokenAfterFlush,
    Broken,
}

impl Sent {
    pub(super) fn whole(body: Bytes) -> Self {
        Self { rest: Some(body).filter(|body| !body.is_empty()), end: End::Proper }
    }

    pub(super) fn beginning(body: Bytes) -> Self {
        Self { rest: Some(body), end: End::BrokenAfterFlush }
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if let Some(bytes) = self.rest.take() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match self.end {
            End::Proper => Poll::Ready(None),
            End::BrokenAfterFlush => {
                self.end = End::Broken;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            End::Broken => Poll::Ready(Some(Err(Cut))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_none() && matches!(self.end, End::Proper)
    }

    fn size_hint(&self) -> SizeHint {
        match self.end {
            End::Proper => SizeHint::with_exact(self.rest.as_ref().map_or(0, Bytes::len) as u64),
            End::BrokenAfterFlush | End::Broken => SizeHint::default(),
        }
    }
}
