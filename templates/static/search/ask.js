// Ask: gets answers, from the server when there is one, else from a worker that searches the site's own files.

import { HAS_SERVER, ROOT } from "./site.js";

/** Makes ready what the first answer needs. */
export function prepare() {
  if (!HAS_SERVER) source().send(null).catch(() => {});
}

/** Answers a query like `/api/v1/search`. Fails when nothing can answer. */
export async function ask(query, options, signal) {
  if (HAS_SERVER) return askServer(query, options, signal);
  return source().send(query, options);
}

async function askServer(query, options, signal) {
  const parameters = new URLSearchParams({ q: query, limit: options.limit });
  for (const name of ["part", "kind", "level"]) {
    if (options[name]) parameters.set(name, options[name]);
  }
  const response = await fetch(new URL(`api/v1/search?${parameters}`, ROOT), { signal });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? response.statusText);
  return answer;
}

let started = null;

function source() {
  started ??= workerSource();
  return started;
}

/** A worker, or the same on the page where there can be none. */
function workerSource() {
  const address = new URL("search/", ROOT).href;
  const waiting = new Map();
  let number = 0;
  let worker = null;
  const here = onPage(address);
  try {
    worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  } catch {
    return { send: here };
  }
  worker.addEventListener("message", ({ data }) => {
    const { resolve, reject } = waiting.get(data.number);
    waiting.delete(data.number);
    if (data.error === undefined) resolve(data.answer);
    else reject(new Error(data.error));
  });
  worker.addEventListener("error", () => {
    // It never began: a browser without workers of modules.
    started = { send: here };
    for (const { query, options, resolve, reject } of waiting.values()) here(query, options).then(resolve, reject);
    waiting.clear();
  });
  const send = (query, options) =>
    new Promise((resolve, reject) => {
      number += 1;
      waiting.set(number, { query, options, resolve, reject });
      worker.postMessage({ number, address, query, options });
    });
  return { send };
}

function onPage(address) {
  let store = null;
  return async (query, options) => {
    const { Store, fetched } = await import("./store.js");
    store ??= Store.open(fetched(address));
    return query === null ? null : (await store).search(query, options);
  };
}
