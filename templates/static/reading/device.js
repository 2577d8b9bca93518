// Device: making elements, and what this device keeps. Nothing leaves it.

export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// A browser may keep nothing: then choices hold for the page.
export const kept = {
  read(key) {
    try { return localStorage.getItem("shouce-" + key) || ""; } catch { return ""; }
  },
  write(key, value) {
    try {
      if (value) localStorage.setItem("shouce-" + key, value);
      else localStorage.removeItem("shouce-" + key);
    } catch { /* as above */ }
  },
};

/** Where one was in each norm: title, anchor, path, time, whether it was read to its end. */
export const places = {
  all() {
    try { return JSON.parse(kept.read("places")) || {}; } catch { return {}; }
  },
  set(id, change) {
    const all = this.all();
    all[id] = { ...all[id], ...change };
    kept.write("places", JSON.stringify(all));
  },
};
