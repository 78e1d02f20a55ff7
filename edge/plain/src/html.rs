//! HTML, made of elements and texts by functions that escape: there is no way from a text to markup but through them.

/// Markup that was made here.
#[derive(Debug, Clone, Default)]
pub(crate) struct Html(String);

/// Names and values of attributes.
pub(crate) type Attributes<'a> = &'a [(&'static str, &'a str)];

impl Html {
    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

impl FromIterator<Self> for Html {
    fn from_iter<I: IntoIterator<Item = Self>>(parts: I) -> Self {
        Self(parts.into_iter().map(|part| part.0).collect())
    }
}

impl From<Option<Self>> for Html {
    fn from(part: Option<Self>) -> Self {
        part.unwrap_or_default()
    }
}

/// An element with what is in it.
pub(crate) fn el(tag: &'static str, attributes: Attributes<'_>, inside: Vec<Html>) -> Html {
    let mut made = void(tag, attributes);
    for part in inside {
        made.0.push_str(&part.0);
    }
    for part in ["</", tag, ">"] {
        made.0.push_str(part);
    }
    made
}

/// An element that holds nothing but a text.
pub(crate) fn says(tag: &'static str, attributes: Attributes<'_>, words: &str) -> Html {
    el(tag, attributes, vec![text(words)])
}

/// An element that has no end, such as a field.
pub(crate) fn void(tag: &'static str, attributes: Attributes<'_>) -> Html {
    let mut made = String::from("<");
    made.push_str(tag);
    for (name, value) in attributes {
        for part in [" ", name, "=\""] {
            made.push_str(part);
        }
        escape(&mut made, value);
        made.push('"');
    }
    made.push('>');
    Html(made)
}

pub(crate) fn text(words: &str) -> Html {
    let mut made = String::with_capacity(words.len());
    escape(&mut made, words);
    Html(made)
}

/// A whole document, with style sheets of ours.
pub(crate) fn document(styles: &[&str], language: &str, title: &str, body: Html) -> String {
    let mut head = vec![
        void("meta", &[("charset", "utf-8")]),
        void(
            "meta",
            &[
                ("name", "viewport"),
                ("content", "width=device-width, initial-scale=1"),
            ],
        ),
        void("meta", &[("name", "color-scheme"), ("content", "light dark")]),
        void("meta", &[("name", "robots"), ("content", "noindex")]),
        says("title", &[], title),
    ];
    let styles = styles.iter().filter(|style| !style.is_empty());
    head.extend(styles.map(|style| Html(["<style>", style, "</style>"].concat())));
    let html = el(
        "html",
        &[("lang", language)],
        vec![el("head", &[], head), el("body", &[], vec![body])],
    );
    ["<!doctype html>\n", &html.into_text()].concat()
}

/// In a text and in an attribute's value (WHATWG HTML §13.1.2): what could end either, or begin something else.
fn escape(into: &mut String, words: &str) {
    for letter in words.chars() {
        match letter {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            '\'' => into.push_str("&#39;"),
            other => into.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{el, says, text, void};

    #[test]
    fn nothing_in_a_text_or_a_value_is_markup() {
        let evil = "\"'><script>alert(1)</script>&amp;";
        let safe = "&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;";
        assert_eq!(text(evil).into_text(), safe);
        assert_eq!(says("p", &[], evil).into_text(), format!("<p>{safe}</p>"));
        assert_eq!(
            void("input", &[("value", evil)]).into_text(),
            format!("<input value=\"{safe}\">")
        );
    }

    #[test]
    fn elements_stand_in_each_other() {
        let list = el(
            "ul",
            &[("class", "a b")],
            vec![says("li", &[], "1"), says("li", &[], "2")],
        );
        assert_eq!(list.into_text(), "<ul class=\"a b\"><li>1</li><li>2</li></ul>");
    }
}
