//! Breadth first, so that what is found first is a shortest way there.

use std::collections::HashSet;
use std::fmt::Write;

use super::action::Action;
use super::node::{Node, Step};
use super::setting::{Setting, Surroundings};
use crate::refusal::Refusal;

/// What a search came to.
pub(super) struct Found {
    pub(super) states: usize,
    pub(super) transitions: usize,
    pub(super) depth: usize,
    /// Whether every state was reached that there is.
    pub(super) exhausted: bool,
    /// Actions that never did anything.
    pub(super) idle: Vec<Action>,
}

struct Search<'a> {
    setting: &'a Setting,
    around: Surroundings,
    known: HashSet<u64>,
    /// How each state was first reached: from which, and by what. The first ones are the starts.
    trail: Vec<Option<(usize, Action)>>,
    did_something: Vec<bool>,
    transitions: usize,
}

type Frontier = Vec<(usize, Node)>;

impl Setting {
    /// # Errors
    /// A report of the shortest way to break a rule.
    pub(super) fn search(&self, depth: usize) -> Result<Found, String> {
        let mut search = Search {
            setting: self,
            around: self.surroundings(),
            known: HashSet::new(),
            trail: Vec::new(),
            did_something: vec![false; self.actions.len()],
            transitions: 0,
        };
        let mut frontier = Frontier::new();
        for start in &self.starts {
            let node = start.node(&search.around)?;
            search.keep(node, None, &mut frontier)?;
        }
        let mut done = 0;
        while done < depth && !frontier.is_empty() {
            frontier = search.beyond(&frontier)?;
            done += 1;
        }
        let idle = self
            .actions
            .iter()
            .zip(&search.did_something)
            .filter(|(_, did)| !**did);
        Ok(Found {
            states: search.known.len(),
            transitions: search.transitions,
            depth: done,
            exhausted: frontier.is_empty(),
            idle: idle.map(|(action, _)| *action).collect(),
        })
    }
}

impl Search<'_> {
    fn beyond(&mut self, frontier: &Frontier) -> Result<Frontier, String> {
        let mut next = Frontier::new();
        for (place, node) in frontier {
            for (n, action) in self.setting.actions.iter().enumerate() {
                let step = match node.take(*action, &self.around) {
                    None => continue,
                    Some(Ok(step)) => step,
                    Some(Err(broken)) => return Err(self.report(&broken, *place, *action)),
                };
                self.transitions += 1;
                let judged = matches!(step.result, Ok(()) | Err(Refusal::CodeInvalid { .. }));
                self.did_something[n] |= judged || step.node.stored != node.stored;
                self.keep(step.node, Some((*place, *action)), &mut next)?;
            }
        }
        Ok(next)
    }

    fn keep(
        &mut self,
        node: Node,
        reached: Option<(usize, Action)>,
        frontier: &mut Frontier,
    ) -> Result<(), String> {
        if self.known.insert(node.fingerprint()) {
            self.trail.push(reached);
            frontier.push((self.trail.len() - 1, node.reread()?));
        }
        Ok(())
    }

    /// The way to a broken rule, with what was answered at each step.
    fn report(&self, broken: &str, from: usize, last: Action) -> String {
        let mut path = vec![last];
        let mut place = from;
        while let Some((before, action)) = self.trail[place] {
            path.push(action);
            place = before;
        }
        let mut report = format!("{}, start {place}: {broken}", self.setting.name);
        let Ok(mut node) = self.setting.starts[place].node(&self.around) else {
            return report;
        };
        for (n, action) in path.iter().rev().enumerate() {
            let answer = match node.take(*action, &self.around) {
                Some(Ok(Step { node: next, result })) => {
                    node = next;
                    result.map_or_else(|refusal| format!("{refusal:?}"), |()| "done".to_owned())
                }
                Some(Err(broken)) => broken,
                None => "cannot be done".to_owned(),
            };
            let _ = write!(report, "\n  {}. {action:?}: {answer}", n + 1);
        }
        report
    }
}
