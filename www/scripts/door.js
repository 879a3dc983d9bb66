// The page at a door, faster: answers come without loading the page anew, so
// that the camera stays on and there is a sound. Without this file the same
// forms work by themselves.
import { offerCamera, signal } from './device.js';

let camera = null;
let line = Promise.resolve(); // scans are sent one after the other

const door = () => document.getElementById('door');
const scanForm = () => document.getElementById('scan');

function focusCode() {
  document.getElementById('code')?.focus();
}

function say(words) {
  let box = document.getElementById('trouble');
  if (!box) {
    box = document.createElement('p');
    box.id = 'trouble';
    box.className = 'error';
    box.setAttribute('role', 'alert');
    scanForm().before(box);
  }
  box.textContent = words;
}

// Put the answer's page in the place of this one's; the camera stays.
function show(html, tells) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const fresh = page.getElementById('door');
  const isOpen = scanForm().querySelector('details').open;

  if (!fresh) return false;
  door().replaceWith(fresh);
  document.title = page.title;
  scanForm().querySelector('details').open = isOpen;
  if (camera) {
    document.getElementById('scan-actions').append(camera.button);
    if (camera.video) {
      scanForm().prepend(camera.video);
      camera.video.play();
    }
  }
  if (tells) signal(document.getElementById('verdict')?.dataset.tone ?? 'bad');
  focusCode();
  return true;
}

async function send(action, fields, tells) {
  let response;
  try {
    response = await fetch(action, { method: 'POST', body: fields });
  } catch {
    signal('bad');
    say('No network. The scan was not sent: scan again, or use ' +
      '"Scan without a network".');
    return;
  }
  const html = await response.text();
  if (response.redirected && new URL(response.url).pathname.startsWith('/account'))
    location.assign(response.url); // not logged in any more
  else if (!show(html, tells))
    say(`That did not work (${response.status}). Reload the page.`);
  else if (response.redirected)
    history.replaceState(null, '', response.url);
}

// The hidden fields are those of the form when its turn comes.
function sendScan(code) {
  line = line.then(() => {
    const fields = new URLSearchParams(new FormData(scanForm()));
    fields.set('code', code);
    return send(scanForm().action, fields, true);
  });
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post' || !door().contains(form)) return;
  event.preventDefault();
  if (form === scanForm()) {
    const field = document.getElementById('code');
    const code = field.value;
    field.value = '';
    sendScan(code);
    return;
  }
  const fields = new URLSearchParams(new FormData(form));
  line = line.then(() => send(form.action, fields, true));
});

camera = offerCamera(document.getElementById('scan-actions'), scanForm, sendScan);
const verdict = document.getElementById('verdict');
if (verdict && navigator.userActivation?.hasBeenActive) signal(verdict.dataset.tone);
