// The window on the fake backend: `fake.html?fake=SCENE&pace=0`, with `&hostile=KIND` and whatever it says written to do harm. Tests reach the backend as `window.fake`.

import { FakeBackend } from '../fake';
import { mountWindow } from '../mount';
import { hostile, type Hostility } from './hostile';
import { scenes, type Scene, type SceneName } from './scenes';

declare global {
  interface Window {
    fake: FakeBackend;
  }
}

// The app's webview freezes it, too: what breaks by that has to break here.
Object.freeze(Object.prototype);

const asked = new URLSearchParams(location.search);
const pace = Number(asked.get('pace') ?? 1);
const scene: Scene = scenes[(asked.get('fake') ?? 'keys') as SceneName];
window.fake = new FakeBackend(scene, (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds * pace)));
const harm = asked.get('hostile') as Hostility | null;
mountWindow(harm === null ? window.fake : hostile(window.fake, harm));
