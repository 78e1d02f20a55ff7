"use client";
/** `<Pbx2fa>`: the element in React 18 and later, with its attributes as props and its events as callbacks. */
import { createElement, forwardRef, useEffect, useImperativeHandle, useLayoutEffect, useRef } from "react";
import { load } from "./index.js";

/** What the element tells, by the prop that hears it, and what of it the callback gets first. */
const EVENTS = {
  onState: ["state", ({ state }) => state],
  onVerified: ["verified", ({ response }) => response],
  onProblem: ["problem", ({ type }) => type],
  onExpired: ["expired"],
  onRestart: ["restart"],
};

/** Before the element can tell anything; on a server there is nothing to be early for. */
const useCommitted = typeof window === "undefined" ? useEffect : useLayoutEffect;

export const Pbx2fa = forwardRef(function Pbx2fa(props, ref) {
  const { edge, ticket, lang, address, theme, mode, manual = Boolean(props.onVerified), hidden, className, children, ...others } = props;
  for (const name of Object.keys(EVENTS)) delete others[name];
  const element = useRef(null);
  const latest = useRef(props);
  useImperativeHandle(ref, () => element.current, []);

  useCommitted(() => {
    latest.current = props;
  });

  useCommitted(() => listen(element.current, latest), []);

  // By hand: what React makes of `undefined` and `false` on a custom element differs from version to version. The ticket is
  // last, for it starts the widget.
  useCommitted(() => {
    const wanted = { lang, address, theme, mode, manual: manual ? "" : undefined, hidden: hidden ? "" : undefined, ticket };
    for (const [name, value] of Object.entries(wanted)) put(element.current, name, value);
  });

  useEffect(() => {
    let isHere = true;
    load(edge).catch((error) => {
      console.error(error);
      if (isHere) latest.current.onProblem?.("unreachable");
    });
    return () => {
      isHere = false;
    };
  }, [edge]);

  return createElement("pbx-2fa", { ...others, class: className, ref: element }, children);
});

/** Calls whatever callback the last rendering had, so that a new one costs no new listener. Gives the way to stop. */
function listen(element, latest) {
  const ended = new AbortController();
  for (const [prop, [name, first]] of Object.entries(EVENTS)) {
    const hear = (event) => {
      const call = latest.current[prop];
      if (first) call?.(first(event.detail), event);
      else call?.(event);
    };
    element.addEventListener(`pbx-2fa:${name}`, hear, { signal: ended.signal });
  }
  return () => ended.abort();
}

function put(element, name, value) {
  if (value === undefined || value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
