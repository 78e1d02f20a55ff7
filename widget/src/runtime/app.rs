//! The component: events in, effects out.

use gloo_timers::callback::Interval;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement, HtmlInputElement};
use yew::{Callback, Component, Context, Html, Properties};

use super::clock::now;
use super::fetch::UnderWay;
use super::host::Host;
use crate::i18n::Words;
use crate::model::{Answer, Credential, Effect, Event, Focus, Page, State, update};
use crate::view::{Draw, page};

/// Things of the page that a screen which comes by itself does not take the focus from,
const BUSY: &str = "input, textarea, select, button, a[href], [contenteditable], iframe";
/// and those that an answer to the person does not take it from either: somebody who typed a code and went on to another field.
const FIELDS: &str = "input, textarea, select, [contenteditable]";

/// Milliseconds between two looks at the clock.
const BEAT: u32 = 500;

/// What the element hands over once. Never compared: a mounted widget gets no new ones.
#[derive(Clone, Properties)]
pub(super) struct Given {
    pub(super) root: Element,
    pub(super) host: Host,
    pub(super) credential: Credential,
    pub(super) page: Page,
    pub(super) words: Words,
}

impl PartialEq for Given {
    fn eq(&self, other: &Self) -> bool {
        self.root == other.root
    }
}

pub(super) enum Input {
    Event(Event),
    Words(Words),
}

pub(super) struct App {
    given: Given,
    state: State,
    words: Words,
    link: Callback<Event>,
    call: Option<UnderWay>,
    after_drawing: Vec<Effect>,
    _beat: Interval,
}

impl Component for App {
    type Message = Input;
    type Properties = Given;

    fn create(ctx: &Context<Self>) -> Self {
        let given = ctx.props().clone();
        let link = ctx.link().callback(Input::Event);
        let beat = link.clone();
        link.emit(Event::Started { now: now() });
        Self {
            state: State::new(given.credential.clone(), given.page.clone()),
            words: given.words.clone(),
            given,
            call: None,
            after_drawing: Vec::new(),
            _beat: Interval::new(BEAT, move || beat.emit(Event::Ticked { now: now() })),
            link,
        }
    }

    fn update(&mut self, _: &Context<Self>, input: Input) -> bool {
        let event = match input {
            Input::Event(event) => event,
            Input::Words(words) => {
                self.words = words;
                return true;
            }
        };
        let beat = matches!(event, Event::Ticked { .. });
        if matches!(event, Event::CodeTyped { .. }) {
            // The place of an earlier letter's caret, for which drawing had no time yet, is no longer the place.
            self.after_drawing
                .retain(|effect| !matches!(effect, Effect::Caret(_)));
        }
        let second = self.state.clock.now();
        let effects;
        (self.state, effects) = update(std::mem::replace(&mut self.state, State::nothing()), event);
        let still = beat && effects.is_empty() && second == self.state.clock.now();
        for effect in effects {
            self.perform(effect);
        }
        !still
    }

    fn view(&self, _: &Context<Self>) -> Html {
        page(Draw {
            state: &self.state,
            words: &self.words,
            link: &self.link,
        })
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        for effect in std::mem::take(&mut self.after_drawing) {
            match effect {
                Effect::Focus { on, insist } => self.focus(on, insist),
                Effect::Caret(at) => {
                    // Drawing may pause before this; where a further letter has come meanwhile, the caret is behind that one.
                    let drawn = self.state.code_form().write(&self.state.code.typed);
                    if let Some(field) = self.find::<HtmlInputElement>("#code")
                        && field.value() == drawn
                    {
                        // A field that is gone or of another type has no caret to set.
                        let _ = field.set_selection_range(at, at);
                    }
                }
                Effect::Tell(tell) => self.given.host.tell(&tell),
                Effect::Call { .. } | Effect::Cancel | Effect::HandOver(_) | Effect::Keep(..) => {}
            }
        }
    }
}

impl App {
    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Call {
                id,
                request,
                credential,
            } => {
                // The one before it is given up first: there is one line.
                self.call = None;
                let call = UnderWay::new(self.given.host.clone());
                let answer = call.send(request, &credential);
                self.call = Some(call);
                let (link, host) = (self.link.clone(), self.given.host.clone());
                spawn_local(async move {
                    let answer = answer.await;
                    let now = now();
                    if let Answer::Opened(opened) = &answer {
                        host.dress(opened.theme.as_deref().unwrap_or_default());
                    }
                    // Nothing of a view is drawn or said before its words are there, so that no form of address gives
                    // way to another under somebody's eyes.
                    if let Some(view) = answer.view() {
                        link.emit(Event::Arrived { id });
                        host.bring_words(view).await;
                    }
                    link.emit(Event::Answered { id, now, answer });
                });
            }
            Effect::Cancel => self.call = None,
            Effect::HandOver(secret) => self.given.host.hand_over(&secret),
            Effect::Keep(way, text) => self.given.host.keep(way, &text),
            Effect::Focus { .. } | Effect::Caret(_) | Effect::Tell(_) => self.after_drawing.push(effect),
        }
    }

    fn focus(&self, on: Focus, insist: bool) {
        if self.has_focus_elsewhere(if insist { FIELDS } else { BUSY }) {
            return;
        }
        let selector = match on {
            Focus::Heading => "#title",
            Focus::Code | Focus::CodeSelected => "#code",
            Focus::Number => "#number",
            Focus::Keep => "#keep",
        };
        if let Some(element) = self.find::<HtmlElement>(selector) {
            // What cannot be focused keeps the focus where it is.
            let _ = element.focus();
            if on == Focus::CodeSelected
                && let Ok(field) = element.dyn_into::<HtmlInputElement>()
            {
                field.select();
            }
        }
    }

    /// Whether the focus is on such a thing of the page, or of another element with a shadow root.
    fn has_focus_elsewhere(&self, such: &str) -> bool {
        let mut active = web_sys::window().and_then(|window| window.document()?.active_element());
        while let Some(inner) = active
            .as_ref()
            .and_then(|element| element.shadow_root()?.active_element())
        {
            active = Some(inner);
        }
        active.is_some_and(|element| {
            element.get_root_node() != self.given.root.get_root_node()
                && element.matches(such).unwrap_or(false)
        })
    }

    fn find<E: JsCast>(&self, selector: &str) -> Option<E> {
        self.given
            .root
            .query_selector(selector)
            .ok()
            .flatten()?
            .dyn_into()
            .ok()
    }
}
