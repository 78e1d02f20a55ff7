//! What the portal knows of the user, turned into authenticators without a click.

use pbx_2fa_shared::numbering::{LineType, line_type};
use pbx_2fa_shared::operator::ProfileMobile;
use pbx_2fa_shared::portal::{AppProfile, Profile};
use pbx_2fa_shared::trail::{Actor, EventType};
use pbx_2fa_shared::{AuthenticatorId, E164, Kind, UnixSeconds};

use super::authenticator::{Authenticator, Method, Number, Source, seal_token};
use super::backup::is_own_number;
use super::failures::Failures;
use super::transaction::SuggestedNumber;
use super::{Account, rank, trail};
use crate::bytes::encode;
use crate::context::Context;
use crate::handle::TransactionKey;
use crate::limits;
use crate::refusal::Refusal;

impl Account {
    /// Follows the profile: the app is bound or removed as it says, a mobile number becomes an authenticator (or a
    /// suggestion, by policy), a landline a suggestion. What it leaves out is left alone.
    pub(super) fn follow_profile(
        &mut self,
        profile: &Profile,
        transaction: TransactionKey,
        context: &mut Context,
    ) -> Result<(), Refusal> {
        if let Some(app) = &profile.app {
            self.follow_app(app, context)?;
        }
        if let Some(mobile) = profile.mobile.as_ref().filter(|m| is_line(m, LineType::Mobile)) {
            match context.tenant.policy.profile_mobile {
                ProfileMobile::BindAtOnce if !is_own_number(mobile, context) => {
                    self.follow_mobile(mobile, context)?;
                }
                _ => self.suggest(Kind::Mobile, mobile, transaction, context)?,
            }
        }
        if let Some(landline) = profile
            .landline
            .as_ref()
            .filter(|l| is_line(l, LineType::Landline))
        {
            self.suggest(Kind::Landline, landline, transaction, context)?;
        }
        self.settle_primary();
        Ok(())
    }

    /// Keeps the rule that an account with authenticators has a primary. One that is bound and enabled stays; else the
    /// strongest of the enabled takes its place, and of disabled ones only where there are no others.
    pub(super) fn settle_primary(&mut self) {
        let stays = |id| self.authenticator(id).is_some_and(Authenticator::is_enabled);
        if !self.primary.as_ref().is_some_and(stays) {
            self.primary = self
                .authenticators
                .iter()
                .min_by_key(|a| (!a.is_enabled(), rank(a)))
                .map(|a| a.id.clone());
        }
    }

    pub(super) fn new_authenticator_id(context: &mut Context) -> Result<AuthenticatorId, Refusal> {
        AuthenticatorId::parse(context.entropy.id("aut_")?).map_err(|_| Refusal::Internal("authenticator id"))
    }

    fn follow_app(&mut self, app: &AppProfile, context: &mut Context) -> Result<(), Refusal> {
        let bound = self
            .authenticators
            .iter()
            .position(|a| a.method.kind() == Kind::App);
        match (app.registered, bound) {
            (false, None) => {}
            (false, Some(_)) => self.unbind_by_profile(|a| a.method.kind() == Kind::App, context),
            (true, None) if context.tenant.policy.kinds.contains(&Kind::App) && self.has_room() => {
                let id = Self::new_authenticator_id(context)?;
                let device_token = self.seal_device(app, &id, context)?;
                let confirmed_at = Some(context.now);
                self.bind_by_profile(id, Method::App { device_token }, confirmed_at, context);
            }
            (true, Some(at)) => {
                let Some(id) = self.authenticators.get(at).map(|a| a.id.clone()) else {
                    return Ok(());
                };
                if app.device_token.is_some() && !self.knows_device(app, at, context)? {
                    let device_token = self.seal_device(app, &id, context)?;
                    if let Some(authenticator) = self.authenticators.get_mut(at) {
                        authenticator.method = Method::App { device_token };
                        // Another device is another authenticator; what was guessed at the old one says nothing of it.
                        authenticator.failures = Failures::default();
                        authenticator.disabled_at = None;
                        let about = trail::about(authenticator);
                        self.note(
                            EventType::AuthenticatorBound,
                            Actor::Portal,
                            Some(about),
                            context.now,
                        );
                    }
                }
            }
            (true, None) => {}
        }
        Ok(())
    }

    fn seal_device(
        &self,
        app: &AppProfile,
        id: &AuthenticatorId,
        context: &mut Context,
    ) -> Result<Option<crate::keyring::Sealed>, Refusal> {
        let token = app.device_token.as_ref();
        token
            .map(|token| seal_token(token, &self.owner, id.as_str(), context))
            .transpose()
    }

    /// A token that does not open for want of its root key is not taken for another device's: that would set the failures of
    /// this one back, and lose it.
    fn knows_device(&self, app: &AppProfile, at: usize, context: &Context) -> Result<bool, Refusal> {
        let Some(authenticator) = self.authenticators.get(at) else {
            return Ok(false);
        };
        let Method::App {
            device_token: Some(sealed),
        } = &authenticator.method
        else {
            return Ok(false);
        };
        match super::authenticator::open_token(sealed, &self.owner, authenticator.id.as_str(), context) {
            Err(Refusal::NoRootKey(version)) => Err(Refusal::NoRootKey(version)),
            known => Ok(known.ok().as_ref() == app.device_token.as_ref()),
        }
    }

    fn follow_mobile(&mut self, mobile: &E164, context: &mut Context) -> Result<(), Refusal> {
        if !context.tenant.policy.kinds.contains(&Kind::Mobile) {
            return Ok(());
        }
        let was = self
            .authenticators
            .iter()
            .find(|a| matches!((&a.method, a.source), (Method::Mobile(_), Source::Profile)));
        if let Some(Method::Mobile(number)) = was.map(|a| &a.method)
            && number.is(mobile, context)?
        {
            return Ok(());
        }
        // Another number than before: the old one is not the user's any more, and the new one is not proven yet, unless
        // the user has set it up already.
        let was = was.map(|a| a.id.clone());
        if self.holds(mobile, context)? {
            self.unbind_by_profile(|a| Some(&a.id) == was.as_ref(), context);
            return Ok(());
        }
        let id = Self::new_authenticator_id(context)?;
        let number = Number::seal(mobile, &self.owner, id.as_str(), context)?;
        if let Some(was) = &was {
            self.unbind_by_profile(|a| a.id == *was, context);
            if self.primary.as_ref() == Some(was) {
                self.primary = Some(id.clone());
            }
        }
        if self.has_room() {
            self.bind_by_profile(id, Method::Mobile(number), None, context);
        }
        Ok(())
    }

    fn bind_by_profile(
        &mut self,
        id: AuthenticatorId,
        method: Method,
        confirmed_at: Option<UnixSeconds>,
        context: &Context,
    ) {
        let bound = Authenticator {
            id,
            method,
            source: Source::Profile,
            bound_at: context.now,
            confirmed_at,
            failures: Failures::default(),
            disabled_at: None,
        };
        let about = trail::about(&bound);
        self.authenticators.push(bound);
        self.note(
            EventType::AuthenticatorBound,
            Actor::Portal,
            Some(about),
            context.now,
        );
    }

    fn unbind_by_profile(&mut self, which: impl Fn(&Authenticator) -> bool, context: &Context) {
        let gone: Vec<_> = self
            .authenticators
            .iter()
            .filter(|a| which(a))
            .map(trail::about)
            .collect();
        self.authenticators.retain(|a| !which(a));
        for about in gone {
            self.end_sessions_by_policy(&about.id, context);
            self.note(
                EventType::AuthenticatorRemoved,
                Actor::Portal,
                Some(about),
                context.now,
            );
        }
    }

    fn suggest(
        &mut self,
        kind: Kind,
        number: &E164,
        transaction: TransactionKey,
        context: &mut Context,
    ) -> Result<(), Refusal> {
        if !context.tenant.policy.kinds.contains(&kind) || self.holds(number, context)? {
            return Ok(());
        }
        let number = Number::seal(number, &self.owner, &suggestion_slot(transaction), context)?;
        self.transaction_mut(transaction)?
            .suggestions
            .push(SuggestedNumber { kind, number });
        Ok(())
    }

    /// Whether a number is bound already.
    pub(super) fn holds(&self, number: &E164, context: &Context) -> Result<bool, Refusal> {
        for bound in self.numbers() {
            if bound.is(number, context)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The same, of a number that is sealed for `slot`.
    pub(super) fn binds(&self, number: &Number, slot: &str, context: &Context) -> Result<bool, Refusal> {
        for bound in self.numbers() {
            let same = match bound.is_same(number) {
                Some(same) => same,
                None => bound.is(&number.open(&self.owner, slot, context)?, context)?,
            };
            if same {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The telephone numbers that are bound.
    pub(super) fn numbers(&self) -> impl Iterator<Item = &Number> {
        self.authenticators.iter().filter_map(|a| a.method.number())
    }

    pub(super) const fn has_room(&self) -> bool {
        self.authenticators.len() < limits::AUTHENTICATORS_PER_ACCOUNT
    }
}

/// Where the suggested numbers of a transaction are sealed for.
pub(super) fn suggestion_slot(transaction: TransactionKey) -> String {
    format!("suggestion {}", encode(&transaction.0))
}

fn is_line(number: &E164, wanted: LineType) -> bool {
    line_type(number).is_some_and(|line| line == wanted || line == LineType::Unknown)
}
