// Everything that a script would try that had got into the page, but for leaving it. What is refused with an event of
// the content security policy is kept in `refused`, what ran after all in `ran`.
const done = arguments[arguments.length - 1];
const there = 'http://127.0.0.1:PORT';
const base = document.baseURI;
const ran = (window.ran = []);
const refused = (window.refused = []);
document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => refused.push(`${effectiveDirective} ${blockedURI}`));

function put(tag, members, text = '') {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(members)) element.setAttribute(name, value);
  document.body.append(element);
  return element;
}

async function tried(name, attempt) {
  try {
    const outcome = await attempt();
    if (outcome !== undefined) ran.push(name);
  } catch {
    // Refused, as it should be.
  }
}

const says = (name) => `window.ran.push('${name}')`;
const blob = (text) => URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
const page = (name) => `<script>parent.ran.push('${name}')</` + 'script>';

put('script', {}, says('inline script'));
put('script', { src: `${there}/script.js` });
put('script', { src: `data:text/javascript,${says('data script')}` });
put('script', { src: blob(says('blob script')) });
put('script', { type: 'module', src: `${there}/module.js` });
put('div', { onclick: says('handler') }).click();
put('div', {}).innerHTML = `<img src="x" onerror="${says('handler of an image')}"><svg onload="${says('handler of a drawing')}"></svg>`;
put('a', { href: `javascript:${says('link')}` }).click();
put('base', { href: `${there}/` });
put('link', { rel: 'stylesheet', href: `${there}/style.css` });
put('link', { rel: 'preload', as: 'script', href: `${there}/preload.js` });
put('link', { rel: 'prefetch', href: `${there}/prefetch` });
put('link', { rel: 'manifest', href: `${there}/manifest` });
put('link', { rel: 'icon', href: `${there}/icon` });
put('style', {}, '#painted { color: rgb(1, 2, 3); }');
const painted = put('p', { id: 'painted', style: 'background-color: rgb(1, 2, 3)' }, 'painted');
put('img', { src: `${there}/picture.png` });
put('video', { src: `${there}/film.mp4`, autoplay: '' });
put('audio', { src: `${there}/sound.mp3`, autoplay: '' });
put('object', { data: `${there}/object` });
put('embed', { src: `${there}/embed` });
put('iframe', { src: there });
put('iframe', { srcdoc: page('frame with a text') });
put('iframe', { src: `data:text/html,${page('frame of data')}` });
put('iframe', { src: blob(page('frame of a blob')) });
put('form', { action: `${there}/form`, method: 'post' }).submit();
put('form', { action: `${there}/form`, target: '_blank' }).submit();
put('a', { href: `${there}/ping`, ping: `${there}/ping`, target: '_blank' }).click();
put('a', { href: `${there}/file`, download: 'file' }).click();

await Promise.all([
  tried('eval', () => (0, eval)('1')),
  tried('new Function', () => new Function('return 1')()),
  tried('fetch', () => fetch(`${there}/fetch`, { mode: 'no-cors' })),
  tried('fetch of a file', () => fetch('file:///etc/hostname')),
  tried(
    'XMLHttpRequest',
    () =>
      new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.onload = resolve;
        request.onerror = reject;
        request.open('GET', `${there}/request`);
        request.send();
      }),
  ),
  tried(
    'WebSocket',
    () =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(there.replace('http', 'ws'));
        socket.onopen = resolve;
        socket.onerror = reject;
      }),
  ),
  tried(
    'EventSource',
    () =>
      new Promise((resolve, reject) => {
        const source = new EventSource(`${there}/events`);
        source.onopen = resolve;
        source.onerror = reject;
      }),
  ),
  tried('sendBeacon', () => void navigator.sendBeacon(`${there}/beacon`, 'text')),
  tried('Worker', () => new Promise((resolve, reject) => Object.assign(new Worker(blob('postMessage(1)')), { onmessage: resolve, onerror: reject }))),
  tried('service worker', () => navigator.serviceWorker.register(`${there}/worker.js`)),
  tried('import', () => import(`${there}/module.js`)),
  tried('import of data', () => import('data:text/javascript,export default 1')),
  tried('font', () => new FontFace('theirs', `url(${there}/font.woff2)`).load()),
  tried('window.open', () => window.open(`${there}/open`) ?? undefined),
  tried('an empty window', () => window.open('about:blank') ?? undefined),
]);
const { color, backgroundColor } = getComputedStyle(painted);
if (color === 'rgb(1, 2, 3)') ran.push('style element');
if (backgroundColor === 'rgb(1, 2, 3)') ran.push('style attribute');
if (document.baseURI !== base) ran.push('base');
done(null);
