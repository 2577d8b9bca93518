// Compose: tells keys that a person typed from those that only pick a character in an input method.

/** Some browsers send the Enter that ended a composition right behind it. */
const JUST_AFTER = 60;

/** Watches the compositions of a box: `isOpen()` tells whether one goes on, `owns(event)` whether a key belongs to one. */
export function watchComposing(box) {
  let open = false;
  let ended = -Infinity;
  box.addEventListener("compositionstart", () => (open = true));
  box.addEventListener("compositionend", (event) => {
    open = false;
    ended = event.timeStamp;
  });
  return {
    isOpen: () => open,
    owns: (event) =>
      open || event.isComposing || event.keyCode === 229 || (event.key === "Enter" && event.timeStamp - ended < JUST_AFTER),
  };
}
