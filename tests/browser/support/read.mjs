// What a person may read or hear of the widget, piece by piece: its texts, and the names that are no text.

/** Each with the element that it stands in, `skip` aside: what is nobody's sentence, such as names and codes. */
export const pieces = (person, { skip = "none" } = {}) => person.widget.evaluate((element, skip) => {
  const found = [];
  const within = (node) => node.closest(skip) === null && node.closest("style, script") === null;
  const walker = document.createTreeWalker(element.shadowRoot, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, textContent } = walker.currentNode;
    if (within(parentElement) && textContent.trim()) found.push(textContent);
  }
  for (const one of element.shadowRoot.querySelectorAll("[aria-label], [placeholder], [title], [alt], [aria-description], [aria-valuetext]")) {
    if (!within(one)) continue;
    for (const name of ["aria-label", "placeholder", "title", "alt", "aria-description", "aria-valuetext"]) {
      if (one.getAttribute(name)) found.push(one.getAttribute(name));
    }
  }
  return found;
}, skip);
