//! One call of the worker at a time.

use super::host::Host;
use crate::model::{Answer, Credential, Request};
use crate::wire;

/// A call under way; it is given up when this is dropped.
pub(super) struct UnderWay(Host);

impl UnderWay {
    pub(super) const fn new(host: Host) -> Self {
        Self(host)
    }

    pub(super) fn send(
        &self,
        request: Request,
        credential: &Credential,
    ) -> impl Future<Output = Answer> + use<> {
        let call = wire::call(&request, credential);
        let answered = self.0.send(&call.to_lines());
        async move {
            let answered = answered.await;
            let read = answered.as_deref().and_then(|text| text.split_once(' '));
            match read.and_then(|(status, body)| Some((status.parse().ok()?, body))) {
                Some((status, body)) => wire::answer(&request, status, body),
                None => Answer::Unreachable,
            }
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.give_up();
    }
}
