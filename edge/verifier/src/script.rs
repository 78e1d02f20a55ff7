//! What an automatic call says.

use pbx_2fa_shared::delivery::CodePurpose;
use pbx_2fa_shared::{DisplayName, Locale, OneTimeCode};

/// Sentences in the language of `locale` (Dutch where it is none of nl, fr, de, en). The digits are parted by commas so
/// that a voice reads them one by one, and come twice.
pub(crate) fn call_script(
    locale: &Locale,
    portal: &DisplayName,
    purpose: CodePurpose,
    code: &OneTimeCode,
) -> Vec<String> {
    let digits: Vec<String> = code.as_str().chars().map(String::from).collect();
    let digits = digits.join(", ");
    let words = Words::of(locale);
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
    fn of(locale: &Locale) -> &'static Self {
        match locale
            .as_str()
            .split('-')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "fr" => &FR,
            "de" => &DE,
            "en" => &EN,
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

const FR: Words = Words {
    hello: "Bonjour, ceci est un appel automatique de {portal}.",
    login: "Ce code vous permet de vous connecter.",
    enroll: "Ce code confirme ce numéro de téléphone.",
    step_up: "Ce code vous permet de modifier vos méthodes de connexion.",
    code: "Votre code est :",
    again: "Je répète. Votre code est :",
    warning: "Ne partagez ce code avec personne. Vous n'avez rien demandé ? Prévenez votre administrateur.",
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
    use pbx_2fa_shared::{DisplayName, Locale, OneTimeCode};

    #[test]
    fn digits_are_read_one_by_one_and_twice_in_each_language() {
        for (locale, word) in [
            ("nl-BE", "code"),
            ("fr-BE", "Votre"),
            ("de", "Ihr"),
            ("EN-gb", "Your"),
            ("pl", "Je code"),
        ] {
            let script = call_script(
                &Locale::parse(locale).unwrap(),
                &DisplayName::parse("Qaller").unwrap(),
                CodePurpose::Login,
                &OneTimeCode::parse("007081").unwrap(),
            );
            let text = script.join(" ");
            assert_eq!(text.matches("0, 0, 7, 0, 8, 1.").count(), 2, "{locale}");
            assert!(text.contains(word) && text.contains("Qaller"), "{locale}");
        }
    }
}
