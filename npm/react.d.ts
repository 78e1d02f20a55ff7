/** `<Pbx2fa>`: the element in React 18 and later. */
import type { ForwardRefExoticComponent, HTMLAttributes, ReactNode, RefAttributes } from "react";
import type { Pbx2faAttributes, Pbx2faElement, Pbx2faEventMap, Pbx2faProblem, Pbx2faState } from "./element.js";

export interface Pbx2faProps
  extends Omit<Pbx2faAttributes, "edge-url">,
    Omit<HTMLAttributes<Pbx2faElement>, keyof Pbx2faAttributes | "children" | "dangerouslySetInnerHTML"> {
  /** Where the widget comes from, such as `"https://2fa.example.com"`. One for a page. */
  edge: string;
  /** Starts the widget; another ticket starts it again. Without one it shows its outline. */
  ticket?: string;
  /** Do not submit the surrounding form; so by default where there is an `onVerified`. */
  manual?: boolean;
  /** Another screen. */
  onState?: (state: Pbx2faState, event: Pbx2faEventMap["pbx-2fa:state"]) => void;
  /** There is a response for the portal's backend, for 60 seconds. */
  onVerified?: (response: string, event: Pbx2faEventMap["pbx-2fa:verified"]) => void;
  /** Without an event: the widget could not be loaded from the edge. */
  onProblem?: (problem: Pbx2faProblem, event?: Pbx2faEventMap["pbx-2fa:problem"]) => void;
  /** The response is too old to be redeemed. */
  onExpired?: (event: Pbx2faEventMap["pbx-2fa:expired"]) => void;
  /** The person wants to begin again: `event.preventDefault()`, and a fresh ticket; else the page is loaded again. */
  onRestart?: (event: Pbx2faEventMap["pbx-2fa:restart"]) => void;
  /** Shown until the widget is there. */
  children?: ReactNode;
}

export declare const Pbx2fa: ForwardRefExoticComponent<Pbx2faProps & RefAttributes<Pbx2faElement>>;
