// Keys that belong to an input method, which composes a word of several.

/** Whether the key is the input method's. Safari sends the last one after composing, told by its old code alone. */
export function composing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}
