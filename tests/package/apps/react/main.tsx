// An application that draws itself again while the login is under way, and hands over new callbacks each time.
import { StrictMode, useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { Pbx2fa, type Pbx2faElement } from "@pbx-2fa/widget/react";

declare global {
  interface Window {
    heard: (string | number)[][];
    effects: number;
  }
}
window.heard = [];
window.effects = 0;

const app = document.querySelector<HTMLElement>("#app")!;
const { edge, ticket } = app.dataset;

function Login() {
  const [times, setTimes] = useState(0);
  const [lang, setLang] = useState<string | undefined>("nl-BE");
  const [isFirst, setFirst] = useState(true);
  const [isHidden, setHidden] = useState(false);
  const [title, setTitle] = useState<string>();
  const element = useRef<Pbx2faElement>(null);

  useEffect(() => {
    window.effects += 1;
  }, []);

  async function finish(response: string) {
    window.heard.push(["verified", times, element.current?.response === response ? "the same" : "another"]);
    const answer = await fetch("/done", { method: "POST", body: new URLSearchParams({ "pbx-2fa-response": response }) });
    setTitle((await answer.text()).match(/<h1>(.*)<\/h1>/)![1]);
  }

  if (title) return <h1>{title}</h1>;
  const widget = (
    <Pbx2fa
      key="second-factor"
      ref={element}
      edge={edge!}
      ticket={ticket}
      lang={lang}
      hidden={isHidden}
      className="second-factor"
      onState={(state) => window.heard.push(["state", times, state])}
      onVerified={finish}
      onProblem={(problem) => window.heard.push(["problem", times, problem])}
    >
      <p>One moment</p>
    </Pbx2fa>
  );
  const note = <p key="note">Drawn again {times} times</p>;
  return (
    <main>
      <button onClick={() => setTimes(times + 1)}>Again</button>
      <button onClick={() => setLang(lang ? undefined : "en")}>Language</button>
      <button onClick={() => setFirst(!isFirst)}>Move</button>
      <button onClick={() => setHidden(!isHidden)}>Hide</button>
      <form method="post" action="/nowhere">
        {isFirst ? [widget, note] : [note, widget]}
      </form>
    </main>
  );
}

createRoot(app).render(
  <StrictMode>
    <Login />
  </StrictMode>,
);
