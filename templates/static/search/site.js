// Site: what the page says of where it stands.

const { root, edition = "", server } = document.getElementById("site-search-script").dataset;

/** Address of the site's root. */
export const ROOT = new URL(root, location.href);

/** The handbook's edition; empty when it has none. */
export const EDITION = edition;

/** Whether a server answers; else the scripts do. */
export const HAS_SERVER = server !== undefined;

/** The address of the search page with a query in it. */
export const pageOf = (query) => new URL(`search/?${new URLSearchParams({ q: query })}`, ROOT).href;

/** The address of a hit, which is told from the site's root. */
export function addressOf(url) {
  const [path, anchor] = url.replace(/^\//, "").split(/#(.*)/s);
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return new URL(anchor === undefined ? encoded : `${encoded}#${anchor}`, ROOT);
}
