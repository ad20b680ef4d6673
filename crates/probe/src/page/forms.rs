//! What forms ask for, and where they would post to.

use model::dossier::Form;
use url::Url;

use super::read::Places;
use super::sketch::{Field, RawForm};
use crate::text;

/// How many forms are told.
const MAX_FORMS: usize = 64;

/// Parts of words that a field for a name to log in with is called by.
const LOGIN: &[&str] = &[
    "user",
    "login",
    "log-in",
    "account",
    "identifiant",
    "benutzer",
    "kennung",
    "anmelde",
    "usuario",
    "utente",
    "gebruiker",
    "uzytkownik",
    "użytkownik",
    "логин",
    "пользователь",
    "member id",
    "customer number",
    "kundennummer",
];
/// Parts of words that a field for a mailbox is called by.
const MAIL: &[&str] = &["mail", "courriel", "correo", "почта"];
/// What a form says that logs people in.
const LOGGING_IN: &[&str] = &[
    "login",
    "log in",
    "log-in",
    "logon",
    "signin",
    "sign in",
    "sign-in",
    "auth",
    "connexion",
    "connecter",
    "anmelden",
    "einloggen",
    "iniciar sesi",
    "acceder",
    "accedi",
    "inloggen",
    "zaloguj",
    "войти",
    "entrar",
    "verify your",
    "confirm your identity",
    "password",
];
/// Parts of words that a field for a secret is called by.
const SECRET: &[&str] = &[
    "card",
    "cc-",
    "ccnum",
    "carte",
    "karten",
    "tarjeta",
    "cvv",
    "cvc",
    "iban",
    "one-time",
    "onetime",
    "otp",
    "2fa",
    "mfa",
    "verification code",
    "sms",
    "seed",
    "mnemonic",
    "recovery phrase",
    "secret phrase",
    "private key",
    "passphrase",
    "ssn",
    "social security",
];
/// Whole words for the same: parts of other words would be too many.
const SECRET_WORDS: &[&str] = &["pin", "tan", "cc", "csc", "token"];

/// Tells the forms; those without a field for text are left out.
pub(super) fn tell(raw: &[RawForm], base: &Url, places: &Places<'_>) -> Vec<Form> {
    raw.iter()
        .filter(|form| !form.fields.is_empty())
        .take(MAX_FORMS)
        .map(|form| one(form, base, places))
        .collect()
}

fn one(raw: &RawForm, base: &Url, places: &Places<'_>) -> Form {
    let target = base.join(&raw.action);
    let elsewhere = target.as_ref().is_ok_and(|url| places.is_elsewhere(url));
    let password = raw.fields.iter().any(is_password);
    let logs_in = password || contains(&raw.text, LOGGING_IN);
    Form {
        action: match &target {
            Ok(url) => text::tidy(url.as_str()),
            Err(_) => text::tidy(&raw.action),
        }
        .unwrap_or_default(),
        elsewhere,
        password,
        login: raw.fields.iter().any(|field| is_login(field, logs_in)),
        secret: raw.fields.iter().any(is_secret),
    }
}

fn is_password(field: &Field) -> bool {
    field.kind == "password" && !is_secret(field) || contains(&field.called, &["current-password"])
}

/// A mailbox alone may be for a newsletter; it counts where the form logs people in.
fn is_login(field: &Field, logs_in: bool) -> bool {
    let takes_name = matches!(field.kind.as_str(), "text" | "email" | "tel");
    let mail = field.kind == "email" || contains(&field.called, MAIL);
    takes_name && (contains(&field.called, LOGIN) || logs_in && mail)
}

fn is_secret(field: &Field) -> bool {
    let words = field.called.split(|letter: char| !letter.is_alphanumeric());
    contains(&field.called, SECRET) || words.into_iter().any(|word| SECRET_WORDS.contains(&word))
}

fn contains(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::sketch::Sketch;

    /// `action [elsewhere] [password] [login] [secret]` of each form.
    #[track_caller]
    fn check(html: &str, expected: &[&str]) {
        let sketch = Sketch::of(html.as_bytes(), None);
        let base = Url::parse("https://www.shop.example/in/").expect("it is a URL");
        let suffixes = names::SuffixList::embedded();
        let places = Places::new(&base, &[], &suffixes);
        let told: Vec<String> = tell(&sketch.forms, &base, &places)
            .into_iter()
            .map(|form| {
                let mut told = form.action;
                for (is, word) in [
                    (form.elsewhere, " elsewhere"),
                    (form.password, " password"),
                    (form.login, " login"),
                    (form.secret, " secret"),
                ] {
                    told.push_str(if is { word } else { "" });
                }
                told
            })
            .collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn credentials() {
        check(
            "<form action=p.php><input name=mail><input type=password name=pw></form>",
            &["https://www.shop.example/in/p.php password login"],
        );
        check(
            "<input type=email id=i0116><input type=password>",
            &["https://www.shop.example/in/ password login"],
        );
        check(
            "<form action=//collect.other.example/x><input type=email><button>Sign in</button></form>",
            &["https://collect.other.example/x elsewhere login"],
        );
        check(
            "<form action=https://api.shop.example/><input name=username></form>",
            &["https://api.shop.example/ login"],
        );
    }

    #[test]
    fn secrets() {
        check(
            "<form><input name=cardnumber><input name=x autocomplete=one-time-code></form>",
            &["https://www.shop.example/in/ secret"],
        );
        check(
            "<form><input type=password placeholder='Your PIN'></form>",
            &["https://www.shop.example/in/ secret"],
        );
    }

    #[test]
    fn forms_that_ask_for_nothing() {
        check(
            "<form action=/q><input type=search name=q></form><form><input type=email name=newsletter></form><form><input type=submit></form>",
            &["https://www.shop.example/q", "https://www.shop.example/in/"],
        );
        check(
            "<form action='javascript:go()'><input name=q></form>",
            &["javascript:go()"],
        );
    }
}
