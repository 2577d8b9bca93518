// Worker: searches beside the page, so that typing stays smooth. All files are named here: a browser then
// fetches them at once, not one after the other as it finds that they need each other.

import "./alike.js";
import "./analyzer.js";
import "./distance.js";
import "./facet.js";
import "./fold.js";
import "./index.js";
import "./labels.js";
import "./names.js";
import "./number.js";
import "./numbers.js";
import "./paths.js";
import "./postings.js";
import "./rank.js";
import "./reading.js";
import "./row.js";
import "./rungs.js";
import "./second.js";
import "./snippet.js";
import "./sound.js";
import "./spelling.js";
import "./synonym.js";
import "./text.js";
import "./texts.js";
import "./units.js";
import "./weight.js";
import "./why.js";
import { fetched, Store } from "./store.js";

let store = null;

addEventListener("message", async ({ data: { number, address, query, options } }) => {
  try {
    store ??= Store.open(fetched(address));
    const answer = query === null ? null : await (await store).search(query, options);
    postMessage({ number, answer });
  } catch (error) {
    // What failed to come may come the next time.
    store = null;
    postMessage({ number, error: String(error) });
  }
});
