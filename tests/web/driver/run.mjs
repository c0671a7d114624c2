// Runs a page in a browser without a window and prints its console:
//
//	node run.mjs --browser PROGRAM [--firefox] [--limit SECONDS] [--until REGEXP] URL
//
// It ends when the page prints "[page] exit STATUS", with that status, or a line that --until matches, with 0. What the browser itself
// reports as an error, such as an exception of the page, is printed as a line that begins with "ERROR:", as the engine's own errors do.
import puppeteer from 'puppeteer-core';
import { parseArgs } from 'node:util';

const { values: options, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		browser: { type: 'string' },
		firefox: { type: 'boolean', default: false },
		limit: { type: 'string', default: '0' },
		until: { type: 'string' },
	},
});
if (positionals.length !== 1 || !options.browser) {
	console.error('usage: node run.mjs --browser PROGRAM [--firefox] [--limit SECONDS] [--until REGEXP] URL');
	process.exit(2);
}

// The engine draws with WebGL 2, which a machine without a graphics card has in software only. A sandbox needs what a container lacks.
const chromiumFlags = [
	'--no-sandbox',
	'--disable-dev-shm-usage',
	'--use-gl=angle',
	'--use-angle=swiftshader',
	'--enable-unsafe-swiftshader',
	'--autoplay-policy=no-user-gesture-required',
];
// What a tab in the background has to put up with, which puppeteer spares it.
const spared = [
	'--disable-background-timer-throttling',
	'--disable-backgrounding-occluded-windows',
	'--disable-renderer-backgrounding',
];

// A line of the engine, whose errors reach the console as errors of the page.
const fromEngine = /^((USER |SCRIPT )?(ERROR|WARNING):|\s)/;

function launch() {
	if (options.firefox) {
		return puppeteer.launch({ browser: 'firefox', executablePath: options.browser, headless: true });
	}
	return puppeteer.launch({
		executablePath: options.browser,
		headless: true,
		pipe: true, // so that the browser ends with this process, even when it is killed
		args: chromiumFlags,
		ignoreDefaultArgs: spared,
		protocolTimeout: 0,
	});
}

// Prints the page's console until the page ends; the status to exit with.
function follow(page) {
	const until = options.until && new RegExp(options.until);
	return new Promise((resolve) => {
		const say = (text) => {
			console.log(text);
			const exit = text.match(/^\[page\] exit (\d+)$/);
			if (exit) {
				resolve(Number(exit[1]));
			} else if (until?.test(text)) {
				resolve(0);
			}
		};
		page.on('console', (message) => {
			const text = message.text();
			const isAlien = message.type() === 'error' && !fromEngine.test(text);
			say(isAlien ? `ERROR: console: ${text}` : text);
		});
		page.on('pageerror', (error) => say(`ERROR: page: ${error.stack ?? error}`));
		page.on('error', (error) => {
			say(`ERROR: the page crashed: ${error.message}`);
			resolve(1);
		});
		if (Number(options.limit) > 0) {
			setTimeout(() => {
				say(`ERROR: the page did not end within ${options.limit} s`);
				resolve(124);
			}, Number(options.limit) * 1000);
		}
	});
}

const browser = await launch();
let status = 1;
try {
	const [page] = await browser.pages();
	await page.setViewport({ width: 640, height: 360 });
	const ended = follow(page);
	await page.goto(positionals[0], { waitUntil: 'domcontentloaded' });
	status = await ended;
} catch (error) {
	console.log(`ERROR: browser: ${error.message}`);
} finally {
	await browser.close();
}
process.exit(status);
