// Hits: an answer as readers see it: grouped by norm, each hit with where it stands, what it is, and why it
// was found.

import { element } from "./element.js";
import { KINDS, REASONS } from "./labels.js";
import { marked } from "./mark.js";
import { addressOf, EDITION } from "./site.js";

/** Hits of a group that are shown at once. */
const SHOWN = 3;
/** What is offered when nothing is found. */
const ADVICE = [
  "少打几个字，只留最要紧的词",
  "换一种说法，简称、口语、拼音、首字母都可以",
  "知道编号就打编号，如 NJ-03-3.1",
];

/** What was found, in a sentence. */
export function countOf({ query, total }) {
  const edition = EDITION ? `（${EDITION} 版）` : "";
  return total > 0 ? `「${query}」找到 ${total} 处${edition}` : `没有找到「${query}」${edition}`;
}

/** The hits in groups. `choose` takes a query that is offered instead. */
export function listOf(answer, choose) {
  const list = element("div", { class: "search-groups" });
  if (answer.suggestions.length > 0) list.append(offered(answer.suggestions, choose));
  if (answer.total === 0) list.append(element("ul", { class: "search-advice" }, ...ADVICE.map((line) => element("li", {}, line))));
  for (const [name, hits] of groups(answer.hits)) list.append(group(name, hits));
  return list;
}

function offered(suggestions, choose) {
  const buttons = suggestions.map((name) => {
    const button = element("button", { type: "button", class: "search-offer" }, name);
    button.addEventListener("click", () => choose(name));
    return button;
  });
  return element("p", { class: "search-suggestions" }, "是不是要找：", ...buttons);
}

/** Hits by what they belong to, best group first. */
function groups(hits) {
  const found = new Map();
  for (const hit of hits) {
    const name = groupName(hit);
    if (!found.has(name)) found.set(name, []);
    found.get(name).push(hit);
  }
  return found;
}

/** A norm with its id; of what belongs to none, the page or the sort it is. */
function groupName({ norm_id: norm, id, title, path, kind }) {
  if (norm === null) return path[0] ?? KINDS[kind];
  return path.find((above) => above.startsWith(`${norm} `)) ?? (id === norm ? `${norm} ${title}` : norm);
}

function group(name, hits) {
  const section = element("section", { class: "search-group" }, element("h2", { class: "search-group-name" }, name));
  const list = element("ol", { class: "search-hits" }, ...hits.slice(0, SHOWN).map((hit) => hitOf(hit, name)));
  section.append(list);
  if (hits.length > SHOWN) {
    const more = element("button", { type: "button", class: "search-more" }, `这里还有 ${hits.length - SHOWN} 处`);
    more.addEventListener("click", () => {
      const rest = hits.slice(SHOWN).map((hit) => hitOf(hit, name));
      list.append(...rest);
      more.remove();
      rest[0].querySelector("a").focus();
    });
    section.append(more);
  }
  return section;
}

function hitOf(hit, groupShown) {
  const address = addressOf(hit.url);
  marked(address, hit.snippet);
  const path = hit.path.filter((above) => above !== groupShown).join(" › ");
  const snippet = hit.snippet.map((piece) => (piece.hit ? element("mark", {}, piece.text) : piece.text));
  return element(
    "li",
    { class: "search-hit" },
    element("a", { href: address.href, class: "search-link" }, titleOf(hit)),
    element(
      "p",
      { class: "search-about" },
      element("span", { class: "search-kind" }, KINDS[hit.kind] ?? hit.kind),
      element("span", { class: `search-why ${hit.why}` }, `命中：${REASONS[hit.why] ?? hit.why}`),
      ...(path ? [element("span", { class: "search-path" }, path)] : []),
    ),
    element("p", { class: "search-snippet" }, ...snippet),
  );
}

/** Id and title, neither said twice: what is numbered has its number in both, a term is its own id. */
function titleOf({ id, title, kind }) {
  if (kind === "page" || title.includes(id)) return title;
  const [number] = title.split(" ", 1);
  const numbered = title.length > number.length && (id.endsWith(`-${number}`) || id.endsWith(`.${number}`));
  return `${id} ${numbered ? title.slice(number.length + 1) : title}`;
}
