import { createRef } from "react";
import { Pbx2fa, type Pbx2faProps } from "@pbx-2fa/widget/react";
import type { Pbx2faElement } from "@pbx-2fa/widget";

const element = createRef<Pbx2faElement>();

export const whole = (
  <Pbx2fa
    ref={element}
    edge="https://2fa.example.com"
    ticket="tkt"
    lang="nl-BE"
    address="formal"
    theme="auto"
    mode="manage"
    manual={false}
    hidden
    id="second-factor"
    className="card"
    style={{ marginTop: 8 }}
    data-test="x"
    onState={(state) => state === "challenge"}
    onVerified={(response, event) => event.detail.response === response && event.preventDefault()}
    onProblem={(problem, event) => problem === event?.detail.type}
    onExpired={(event) => event.target}
    onRestart={(event) => event.preventDefault()}
    onClick={(event) => event.currentTarget.restart()}
  >
    <p>One moment</p>
  </Pbx2fa>
);
export const least = <Pbx2fa edge="https://2fa.example.com" />;
export const props: Pbx2faProps = { edge: "https://2fa.example.com", ticket: element.current?.response };

// @ts-expect-error: an edge is needed
export const nowhere = <Pbx2fa ticket="tkt" />;
// @ts-expect-error: there is no such mode
export const other = <Pbx2fa edge="https://2fa.example.com" mode="both" />;
// @ts-expect-error: a state is none of these
export const never = <Pbx2fa edge="https://2fa.example.com" onState={(state) => state === "done"} />;
