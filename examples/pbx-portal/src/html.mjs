// HTML as a tagged template: every value is escaped, unless it is itself made here.

class Markup {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

export function html(strings, ...values) {
  return new Markup(strings.reduce((text, string, index) => text + rendered(values[index - 1]) + string));
}

function rendered(value) {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(rendered).join('');
  if (value === null || value === undefined || value === false) return '';
  return String(value).replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
