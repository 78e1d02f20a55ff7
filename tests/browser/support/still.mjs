// A screen at rest, with an example wherever each run has something of its own: keys, codes, times. What is held against a
// reference then has the same words, widths and places every time, and nothing has to be painted over.

/** From now on nothing on this page moves by itself, and what is of this run alone is an example of the same form. */
export async function still(person) {
  await person.settles();
  await person.widget.locator(".sending").waitFor({ state: "detached" });
  // Nothing looks as if the mouse were on it.
  await person.page.mouse.move(0, 0);
  await person.widget.evaluate((element) => {
    const root = element.shadowRoot;
    for (let timer = setTimeout(() => {}); timer > 0; timer -= 1) clearTimeout(timer);
    const calm = new CSSStyleSheet();
    calm.replaceSync("* { caret-color: transparent !important }");
    root.adoptedStyleSheets.push(calm);
    // The page around has the theme of the widget.
    document.documentElement.style.colorScheme = "light dark";

    const EXAMPLE = "JBSWY3DPEHPK3PXPKRUGS4ZANFZSA3TP";
    /** Each text below this, written anew. */
    const rewrite = (within, write) => {
      const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) walker.currentNode.data = write(walker.currentNode.data);
    };
    /** Letter after letter of the example in place of those that are there. */
    const spell = (within, from) => rewrite(within, (text) => text.replace(/[0-9A-Z]/g, () => EXAMPLE[from++ % EXAMPLE.length]));

    root.querySelectorAll('[part="codes"] code, [part="key"]').forEach((secret, index) => spell(secret, index));
    for (const link of root.querySelectorAll('a[href^="otpauth:"]')) {
      link.href = link.href.replace(/secret=[A-Z2-7]{32}/, `secret=${EXAMPLE}`).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, "example");
    }
    for (const field of root.querySelectorAll("#code")) {
      const { selectionStart, selectionEnd } = field;
      field.value = field.value.replace(/^\d{3} \d{3}$/, "123 456");
      field.setSelectionRange(selectionStart, selectionEnd);
    }
    rewrite(root, (text) => text.replace(/\b\d\d:\d\d\b/g, "14:35").replace(/\b\d:\d\d\b/g, "0:25")
      .replace(/http:\/\/127\.0\.0\.1:\d+/, "https://www.example.com"));

    // Of a QR code its three corners stay.
    for (const qr of root.querySelectorAll('[part="qr"]')) {
      const far = qr.viewBox.baseVal.width - 11;
      const corner = (x, y) => `M${x} ${y}h7v7h-7zm1 1v5h5v-5zm1 1h3v3h-3z`;
      qr.querySelector(".dark").setAttribute("d", corner(4, 4) + corner(far, 4) + corner(4, far));
    }
  });
}
