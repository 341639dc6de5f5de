// The visible elements of one role, given as a CSS selector, in reading order. What a modal dialog or
// `inert` hides from people is hidden here too; names and roles are left to WebKit.
const [selector] = arguments;
const dialog = [...document.querySelectorAll('dialog:modal')].at(-1);
return [...document.querySelectorAll(selector)].filter(
  (element) =>
    (!dialog || dialog.contains(element)) &&
    element.checkVisibility({ visibilityProperty: true }) &&
    !element.closest('[inert], [aria-hidden="true"]'),
);
