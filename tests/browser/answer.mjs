// Answers queries with the scripts that search a site without a server, for tests that compare them.
//
//   node tests/browser/answer.mjs FOLDER < QUERIES
//
// FOLDER holds the files that `build` writes for them; QUERIES is a JSON array of texts, or of pairs of a text and
// the id of a unit. Each answer is a line of JSON: what is found, or why that unit is.

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { Store } from '../../templates/static/search/store.js';

const [folder] = process.argv.slice(2);
const store = await Store.open(async (name) => JSON.parse(await readFile(path.join(folder, name), 'utf8')));
for (const query of JSON.parse(await text(process.stdin))) {
    const answer = Array.isArray(query) ? store.index.why(...query) : await store.search(query, { limit: 10 });
    console.log(JSON.stringify(answer));
}
