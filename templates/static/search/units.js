// Units: the columns that `build` writes (`src/search/browser/columns.rs`), as units again.

/** The units of some columns. `kinds` are the kinds' names by number. */
export function unitsOf(columns, kinds) {
  const before = { group: "", title: "", path: [], name: "", id: "", page: "" };
  const units = columns.text.map((text, at) => {
    const group = columns.group[at] || before.group;
    const number = columns.number[at];
    const named = columns.names[at];
    const names = typeof named === "string" ? [named] : named;
    if (names.length > 0) before.name = names[0];
    const joined = number === "" ? before.name : `${number} ${before.name}`;
    const title = columns.title[at] === 0 ? joined : columns.title[at];
    const id = idOf(columns.id[at], before, group, number, title);
    const unit = {
      id,
      norm_id: [null, group][columns.norm[at]] ?? (columns.norm[at] || null),
      group,
      part: columns.part,
      kind: kinds[columns.kind[at]],
      title,
      names,
      number,
      path: pathOf(columns.path[at], before),
      url: urlOf(columns.url[at], before, { group, number, id, title }),
      levels: columns.levels_list[columns.levels[at]],
      roles: columns.roles_list[columns.roles[at]],
      status: columns.status_list[columns.status[at]],
      text,
      preview: columns.preview[at],
    };
    Object.assign(before, { group, title, path: unit.path });
    return unit;
  });
  units.forEach((unit, at) => (unit.preview = previewOf(unit.preview, units, at)));
  return units;
}

function idOf(cell, before, group, number, title) {
  if (typeof cell === "string") before.id = cell;
  const above = before.id.slice(0, before.id.lastIndexOf("-"));
  return typeof cell === "string" ? cell : [`${group}-${number}`, `${above}-${number}`, group, title][cell];
}

function urlOf(cell, before, { group, number, id, title }) {
  const { page } = before;
  const rules = [`${page}#${number}`, `${page}#${id}`, `${page}#${title}`, `/${group}/`, `/${group}/#${number}`];
  const url = typeof cell !== "string" ? rules[cell] : cell.startsWith("#") ? page + cell : cell;
  before.page = url.split("#", 1)[0];
  return url;
}

function pathOf(step, before) {
  if (step === 0) return before.path;
  if (step === 1) return [...before.path, before.title];
  const [fewer, more] = typeof step === "number" ? [-step, []] : step;
  return [...before.path.slice(0, before.path.length - fewer), ...more];
}

function previewOf(cell, units, at) {
  if (typeof cell === "string") return cell;
  let preview = "";
  for (const below of units.slice(at + 1, at + 1 + cell)) {
    preview += (preview === "" || preview.endsWith("。") ? "" : "；") + below.text.split("\n", 1)[0];
  }
  return preview;
}
