// Sends the password without leaving the page, and puts the next step where the form was. Without this script the same
// form, sent by the browser, leads to the same page.

const stepOf = (root) => root.getElementById('login-step');

document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!form.matches('[data-in-page]')) return;
  event.preventDefault();
  if (form.ariaBusy === 'true') return;
  const restore = busy(form);
  try {
    const response = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), signal: AbortSignal.timeout(25_000) });
    const answer = new DOMParser().parseFromString(await response.text(), 'text/html');
    show(document.importNode(stepOf(answer), true), answer.title);
  } catch {
    restore();
    form.querySelector('.unsent').textContent = form.dataset.offline;
  }
});

document.addEventListener('click', (event) => {
  const choice = event.target.closest('[data-user]');
  const form = document.querySelector('[data-in-page]');
  if (!choice || !form) return;
  event.preventDefault();
  form.elements.user.value = choice.dataset.user;
  form.elements.password.value = choice.dataset.password;
  form.querySelector('[type=submit]').focus();
});

function busy(form) {
  const button = form.querySelector('[type=submit]');
  const words = button.textContent;
  form.ariaBusy = 'true';
  button.textContent = form.dataset.busy;
  form.querySelector('.unsent').textContent = '';
  return () => {
    form.ariaBusy = 'false';
    button.textContent = words;
  };
}

/** The heading gets the focus, so that a screen reader says what is there now; the element takes it over when it is ready. */
function show(step, title) {
  stepOf(document).replaceWith(step);
  document.title = title;
  step.querySelector('h1').focus();
}
