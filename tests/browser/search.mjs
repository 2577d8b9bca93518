// Uses the search box in a real browser: with a keyboard, with an input method, on a phone, on a static host
// and before a server; reports what the first search costs on a phone.
//
//   node tests/browser/search.mjs SITE [SHOUCE]
//
// SITE is a built site; SHOUCE the program, to try the box before `shouce serve`, too.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { host } from './host.mjs';

const modules = process.env.SHOUCE_TEST_NODE_MODULES ?? path.resolve('target/test-environment/node_modules');
const { chromium } = createRequire(path.join(modules, 'anchor.js'))('playwright-core');
const site = path.resolve(process.argv[2] ?? 'site');
const program = process.argv[3];

const faults = [];
const fault = (where, what) => faults.push(`${where}: ${what}`);
const is = (where, found, wanted) => String(found) === String(wanted) || fault(where, `${found}, not ${wanted}`);
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, locale: 'zh-CN' };
const DESK = { viewport: { width: 1280, height: 900 }, locale: 'zh-CN' };

const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
});

/** A page whose console must stay empty. */
async function opened(options, where, address) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && fault(where, message.text()));
    page.on('pageerror', (error) => fault(where, String(error)));
    page.on('response', (response) => response.status() >= 400 && fault(where, `${response.status()} ${response.url()}`));
    await page.goto(address, { waitUntil: 'networkidle' });
    return page;
}

const box = (page) => page.locator('form[role=search] input[name=q]').first();
const first = (page) => page.locator('.search-link').first();
const said = (page) => page.locator('.search-count').first();
const found = (page) => first(page).waitFor({ timeout: 15_000 });
/** Waits for the answer to a whole query, not to its beginning. */
async function answered(page, query) {
    await page.waitForFunction((start) => document.querySelector('.search-count')?.textContent.startsWith(start), `「${query}」`);
    await found(page);
}

/** Everything that the box does, before whatever answers at `origin`. */
async function use(origin, face) {
    const where = (what) => `${face}, ${what}`;

    let page = await opened(DESK, where('keyboard'), `${origin}/NJ-03/`);
    await page.keyboard.press('/');
    is(where('/'), await box(page).evaluate((element) => element === document.activeElement), true);
    await page.keyboard.type('续审标记');
    await answered(page, '续审标记');
    await page.keyboard.press('ArrowDown');
    is(where('arrow down'), await page.evaluate(() => document.activeElement.className), 'search-link');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Escape');
    is(where('Escape'), await page.locator('.search-panel').isVisible(), false);
    await page.keyboard.press('Control+k');
    is(where('Ctrl-K'), await page.locator('.search-panel').isVisible(), true);
    await found(page);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#/);
    await page.locator('.search-mark').first().waitFor({ timeout: 5_000 }).catch(() => fault(where('target'), 'nothing is marked'));
    is(where('address of the target'), new URL(page.url()).search, '');
    await page.keyboard.press('Escape');
    is(where('marks after Escape'), await page.locator('.search-mark').count(), 0);
    await page.keyboard.press('/');
    await page.locator('.search-recent').first().waitFor({ timeout: 5_000 });
    is(where('recent'), await page.locator('.search-recent').first().innerText(), '续审标记');
    await page.keyboard.type('预审');
    await answered(page, '预审');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/search\/\?q=/);
    await found(page);
    await page.context().close();

    page = await opened(DESK, where('page'), `${origin}/search/?q=${encodeURIComponent('没盖章')}`);
    await found(page);
    is(where('page, groups'), (await page.locator('.search-group-name').allInnerTexts()).some((name) => name.startsWith('NJ-03 ')), true);
    await page.locator('.search-filters select[name=kind]').selectOption('item');
    await page.waitForURL(/kind=item/);
    await page.waitForFunction(() => [...document.querySelectorAll('.search-kind')].every((kind) => kind.textContent === '检查项'));
    await page.goto(`${origin}/search/?q=zzqx`, { waitUntil: 'networkidle' });
    await page.locator('.search-advice').waitFor({ timeout: 15_000 });
    if (!(await said(page).innerText()).startsWith('没有找到')) fault(where('nothing'), await said(page).innerText());
    // A single character lists what begins with it.
    await box(page).fill('预');
    await page.waitForFunction(() => document.querySelector('.search-link')?.textContent.startsWith('预'));
    // Older answers never take the place of newer ones.
    for (const query of ['年', '年检', '年检报', '年检报告', '年检报告预审']) await box(page).fill(query);
    await page.waitForFunction(() => document.querySelector('.search-count').textContent.startsWith('「年检报告预审」'));
    await page.waitForTimeout(300);
    if (!(await said(page).innerText()).startsWith('「年检报告预审」')) fault(where('older answers'), await said(page).innerText());
    await page.context().close();

    page = await opened(DESK, where('input method'), `${origin}/NJ-03/`);
    await box(page).click();
    const session = await page.context().newCDPSession(page);
    await session.send('Input.imeSetComposition', { text: 'yushen', selectionStart: 6, selectionEnd: 6 });
    await page.waitForTimeout(200);
    is(where('hits while composing'), await page.locator('.search-link').count(), 0);
    // Keys that pick a character do nothing else.
    const key = (name, more) => box(page).evaluate(
        (element, [key, more]) => element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })),
        [name, more],
    );
    is(where('Enter while composing goes on'), await key('Enter', { isComposing: true }), false);
    await key('Escape', { keyCode: 229 });
    is(where('open while composing'), await page.locator('.search-panel').isVisible(), true);
    await session.send('Input.insertText', { text: '预审' });
    await found(page);
    is(where('composed'), await box(page).inputValue(), '预审');
    await page.context().close();

    page = await opened(PHONE, where('phone'), `${origin}/NJ-03/`);
    await box(page).tap();
    await page.locator('.search-full').waitFor({ timeout: 5_000 });
    await page.keyboard.type('nianjian');
    await answered(page, 'nianjian');
    const covers = await page.locator('.search-full').boundingBox();
    is(where('phone, covers'), [covers.width, covers.height], [390, 844]);
    await page.goBack();
    await page.waitForTimeout(200);
    is(where('phone, back'), await page.locator('.search-full').count(), 0);
    is(where('phone, page after back'), new URL(page.url()).pathname.endsWith('/NJ-03/'), true);
    await page.context().close();
}

/** What the first search of a visitor costs on a phone: a processor six times as slow, and a mobile network. */
async function cost(origin, counted) {
    const context = await browser.newContext(PHONE);
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
    await page.goto(`${origin}/NJ-03/`, { waitUntil: 'networkidle' });
    counted.clear();
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: 80, downloadThroughput: 1_250_000, uploadThroughput: 250_000 });
    const start = Date.now();
    await box(page).tap();
    await box(page).fill('续审标记');
    await found(page);
    const firstTime = Date.now() - start;
    const times = [];
    for (const query of ['年检', '年检报告', '预审意见', '执业许可证副本', 'nianjian']) {
        const began = Date.now();
        await box(page).fill(query);
        await page.waitForFunction((asked) => document.querySelector('.search-count').textContent.startsWith(`「${asked}」`), query);
        times.push(Date.now() - began);
    }
    let [raw, packed, han] = [0, 0, 0];
    for (const name of counted) {
        const bytes = await readFile(path.join(site, name));
        raw += bytes.length;
        packed += gzipSync(bytes).length;
    }
    for (const name of await readdir(path.join(site, 'search'))) {
        if (!name.startsWith('units-')) continue;
        han += (await readFile(path.join(site, 'search', name), 'utf8')).match(/[\u3400-\u9fff]/g).length;
    }
    const more = Math.round((packed * 10_000) / han);
    console.log(`first search on a phone: ${firstTime} ms, ${counted.size} files, ${raw} bytes, ${packed} compressed (${han} Han; 10,000 more are about ${more} more)`);
    console.log(`further searches: ${times.join(', ')} ms`);
    await context.close();
}

const { origin, asked, close } = await host(site);
await use(origin, 'static');
await cost(origin, asked);

// Without scripts the form still leads somewhere that says what to do.
{
    const context = await browser.newContext({ javaScriptEnabled: false, locale: 'zh-CN' });
    const page = await context.newPage();
    await page.goto(`${origin}/NJ-03/`);
    await box(page).fill('预审');
    await box(page).press('Enter');
    await page.waitForURL(/\/search\/\?q=/);
    if (!(await page.locator('main').innerText()).includes('打开脚本')) fault('without scripts', 'the page does not say what to do');
    await context.close();
}
close();

if (program) {
    const child = spawn(program, ['serve', '--addr', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let heard = '';
    const address = new Promise((resolve) => {
        const listen = (bytes) => {
            heard += bytes;
            const found = heard.match(/http:\/\/[\d.]+:\d+/);
            if (found) resolve(found[0]);
        };
        child.stdout.on('data', listen);
        child.stderr.on('data', listen);
    });
    const server = await address;
    for (let tries = 0; tries < 600 && !(await fetch(`${server}/readyz`).then((answer) => answer.ok, () => false)); tries++) {
        await new Promise((wait) => setTimeout(wait, 200));
    }
    await use(server, 'server');
    child.kill();
    await once(child, 'exit');
}

await browser.close();
for (const line of faults) console.log(line);
console.log(`the search box: ${faults.length} faults`);
process.exit(faults.length ? 1 : 0);
