// Keeps the page up to date, and sends pause and resume. Text from the server was escaped there; the policy of the page
// runs nothing but this file.
'use strict';

const live = document.getElementById('live');
const spoken = document.getElementById('status');
const token = document.getElementById('token');
const every = Math.max(1, Number(document.body.dataset.every)) * 1000;
let before = parts(live);
let last = '';

function parts(from) {
  return new Map([...from.children].map((child) => [child.id, child.outerHTML]));
}

function say(text) {
  if (text === last) return;
  last = text;
  spoken.textContent = text;
}

// Only what has changed is replaced, so that a selection, the focus and what was opened stay.
function show(html) {
  const fresh = new DOMParser().parseFromString(html, 'text/html').body;
  const now = parts(fresh);
  const focused = document.activeElement && document.activeElement.id;
  const folded = new Map([...live.querySelectorAll('details')].map((one) => [one.id, one.open]));
  const same = now.size === before.size && [...now.keys()].every((id, at) => id === [...before.keys()][at]);
  if (same) {
    for (const child of [...fresh.children]) {
      if (before.get(child.id) !== now.get(child.id)) document.getElementById(child.id).replaceWith(child);
    }
  } else {
    live.replaceChildren(...fresh.children);
  }
  before = now;
  for (const one of live.querySelectorAll('details')) {
    if (folded.has(one.id)) one.open = folded.get(one.id);
  }
  if (focused && document.activeElement.id !== focused) {
    const again = document.getElementById(focused);
    if (again) again.focus({ preventScroll: true });
  }
  say(document.getElementById('news').textContent);
}

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch('/fragment', { cache: 'no-store', signal: AbortSignal.timeout(15000) });
      if (!answer.ok) throw new Error(answer.statusText);
      show(await answer.text());
    } catch {
      say('The dashboard does not answer. The page shows what it said last, and asks again.');
    }
  }
  setTimeout(look, every);
}

live.addEventListener('click', async (event) => {
  const button = event.target.closest('button[data-act]');
  if (!button) return;
  if (!token.value) {
    say('Pause and resume need the token that the dashboard printed when it started.');
    token.focus();
    return;
  }
  button.disabled = true;
  const { act, migration } = button.dataset;
  try {
    const answer = await fetch('/' + act, {
      method: 'POST',
      headers: { 'Authorization': 'Bearer ' + token.value, 'Content-Type': 'application/json' },
      body: JSON.stringify({ migration }),
    });
    const told = await answer.json();
    say(answer.ok ? migration + ': ' + act + ' is noted' : told.error.message);
  } catch {
    say('The dashboard does not answer: nothing was changed as far as is known.');
  }
  button.disabled = false;
});

document.getElementById('control').addEventListener('submit', (event) => event.preventDefault());
setTimeout(look, every);
