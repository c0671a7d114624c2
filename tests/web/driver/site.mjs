// Looks at the documentation site as a reader does, on a desktop and on a phone:
//
//	node site.mjs --browser PROGRAM FOLDER
//
// It prints what is wrong, and ends with 1 then.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { parseArgs } from 'node:util';
import puppeteer from 'puppeteer-core';

const { values: options, positionals } = parseArgs({ allowPositionals: true, options: { browser: { type: 'string' } } });
if (positionals.length !== 1 || !options.browser) {
	console.error('usage: node site.mjs --browser PROGRAM FOLDER');
	process.exit(2);
}
const folder = positionals[0];

const widths = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

// What must be on a page.
const pages = {
	'index.html': ['h1', 'h2#quick-start', 'nav'],
	'tutorial.html': ['h1', 'pre > code'],
	'reference/PhoenixSocket.html': [
		'h1', '#property-endpoint', '#property-params', '#method-connect_socket', '#method-channel', '#signal-on_open', '#enum-State', '#constant-OPEN',
	],
};

const types = {
	'.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json', '.png': 'image/png', '.svg': 'image/svg+xml',
};

// Serves the site; a folder opened from disk cannot be searched.
function serve() {
	const server = createServer(async (request, response) => {
		const path = normalize(decodeURIComponent(new URL(request.url, 'http://site').pathname));
		try {
			const text = await readFile(join(folder, path));
			response.setHeader('Content-Type', types[extname(path)] ?? 'application/octet-stream').end(text);
		} catch {
			response.writeHead(404).end();
		}
	});
	return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

// What a reader would stumble over. Runs within the page.
function look(required) {
	const problems = [];
	const page = document.documentElement;
	if (page.scrollWidth > page.clientWidth) {
		problems.push(`it is ${page.scrollWidth - page.clientWidth} pixels wider than the screen`);
	}
	for (const selector of required) {
		const element = document.querySelector(`main ${selector}`) ?? document.querySelector(selector);
		if (!element) {
			problems.push(`${selector} is missing`);
		} else if (selector !== 'nav' && !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) {
			problems.push(`${selector} cannot be seen`);
		}
	}
	for (const picture of document.querySelectorAll('main img')) {
		if (picture.complete && picture.naturalWidth === 0) {
			problems.push(`the picture ${picture.getAttribute('src')} is not shown`);
		}
	}
	return problems;
}

// Searches for a property, as a reader does, and waits until the search shows its description.
async function search(page, address) {
	await page.setViewport(widths.desktop);
	await page.goto(`${address}/index.html`, { waitUntil: 'networkidle0' });
	await page.keyboard.press('/');
	await page.waitForFunction(() => document.activeElement?.shadowRoot?.activeElement?.tagName === 'INPUT', { timeout: 10_000 });
	await page.keyboard.type('reconnect_jitter');
	await page.waitForFunction(
		() => document.activeElement?.shadowRoot?.querySelector('a[href*="PhoenixSocket.html"][href$="#property-reconnect_jitter"]'),
		{ timeout: 10_000 },
	);
}

const server = await serve();
const address = `http://127.0.0.1:${server.address().port}`;
const browser = await puppeteer.launch({ executablePath: options.browser, headless: true, pipe: true, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
let problems = 0;
const complain = (text) => {
	problems += 1;
	console.log(text);
};
try {
	const page = await browser.newPage();
	page.on('pageerror', (error) => complain(`${page.url()}: ${error}`));
	page.on('requestfailed', (request) => complain(`${page.url()}: ${request.url()} cannot be loaded`));
	page.on('request', (request) => {
		if (!request.url().startsWith(address) && !request.url().startsWith('data:')) {
			complain(`${page.url()} loads ${request.url()}, from elsewhere`);
		}
	});
	for (const [device, size] of Object.entries(widths)) {
		await page.setViewport(size);
		for (const [name, required] of Object.entries(pages)) {
			await page.goto(`${address}/${name}`, { waitUntil: 'load' });
			for (const problem of await page.evaluate(look, required)) {
				complain(`${name} on a ${device}: ${problem}`);
			}
		}
	}
	await search(page, address).catch((error) => complain(`the search does not find reconnect_jitter: ${error.message}`));
} catch (error) {
	complain(error.message);
} finally {
	await browser.close();
	server.close();
}
process.exit(problems > 0 ? 1 : 0);
