// Short news, shown for a moment and read out: “Copied”.

import { inSight } from './words/rich';

/** How long news stay on screen, in milliseconds. */
const shownFor = 3000;

export class Announcer {
  /** `id` tells the same news said twice apart. */
  news = $state.raw<{ text: string; icon: 'ok' | 'info'; id: number } | null>(null);
  #id = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string, icon: 'ok' | 'info' = 'ok'): void {
    clearTimeout(this.#timer);
    this.news = { text: inSight(text), icon, id: ++this.#id };
    this.#timer = setTimeout(() => (this.news = null), shownFor);
  }
}
