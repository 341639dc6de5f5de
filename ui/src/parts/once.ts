// The second click of a double click was meant for the button that stood there before.

/** For `onclick` of a submit button: lets a double click submit once. */
export const once = (event: MouseEvent): void => {
  if (event.detail > 1) event.preventDefault();
};
