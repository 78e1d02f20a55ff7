//! The addresses of the pages. None holds anything but the name of a screen.

use pbx_2fa_shared::Kind;

/// Where the portal's form brings the ticket, and where every login is.
pub const PLAIN: &str = "/plain";

/// A path, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// Asked for, the screen that is due; with a ticket, the beginning.
    Login,
    /// A way that the person has gone away from the screen that is due.
    Panel(Panel),
    /// What a form of ours does.
    Form(Form),
}

/// See [`Path::Panel`]. Where the view does not allow it, the screen that is due is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    Due,
    /// Another bound method for the code.
    Methods,
    /// A kind of method to set up.
    Kinds,
    /// The number of a telephone to set up.
    Number(Kind),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Challenge,
    Attempt,
    Finish,
    Enroll,
    Confirm,
}

impl Path {
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        Some(match path.strip_prefix(PLAIN)? {
            "" => Self::Login,
            "/methods" => Self::Panel(Panel::Methods),
            "/kinds" => Self::Panel(Panel::Kinds),
            "/mobile" => Self::Panel(Panel::Number(Kind::Mobile)),
            "/landline" => Self::Panel(Panel::Number(Kind::Landline)),
            "/challenges" => Self::Form(Form::Challenge),
            "/attempts" => Self::Form(Form::Attempt),
            "/finish" => Self::Form(Form::Finish),
            "/enrollments" => Self::Form(Form::Enroll),
            "/confirm" => Self::Form(Form::Confirm),
            _ => return None,
        })
    }
}

impl Panel {
    pub(crate) const fn address(self) -> &'static str {
        match self {
            Self::Methods => "/plain/methods",
            Self::Kinds => "/plain/kinds",
            Self::Number(Kind::Landline) => "/plain/landline",
            Self::Number(_) => "/plain/mobile",
            Self::Due => PLAIN,
        }
    }
}

impl Form {
    pub(crate) const fn address(self) -> &'static str {
        match self {
            Self::Challenge => "/plain/challenges",
            Self::Attempt => "/plain/attempts",
            Self::Finish => "/plain/finish",
            Self::Enroll => "/plain/enrollments",
            Self::Confirm => "/plain/confirm",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Panel, Path};
    use pbx_2fa_shared::Kind;

    #[test]
    fn a_path_and_its_address_are_each_other() {
        for panel in [
            Panel::Methods,
            Panel::Kinds,
            Panel::Number(Kind::Mobile),
            Panel::Number(Kind::Landline),
        ] {
            assert_eq!(Path::of(panel.address()), Some(Path::Panel(panel)));
        }
        for form in [
            Form::Challenge,
            Form::Attempt,
            Form::Finish,
            Form::Enroll,
            Form::Confirm,
        ] {
            assert_eq!(Path::of(form.address()), Some(Path::Form(form)));
        }
        assert_eq!(Path::of(Panel::Due.address()), Some(Path::Login));
        for other in [
            "/",
            "/plains",
            "/plain/",
            "/plain/methods/",
            "/plain/app",
            "/v1/session",
        ] {
            assert_eq!(Path::of(other), None, "{other}");
        }
    }
}
