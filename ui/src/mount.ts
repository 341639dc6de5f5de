// Puts the window on a page, with the backend it is given.

import './style/tokens.css';
import './style/ground.css';
import './style/controls.css';
import { mount } from 'svelte';
import App from './App.svelte';
import type { Backend } from './backend';
import { words } from './words';

export function mountWindow(backend: Backend): void {
  document.documentElement.lang = words.language;
  mount(App, { target: document.body, props: { backend } });
}
