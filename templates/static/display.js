// How the page is shown: theme and size of type, as this device remembers them. Runs before the first
// paint, so that nothing flashes; without it the page follows the system.
"use strict";
try {
  for (const name of ["theme", "size"]) {
    const value = localStorage.getItem("shouce-" + name);
    if (value) document.documentElement.dataset[name] = value;
  }
} catch {
  // A browser that keeps nothing follows the system.
}
