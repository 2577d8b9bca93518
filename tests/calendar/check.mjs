// Prints what the npm package `chinese-days` says of each day between two days, as JSON:
// {"2026-01-01": {"works": false, "detail": ["holiday", "元旦"]}, …}. Called by check.py.
import { createRequire } from "node:module";

// `require` looks into NODE_PATH, `import` does not.
const chineseDays = createRequire(import.meta.url)("chinese-days");

const [first, last] = process.argv.slice(2);
const table = {};
for (let day = new Date(`${first}T00:00:00Z`); day <= new Date(`${last}T00:00:00Z`); day.setUTCDate(day.getUTCDate() + 1)) {
  const text = day.toISOString().slice(0, 10);
  const { work, name } = chineseDays.getDayDetail(text);
  // A name with commas is an arranged day ("New Year's Day,元旦,1"); else it is the weekday's name.
  const holiday = name.split(",")[1];
  const weekend = [0, 6].includes(day.getUTCDay());
  let detail = [work ? "workday" : "weekend", ""];
  if (holiday && work) detail = ["make-up", ""];
  else if (holiday) detail = ["holiday", holiday];
  else if (work === weekend) throw new Error(`${text}: neither arranged nor an ordinary day`);
  table[text] = { works: chineseDays.isWorkday(text), detail };
}
process.stdout.write(JSON.stringify(table));
