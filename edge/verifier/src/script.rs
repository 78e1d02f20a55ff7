//! What an automatic call says.

use pbx_2fa_shared::delivery::CodePurpose;
use pbx_2fa_shared::{DisplayName, FormOfAddress, Locale, OneTimeCode};

/// Sentences in the language of `locale` (Dutch where it is none of nl, fr, de, en), in the form that the tenant asks for. The digits are parted by commas so
/// that a voice reads them one by one, and come twice.
pub(crate) fn call_script(
    locale: &Locale,
    form: Option<FormOfAddress>,
    portal: &DisplayName,
    purpose: CodePurpose,
    code: &OneTimeCode,
) -> Vec<String> {
    let digits: Vec<String> = code.as_str().chars().map(String::from).collect();
    let digits = digits.join(", ");
    let words = Words::of(locale, form);
    let why = match purpose {
        CodePurpose::Login => words.login,
        CodePurpose::Enroll => words.enroll,
        CodePurpose::StepUp => words.step_up,
    };
    vec![
        words.hello.replace("{portal}", portal.as_str()),
        why.to_owned(),
        format!("{} {digits}.", words.code),
        format!("{} {digits}.", words.again),
        words.warning.to_owned(),
    ]
}

struct Words {
    hello: &'static str,
    login: &'static str,
    enroll: &'static str,
    step_up: &'static str,
    code: &'static str,
    again: &'static str,
    warning: &'static str,
}

impl Words {
    fn of(locale: &Locale, form: Option<FormOfAddress>) -> &'static Self {
        let language = locale.as_str().split('-').next().unwrap_or_default();
        match (language.to_ascii_lowercase().as_str(), form) {
            ("fr", Some(FormOfAddress::Familiar)) => &FR_FAMILIAR,
            ("fr", _) => &FR,
            ("de", Some(FormOfAddress::Familiar)) => &DE_FAMILIAR,
            ("de", _) => &DE,
            ("en", _) => &EN,
            (_, Some(FormOfAddress::Formal)) => &NL_FORMAL,
            _ => &NL,
        }
    }
}

const NL: Words = Words {
    hello: "Goedendag, dit is een automatische oproep van {portal}.",
    login: "Met deze code kan je inloggen.",
    enroll: "Met deze code bevestig je dit telefoonnummer.",
    step_up: "Met deze code wijzig je hoe je inlogt.",
    code: "Je code is:",
    again: "Ik herhaal. Je code is:",
    warning: "Deel deze code met niemand. Heb jij dit niet gevraagd? Verwittig dan je beheerder.",
};

const NL_FORMAL: Words = Words {
    login: "Met deze code kunt u inloggen.",
    enroll: "Met deze code bevestigt u dit telefoonnummer.",
    step_up: "Met deze code wijzigt u hoe u inlogt.",
    code: "Uw code is:",
    again: "Ik herhaal. Uw code is:",
    warning: "Deel deze code met niemand. Hebt u dit niet gevraagd? Verwittig dan uw beheerder.",
    ..NL
};

const FR: Words = Words {
    hello: "Bonjour, ceci est un appel automatique de {portal}.",
    login: "Ce code vous permet de vous connecter.",
    enroll: "Ce code confirme ce numéro de téléphone.",
    step_up: "Ce code vous permet de modifier vos méthodes de connexion.",
    code: "Votre code est :",
    again: "Je répète. Votre code est :",
    warning: "Ne partagez ce code avec personne. Vous n'avez rien demandé ? Prévenez votre administrateur.",
};

const FR_FAMILIAR: Words = Words {
    login: "Ce code te permet de te connecter.",
    step_up: "Ce code te permet de modifier tes méthodes de connexion.",
    code: "Ton code est :",
    again: "Je répète. Ton code est :",
    warning: "Ne partage ce code avec personne. Tu n'as rien demandé ? Préviens ton administrateur.",
    ..FR
};

const DE: Words = Words {
    hello: "Guten Tag, dies ist ein automatischer Anruf von {portal}.",
    login: "Mit diesem Code können Sie sich anmelden.",
    enroll: "Mit diesem Code bestätigen Sie diese Telefonnummer.",
    step_up: "Mit diesem Code ändern Sie Ihre Anmeldemethoden.",
    code: "Ihr Code lautet:",
    again: "Ich wiederhole. Ihr Code lautet:",
    warning: "Geben Sie diesen Code niemandem weiter. Sie haben nichts angefordert? Verständigen Sie Ihren Administrator.",
};

const DE_FAMILIAR: Words = Words {
    login: "Mit diesem Code kannst du dich anmelden.",
    enroll: "Mit diesem Code bestätigst du diese Telefonnummer.",
    step_up: "Mit diesem Code änderst du deine Anmeldemethoden.",
    code: "Dein Code lautet:",
    again: "Ich wiederhole. Dein Code lautet:",
    warning: "Gib diesen Code niemandem weiter. Du hast nichts angefordert? Verständige deinen Administrator.",
    ..DE
};

const EN: Words = Words {
    hello: "Hello, this is an automatic call from {portal}.",
    login: "This code lets you log in.",
    enroll: "This code confirms this telephone number.",
    step_up: "This code lets you change how you log in.",
    code: "Your code is:",
    again: "Once more. Your code is:",
    warning: "Share this code with nobody. If you did not ask for it, tell your administrator.",
};

#[cfg(test)]
mod tests {
    use super::call_script;
    use pbx_2fa_shared::delivery::CodePurpose;
    use pbx_2fa_shared::{DisplayName, FormOfAddress, Locale, OneTimeCode};

    fn said(locale: &str, form: Option<FormOfAddress>, purpose: CodePurpose) -> String {
        let portal = DisplayName::parse("Qaller").unwrap();
        let code = OneTimeCode::parse("007081").unwrap();
        call_script(&Locale::parse(locale).unwrap(), form, &portal, purpose, &code).join(" ")
    }

    #[test]
    fn digits_are_read_one_by_one_and_twice_in_each_language() {
        for (locale, word) in [
            ("nl-BE", "code"),
            ("fr-BE", "Votre"),
            ("de", "Ihr"),
            ("EN-gb", "Your"),
            ("pl", "Je code"),
        ] {
            let text = said(locale, None, CodePurpose::Login);
            assert_eq!(text.matches("0, 0, 7, 0, 8, 1.").count(), 2, "{locale}");
            assert!(text.contains(word) && text.contains("Qaller"), "{locale}");
        }
    }

    #[test]
    fn one_form_of_address_is_kept_to_in_a_whole_call() {
        use FormOfAddress::{Familiar, Formal};
        for (locale, form, theirs, never) in [
            ("nl-BE", None, "je", &["u", "uw"][..]),
            ("nl-BE", Some(Familiar), "je", &["u", "uw"]),
            ("nl-BE", Some(Formal), "uw", &["je", "jij", "jouw"]),
            ("fr-BE", None, "votre", &["te", "ton", "tes", "tu"]),
            ("fr-BE", Some(Formal), "votre", &["te", "ton", "tes", "tu"]),
            ("fr-BE", Some(Familiar), "ton", &["vous", "votre", "vos"]),
            ("de", None, "ihr", &["du", "dich", "dein", "deine", "deinen"]),
            ("de", Some(Familiar), "dein", &["sie", "ihr", "ihre", "ihren"]),
            ("en", Some(Formal), "your", &[]),
        ] {
            for purpose in [CodePurpose::Login, CodePurpose::Enroll, CodePurpose::StepUp] {
                let text = said(locale, form, purpose).to_lowercase();
                let words: Vec<&str> = text.split(|c: char| !c.is_alphabetic()).collect();
                assert!(words.contains(&theirs), "{locale} {form:?}: {text}");
                for word in never {
                    assert!(!words.contains(word), "{locale} {form:?}: {word} in {text}");
                }
            }
        }
    }
}
