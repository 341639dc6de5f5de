// The shortcut for searching: Ctrl+F, on macOS ⌘F.

/** Goes to the search field, unless its place isn't shown or a dialog is open. */
export function findIn(input: HTMLInputElement | undefined, event: KeyboardEvent): void {
  if (event.key !== 'f' || !(event.ctrlKey || event.metaKey)) return;
  if (!input || input.offsetParent === null || document.querySelector('dialog[open]') !== null) return;
  event.preventDefault();
  input.focus();
}
