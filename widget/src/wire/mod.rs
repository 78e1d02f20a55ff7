//! The model's requests and the worker's answers, as HTTP and JSON.

mod json;
mod read;
mod request;

pub use request::{Call, call};

use pbx_2fa_shared::{Problem, ProblemType};

use json::Json;

use crate::model::{Answer, Request};

/// What an HTTP answer says. Anything that this service would not say counts as no answer at all.
#[must_use]
pub fn answer(request: &Request, status: u16, body: &str) -> Answer {
    let json = Json::parse(body);
    let read = json.as_ref().and_then(|json| match request {
        _ if !(200..300).contains(&status) => read::problem(json).map(Answer::Refused),
        Request::Exchange => read::opened(json).map(|opened| Answer::Opened(Box::new(opened))),
        _ => read::view(json).map(|view| Answer::View(Box::new(view))),
    });
    match read {
        Some(answer) => answer,
        None if status >= 500 => Answer::Refused(Problem::new(ProblemType::Unavailable)),
        None => Answer::Unreachable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_s_error_page_is_no_answer_of_the_worker() {
        let page = "<html>502</html>";
        assert!(
            matches!(answer(&Request::Refresh, 502, page), Answer::Refused(p) if p.kind == ProblemType::Unavailable)
        );
        assert!(matches!(
            answer(&Request::Refresh, 200, page),
            Answer::Unreachable
        ));
        assert!(matches!(
            answer(&Request::Refresh, 404, page),
            Answer::Unreachable
        ));
    }

    #[test]
    fn a_problem_is_read_as_it_was_written() {
        let problem = Problem {
            attempts_left: Some(3),
            ..Problem::new(ProblemType::CodeInvalid)
        };
        let body = serde_json::to_string(&problem).unwrap();
        assert!(matches!(answer(&Request::Refresh, 422, &body), Answer::Refused(read) if read == problem));
    }
}
