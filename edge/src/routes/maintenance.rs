//! The operator's calls that go over everything stored, a page at a time.

use pbx_2fa_shared::ProblemType;
use pbx_2fa_shared::maintenance::{MaintenanceRequest, MaintenanceResponse, MaintenanceTask};
use pbx_2fa_verifier::Refusal;

use super::{Front, method_not_allowed, operator};
use crate::config::Owners;
use crate::directory::{self, Answer, Question};
use crate::http::request::{Method, Request};
use crate::http::response::{self, Response};
use crate::walk::{self, WalkCall};

pub(super) fn task(rest: &str) -> Option<MaintenanceTask> {
    let name = rest.strip_prefix('/')?;
    MaintenanceTask::ALL.into_iter().find(|task| task.name() == name)
}

pub(super) async fn answer(front: &Front, task: MaintenanceTask, request: &Request) -> Response {
    if request.method != Method::Post {
        return method_not_allowed(&[Method::Post], None);
    }
    match page(front, task, request).await {
        Ok(page) => response::json(200, &page, None),
        Err(refusal) => response::refusal(&refusal, None),
    }
}

async fn page(
    front: &Front,
    task: MaintenanceTask,
    request: &Request,
) -> Result<MaintenanceResponse, Refusal> {
    operator::authorize(front, request)?;
    let asked: MaintenanceRequest = request.json()?;
    let after = asked.after.unwrap_or_default();
    let objects = front.config.owners.shards();
    let page = match asked.object {
        None => directory(front, task, after).await?,
        Some(_) if front.config.owners == Owners::PerAccount => {
            return Err(refused(
                "object: with ACCOUNT_OWNERS=per-account nothing can list the accounts; each seals itself anew when it is next used",
            ));
        }
        Some(object) if object >= objects => {
            return Err(refused("object: expected one of those that own accounts"));
        }
        Some(object) => walk::ask(&front.env, &WalkCall { task, object, after }).await?,
    };
    Ok(MaintenanceResponse { objects, ..page })
}

/// It has no trail.
async fn directory(front: &Front, task: MaintenanceTask, after: u64) -> Result<MaintenanceResponse, Refusal> {
    if task == MaintenanceTask::Audit {
        return Ok(MaintenanceResponse {
            done: true,
            ..MaintenanceResponse::default()
        });
    }
    match directory::ask(&front.env, &Question::Reseal(after)).await {
        Ok(Answer::Resealed(page)) => Ok(page),
        Ok(Answer::Refused(refusal)) => Err(refusal),
        Ok(_) => Err(Refusal::Internal("the directory answered something else")),
        Err(fault) => Err(Refusal::Internal(fault)),
    }
}

fn refused(detail: &str) -> Refusal {
    Refusal::Explained {
        problem: ProblemType::InvalidRequest,
        detail: detail.to_owned(),
    }
}
