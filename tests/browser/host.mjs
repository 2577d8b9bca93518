// A plain static host with a strict content security policy.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.json': 'application/json', '.svg': 'image/svg+xml', '.md': 'text/markdown; charset=utf-8' };
// The site lives below a folder, so that a link from the host's root would be seen as dead.
const BASE = '/some/folder';

/** Serves the files of a folder; `asked` holds the names of those that were asked for. */
export async function host(site) {
    const asked = new Set();
    const server = createServer(async (request, response) => {
        const url = new URL(request.url, 'http://localhost');
        let name = decodeURIComponent(url.pathname);
        if (!name.startsWith(`${BASE}/`)) {
            response.writeHead(404).end();
            return;
        }
        name = name.slice(BASE.length);
        if (name.endsWith('/')) name += 'index.html';
        try {
            const body = await readFile(path.join(site, name));
            asked.add(name);
            response.writeHead(200, {
                'content-encoding': 'gzip',
                'content-type': TYPES[path.extname(name)] ?? 'application/octet-stream',
                'content-security-policy': "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            });
            response.end(gzipSync(body));
        } catch {
            response.writeHead(404).end();
        }
    });
    await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
    return { origin: `http://127.0.0.1:${server.address().port}${BASE}`, asked, close: () => server.close() };
}
