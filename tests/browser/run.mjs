// Looks at a built site in a real browser, from a plain static server: no script error, no blocked
// resource, no request to the outside, no sideways scroll on a phone, no accessibility fault, and a
// search that works without our server.
//
//   node tests/browser/run.mjs SITE [SCREENSHOT_FOLDER]

import { createRequire } from 'node:module';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { host } from './host.mjs';

const modules = process.env.SHOUCE_TEST_NODE_MODULES ?? path.resolve('target/test-environment/node_modules');
const require = createRequire(path.join(modules, 'anchor.js'));
const { chromium } = require('playwright-core');
const { AxeBuilder } = require('@axe-core/playwright');

const site = path.resolve(process.argv[2] ?? 'site');
const pictures = process.argv[3];
const { origin, close } = await host(site);

const pages = ['/', '/NJ/', '/NJ-03/', '/SC-05/', '/SC-06/', '/checklists/CK-NJ-03-1/', '/forms/FM-NJ-03-1/', '/roles/R04/', '/parameters/', '/sources/', '/terms/', '/schedule/', '/calendar/', '/reviews/', '/diagrams/', '/NJ-03/flow/', '/sources/L06/', '/terms/社会组织/', '/paths/', '/paths/new-staff-week-1/', '/changes/', '/syntax/', '/rules/SH0402/', '/search/'];
const faults = [];
const fault = (where, what) => faults.push(`${where}: ${what}`);

const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
});
if (pictures) await mkdir(pictures, { recursive: true });

let looked = 0;
// Elder mode is a choice that the device remembers, on the narrowest screen and on a desk.
const looks = [
    [1280, 900, 'light', ''], [1280, 900, 'dark', ''], [390, 844, 'light', ''], [390, 844, 'dark', ''],
    [360, 740, 'light', 'elder'], [1280, 900, 'dark', 'elder'],
];
for (const [width, height, colorScheme, size] of looks) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, locale: 'zh-CN' });
    if (size) await context.addInitScript((value) => localStorage.setItem('shouce-size', value), size);
    const page = await context.newPage();
    for (const address of pages) {
        const where = `${address} ${width} ${colorScheme} ${size}`.trim();
        const heard = (message) => message.type() === 'error' && fault(where, message.text());
        const failed = (error) => fault(where, String(error));
        const asked = (request) => request.url().startsWith(origin) || request.url().startsWith('data:') || fault(where, `asks the outside: ${request.url()}`);
        page.on('console', heard).on('pageerror', failed).on('request', asked);
        const response = await page.goto(origin + address, { waitUntil: 'networkidle' });
        if (!response.ok()) fault(where, `answers ${response.status()}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (wide > 0) fault(where, `scrolls ${wide} px sideways`);
        // Rules are the same at every width; colours are not the same in the dark.
        if (width === 1280) {
            const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']).analyze();
            for (const violation of violations) {
                fault(where, `${violation.id} (${violation.impact}): ${violation.help}: ${violation.nodes[0].target}`);
            }
        }
        if (pictures) await page.screenshot({ path: path.join(pictures, `${address.replaceAll('/', '_')}-${width}-${colorScheme}${size && '-'}${size}.png`), fullPage: false });
        page.off('console', heard).off('pageerror', failed).off('request', asked);
        looked += 1;
    }
    await context.close();
}

// Search without our server.
{
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' });
    const page = await context.newPage();
    for (const [query, answer] of [['续审标记', 'NJ-03'], ['执业许可证副本', 'NJ-0'], ['没盖章', 'NJ-03']]) {
        await page.goto(`${origin}/search/?q=${encodeURIComponent(query)}`, { waitUntil: 'networkidle' });
        const links = page.locator(`main a[href*="${answer}"]`);
        await links.first().waitFor({ timeout: 10_000 }).catch(() => fault(`/search/?q=${query}`, `no hit in ${answer}`));
    }
    await context.close();
}

// Modules come after the page: what they add is waited for.
const comes = (locator) => locator.first().waitFor({ timeout: 10_000 }).then(() => true, () => false);

// What the device remembers: the place in a norm, the path one is on, how pages are shown.
{
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' });
    const page = await context.newPage();
    const expect = async (where, found) => (await found) || fault('reading', where);
    await page.goto(`${origin}/paths/new-staff-week-1/`);
    await page.click('.resume a');
    await page.waitForURL(/SC-01/);
    await page.locator('article .clause, article .steps tr[id]').nth(6).scrollIntoViewIfNeeded();
    await page.mouse.wheel(0, 400);
    await page.waitForFunction(() => localStorage.getItem('shouce-places'));
    const { anchor } = await page.evaluate(() => JSON.parse(localStorage.getItem('shouce-places'))['SC-01']);
    await page.goto(`${origin}/`);
    await page.click('.hero .resume a');
    await page.waitForURL((url) => url.pathname.endsWith('/SC-01/') && decodeURIComponent(url.hash) === `#${anchor}`);
    await expect('the path is not followed', comes(page.locator('article + .resume', { hasText: '第 1 篇' })));
    await page.goto(`${origin}/paths/new-staff-week-1/`);
    await expect('the path does not show the place', comes(page.locator('td .now', { hasText: anchor })));
    await page.goto(`${origin}/NJ-03/`);
    await page.click('.clause a.number >> nth=0');
    await expect('a clause offers no citation', comes(page.locator('.clause-panel button', { hasText: '复制引用' })));
    await page.keyboard.press('Escape');
    await expect('Escape leaves the panel open', page.locator('.clause-panel').count().then((count) => count === 0));
    await page.click('text=显示');
    await page.click('text=长辈版');
    await page.reload();
    await expect('the size is forgotten', page.evaluate(() => getComputedStyle(document.documentElement).fontSize === '22px'));
    await context.close();
}

// What is due this week, where only the browser knows today.
{
    const context = await browser.newContext({ locale: 'zh-CN' });
    const page = await context.newPage();
    await page.clock.setFixedTime(new Date('2026-03-30T03:00:00Z'));
    await page.goto(`${origin}/`);
    await page.locator('.due li').first().waitFor({ timeout: 10_000 }).catch(() => fault('/', 'nothing is due at the end of a quarter'));
    await page.goto(`${origin}/calendar/`);
    if (!(await comes(page.locator('h2 .now', { hasText: '本月' })))) fault('/calendar/', 'this month is not marked');
    await context.close();
}

// Paper: every sheet says what it is, and no box is cut.
{
    const context = await browser.newContext({ locale: 'zh-CN' });
    const page = await context.newPage();
    await page.goto(`${origin}/NJ-03/`);
    await page.emulateMedia({ media: 'print' });
    const shown = await page.evaluate(() => ['.site-header', '.site-footer', '.part-menu', 'nav.contents', '.neighbours'].filter((name) => {
        const found = document.querySelector(name);
        return found && getComputedStyle(found).display !== 'none';
    }));
    if (shown.length) fault('print', `shows ${shown}`);
    const running = await page.evaluate(() => document.documentElement.dataset.running);
    if (!/^NJ-03 .* 版 · /.test(running)) fault('print', `the running head is ${running}`);
    await context.close();
}

// Reading without scripts.
{
    const context = await browser.newContext({ javaScriptEnabled: false, locale: 'zh-CN' });
    const page = await context.newPage();
    await page.goto(`${origin}/`);
    await page.click('a[href*="NJ"]');
    if (!(await page.locator('main').innerText()).includes('年检')) fault('without scripts', 'the part NJ cannot be reached');
    await page.goto(`${origin}/NJ-03/#8.1`);
    if (!(await page.locator('[id="8.1"]').count())) fault('without scripts', 'clause 8.1 has no anchor');
    await context.close();
}

await browser.close();
close();
for (const line of faults) console.log(line);
console.log(`${looked} pages looked at, ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
