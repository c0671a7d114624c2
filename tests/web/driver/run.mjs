// Runs a page in a browser without a window and prints its console:
//
//	node run.mjs --browser PROGRAM [OPTION...] URL
//
// It ends with 0 when the page prints a line that --until matches, with 1 when one matches --failed, or with the status in a line
// "[page] exit STATUS". What the browser itself reports as an error, such as an exception of the page, is printed as a line that begins with
// "ERROR:", as the engine's own errors do; any such line makes the status 1, unless --tolerant leaves the judgement to the caller. By other
// lines a page asks for something: see measure.mjs and tab.mjs.
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import puppeteer from 'puppeteer-core';
import { Measure } from './measure.mjs';
import { withoutNoise } from './noise.mjs';
import { Tab } from './tab.mjs';

const usage = `usage: node run.mjs --browser PROGRAM [OPTION...] URL
  --firefox            the program is a Firefox
  --until REGEXP       a line of the page that ends it well
  --failed REGEXP      a line of the page that ends it badly
  --limit SECONDS      stops it then, with status 124
  --stay SECONDS       ends it well then
  --trust FILE         a server's certificate (PEM) that the browser accepts
  --tolerant           errors leave the status as it is
  --screenshot FILE    a picture (PNG) of its last moment`;

const { values: options, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		browser: { type: 'string' },
		failed: { type: 'string' },
		firefox: { type: 'boolean', default: false },
		limit: { type: 'string', default: '0' },
		screenshot: { type: 'string' },
		stay: { type: 'string', default: '0' },
		tolerant: { type: 'boolean', default: false },
		trust: { type: 'string' },
		until: { type: 'string' },
	},
});
if (positionals.length !== 1 || !options.browser) {
	console.error(usage);
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
	'--host-resolver-rules=MAP game.test 127.0.0.1', // a host that is not this machine, by its name
	'--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/5', // which begins after five minutes else
];
// What a tab in the background has to put up with, which puppeteer spares it.
const spared = [
	'--disable-background-timer-throttling',
	'--disable-backgrounding-occluded-windows',
	'--disable-renderer-backgrounding',
];

// A line of the engine, whose errors reach the console as errors of the page.
const fromEngine = /^((USER |SCRIPT )?(ERROR|WARNING):|\s)/;

// What Firefox reports as an error of the page where a WebSocket does not connect; Chromium does not tell the page's console of those of a worker.
const fromWebSocket = /(can’t establish a connection to the server at|The connection to) wss?:/;

function trusting(file) {
	const key = new X509Certificate(readFileSync(file)).publicKey.export({ type: 'spki', format: 'der' });
	return `--ignore-certificate-errors-spki-list=${createHash('sha256').update(key).digest('base64')}`;
}

function launch() {
	if (options.firefox) {
		return puppeteer.launch({ browser: 'firefox', executablePath: options.browser, headless: true });
	}
	return puppeteer.launch({
		executablePath: options.browser,
		headless: true,
		pipe: true, // so that the browser ends with this process, even when it is killed
		args: options.trust ? [...chromiumFlags, trusting(options.trust)] : chromiumFlags,
		ignoreDefaultArgs: spared,
		protocolTimeout: 0,
		networkEnabled: false, // each message of a WebSocket would come here too
	});
}

// Prints the page's console until the page ends; the status to exit with.
function follow(page) {
	const measure = new Measure(page);
	const tab = new Tab(browser, page);
	const [until, failed] = [options.until, options.failed].map((pattern) => pattern && new RegExp(pattern));
	let hasErrors = false;
	return new Promise((resolve) => {
		const end = (status) => resolve(status === 0 && hasErrors && !options.tolerant ? 1 : status);
		const say = (text) => {
			console.log(text);
			measure.line(text);
			tab.line(text).catch((error) => say(`ERROR: the tab: ${error.message}`));
			hasErrors ||= /^((USER |SCRIPT )?(ERROR|WARNING)):/.test(text);
			const exit = text.match(/^\[page\] exit (\d+)$/);
			if (exit) {
				end(Number(exit[1]));
			} else if (failed?.test(text)) {
				end(1);
			} else if (until?.test(text)) {
				end(0);
			}
		};
		page.on('console', (message) => {
			const text = message.text();
			const isAlien = message.type() === 'error' && !fromEngine.test(text);
			say(isAlien ? `ERROR: console: ${text}` : withoutNoise(text));
		});
		page.on('pageerror', (error) => {
			if (!fromWebSocket.test(error.message)) {
				say(`ERROR: page: ${error.stack ?? error}`);
			}
		});
		page.on('error', (error) => {
			say(`ERROR: the page crashed: ${error.message}`);
			end(1);
		});
		if (Number(options.stay) > 0) {
			setTimeout(() => end(0), Number(options.stay) * 1000);
		}
		if (Number(options.limit) > 0) {
			setTimeout(() => {
				say(`ERROR: the page did not end within ${options.limit} s`);
				end(124);
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
	if (options.screenshot) {
		await page.screenshot({ path: options.screenshot });
	}
} catch (error) {
	console.log(`ERROR: browser: ${error.message}`);
} finally {
	await browser.close();
}
process.exit(status);
