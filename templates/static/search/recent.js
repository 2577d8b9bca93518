// Recent: the searches of this device. They stay on it.

const KEY = "shouce-recent-searches";
const MOST = 8;

/** The newest searches first. */
export function recent() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((query) => typeof query === "string").slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** Remembers a search. */
export function remember(query) {
  const kept = [query, ...recent().filter((other) => other !== query)].slice(0, MOST);
  store(JSON.stringify(kept));
}

/** Forgets all searches. */
export const forget = () => store(null);

function store(value) {
  try {
    if (value === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, value);
  } catch {
    // A browser that keeps nothing keeps no searches either.
  }
}
