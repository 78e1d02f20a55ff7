//! The number of a telephone that is being set up.

use pbx_2fa_shared::numbering::{self, COUNTRIES, LineType};
use pbx_2fa_shared::session::{EnrollRequest, NumberToEnroll, SuggestedNumber, True, TypedNumber};
use pbx_2fa_shared::{E164, Kind};

use super::state::{NumberError, Panel};
use super::update::Step;

impl Step {
    pub(super) fn take_suggestion(&mut self, kind: Kind) {
        let number = NumberToEnroll::Suggested(SuggestedNumber { suggested: True });
        self.enroll_phone(kind, number);
    }

    /// A mobile number is not taken for a landline, nor the reverse: the kind decides what the person expects to ring.
    pub(super) fn submit_number(&mut self) {
        let Panel::Number(kind) = self.state.panel else {
            return;
        };
        let form = &self.state.number;
        let number = COUNTRIES
            .get(form.country)
            .and_then(|c| numbering::from_typed(&form.typed, c));
        let error = match number {
            None => NumberError::Invalid,
            Some(number) => match (kind, numbering::line_type(&number)) {
                (Kind::Landline, Some(LineType::Mobile)) => NumberError::IsMobile(number),
                (Kind::Mobile, Some(LineType::Landline)) => NumberError::IsLandline(number),
                _ => return self.enroll_phone(kind, typed(number)),
            },
        };
        self.number_error(error);
    }

    pub(super) fn save_number_as(&mut self, kind: Kind) {
        if let Some(NumberError::IsMobile(number) | NumberError::IsLandline(number)) =
            &self.state.number.error
        {
            let number = typed(number.clone());
            self.state.panel = Panel::Number(kind);
            self.enroll_phone(kind, number);
        }
    }

    fn enroll_phone(&mut self, kind: Kind, number: NumberToEnroll) {
        match kind {
            Kind::Mobile => self.enroll(EnrollRequest::Mobile(number)),
            Kind::Landline => self.enroll(EnrollRequest::Landline(number)),
            Kind::App | Kind::Totp | Kind::Recovery | Kind::Bypass => {}
        }
    }
}

fn typed(number: E164) -> NumberToEnroll {
    NumberToEnroll::Typed(TypedNumber { number })
}
