// Answers once fonts are there, what moves has come to rest and the result has been painted.
const done = arguments[arguments.length - 1];
const ends = (animation) => animation.effect?.getComputedTiming().endTime !== Infinity;
const rest = () => Promise.allSettled(document.getAnimations().filter(ends).map((animation) => animation.finished));
const frame = () => new Promise((painted) => requestAnimationFrame(painted));
document.fonts.ready.then(rest).then(frame).then(frame).then(() => done(null));
