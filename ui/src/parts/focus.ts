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

/** Passes the focus on to the head of the dialog, panel or page when it goes with it. */
export function leavesFocus(element: HTMLElement): () => void {
  const panel = element.closest('aside');
  return () => focusHead(panel);
}

/** Gives a lost focus to the head of the topmost dialog, of the panel if it is still there, or of the page. */
export function focusHead(panel: HTMLElement | null = null): void {
  void tick().then(() => {
    if (document.activeElement !== document.body) return;
    const around = [...document.querySelectorAll('dialog[open]')].at(-1) ?? (panel?.isConnected ? panel : document);
    const heads = [...around.querySelectorAll<HTMLElement>('h1[tabindex="-1"], [data-takes-focus]')];
    heads.find((head) => head.closest('[hidden]') === null)?.focus();
  });
}

/** Comes into sight where its surroundings scroll. */
export function comesIntoSight(element: HTMLElement): void {
  element.scrollIntoView({ block: 'nearest' });
}
