// Where the focus goes when a page, a dialog or a step of it comes.

import { tick } from 'svelte';

/** Takes the focus when it comes; inside a dialog, also when that opens. */
export function takesFocus(element: HTMLElement): void {
  element.dataset.takesFocus = '';
  element.focus();
}

/** Takes the focus when it would otherwise be lost with what was there before. */
export function catchesFocus(heading: HTMLElement): void {
  void tick().then(() => {
    if (document.activeElement === document.body) heading.focus();
  });
}

/** Comes into sight where its surroundings scroll. */
export function comesIntoSight(element: HTMLElement): void {
  element.scrollIntoView({ block: 'nearest' });
}
