//! What the widget's libraries bring along and no screen of ours ever calls is taken out of its modules.
//!
//! A compiler cannot see that no view has a portal, so it keeps what would draw one. Here the bodies of such functions become
//! a trap, and `wasm-opt` then drops them with all that only they needed. If one were called after all, the loader's guard
//! would notice the trap and draw the screen "broken" (`widget/element/guard.js`): nothing goes on with a wrong result.
//! `widget/tests/screens/every.rs` holds every screen against the first of these lists. docs/decisions/14 has what it gives.

use std::collections::BTreeSet;
use std::path::Path;

use walrus::{ExportItem, FunctionBuilder, FunctionId, FunctionKind, Module};

use crate::failure::{Context, Failure, Outcome};
use crate::files;

/// Functions whose name has `within` and one of `parts`; but for those of what may be absent, which are called with nothing, too.
pub(super) struct Unused {
    within: &'static str,
    parts: &'static [&'static str],
}

/// Of the whole widget.
pub(super) const EVERYWHERE: &[Unused] = &[
    // Views consist of elements, texts and lists. The one component is the root, which is in no view.
    Unused {
        within: "yew::",
        parts: &[
            "vsuspense::VSuspense",
            "bsuspense::BSuspense",
            "yew::suspense::",
            "vportal::VPortal",
            "bportal::BPortal",
            "vraw::VRaw",
            "braw::BRaw",
            "vcomp::VComp as",
            "bcomp::BComp",
            "TextareaFields",
            "HtmlTextAreaElement",
        ],
    },
    // With one component each queue of the scheduler has at most one entry, and its tree one node.
    Unused {
        within: "yew::scheduler::QueueEntry",
        parts: &["BalancingContext", ">::split"],
    },
    // Tasks on stacks that can be suspended: for modules that ask wasm-bindgen for them, and this one does not.
    Unused {
        within: "js_sys::futures::jspi",
        parts: &["spawn_promising", "SpawnedTask", "task_waker"],
    },
];

/// Of the part for logins: none of its lists has keys.
pub(super) const OF_LOGINS: &[Unused] = &[Unused {
    within: "yew::dom_bundle::blist",
    parts: &["KeyedEntry"],
}];

/// js-sys describes a closure for each method that takes one. JavaScript can call those that are exported and no other.
const CLOSURES: &str = "wasm_bindgen::convert::closures::_::invoke";

/// Makes the functions of these lists traps, in a module that has the names of its functions still.
pub(super) fn take_out(module: &Path, lists: &[&[Unused]]) -> Outcome<()> {
    let mut wasm = Module::from_file(module)
        .map_err(|error| format!("{error:#}"))
        .context(|| "reading a module of the widget".to_owned())?;
    let functions = named(&wasm);
    let mut gone: BTreeSet<FunctionId> = BTreeSet::new();
    for unused in lists.iter().copied().flatten() {
        for part in unused.parts {
            let belongs =
                |name: &str| name.contains(unused.within) && name.contains(part) && !name.contains("Option<");
            let found: Vec<FunctionId> = with(&functions, belongs);
            if found.is_empty() {
                let within = unused.within;
                return Err(Failure::new(format!(
                    "no function of {within} has {part} in its name: is it gone, or called otherwise now? See xtask/src/build/unused.rs"
                )));
            }
            gone.extend(found);
        }
    }
    let called = exported(&wasm, &functions);
    gone.extend(with(&functions, |name| {
        name.contains(CLOSURES) && !called.contains(name)
    }));
    for function in gone {
        make_a_trap(&mut wasm, function);
    }
    files::write(module, wasm.emit_wasm())
}

/// Every function that is defined in the module, by its name.
fn named(wasm: &Module) -> Vec<(FunctionId, String)> {
    let name = |id: FunctionId| Some((id, plain(wasm.funcs.get(id).name.as_deref()?)));
    wasm.funcs.iter_local().filter_map(|(id, _)| name(id)).collect()
}

fn with(functions: &[(FunctionId, String)], is: impl Fn(&str) -> bool) -> Vec<FunctionId> {
    functions
        .iter()
        .filter(|(_, name)| is(name))
        .map(|(id, _)| *id)
        .collect()
}

fn exported<'a>(wasm: &Module, functions: &'a [(FunctionId, String)]) -> BTreeSet<&'a str> {
    let out: BTreeSet<FunctionId> = wasm
        .exports
        .iter()
        .filter_map(|export| match export.item {
            ExportItem::Function(function) => Some(function),
            _ => None,
        })
        .collect();
    let is_out = |(id, _): &&(FunctionId, String)| out.contains(id);
    functions
        .iter()
        .filter(is_out)
        .map(|(_, name)| name.as_str())
        .collect()
}

/// Without the numbers of crates, `yew[370a3e504c1a2e3b]::`, and without what wasm-bindgen adds to the name of a function that
/// it wraps: it stands between that function and JavaScript.
fn plain(name: &str) -> String {
    let name = name.split(" externref shim").next().unwrap_or_default();
    let name = name.split(" multivalue shim").next().unwrap_or_default();
    let mut plain = String::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        rest = match after.split_once(']') {
            Some((number, after)) if is_number(number) => after,
            _ => {
                plain.push('[');
                after
            }
        };
    }
    plain + rest
}

fn is_number(text: &str) -> bool {
    (8..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn make_a_trap(wasm: &mut Module, function: FunctionId) {
    let form = wasm.types.get(wasm.funcs.get(function).ty());
    let (takes, gives) = (form.params().to_vec(), form.results().to_vec());
    let mut body = FunctionBuilder::new(&mut wasm.types, &takes, &gives);
    body.func_body().unreachable();
    let takes = takes.iter().map(|kind| wasm.locals.add(*kind)).collect();
    wasm.funcs.get_mut(function).kind = FunctionKind::Local(body.local_func(takes));
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn names_lose_the_numbers_of_crates_and_nothing_else() {
        let name = "<alloc[6ccceecd3902b573]::rc::Rc<[u8]> as yew[370a3e504c1a2e3b]::Some<[core[15266d276e3a2055]::Option<u8>; 2]>>";
        assert_eq!(
            plain(name),
            "<alloc::rc::Rc<[u8]> as yew::Some<[core::Option<u8>; 2]>>"
        );
        assert_eq!(
            plain("invoke::<(), true> externref shim multivalue shim"),
            "invoke::<(), true>"
        );
    }
}
