// What happens to a tab, asked for by lines of the page's console. As a page does not run meanwhile, each ends automatically:
//
//	[tab] hide SECONDS       another tab is in front
//	[tab] freeze SECONDS     the browser stops the page, as it does with those in the background to save energy
//	[tab] leave SECONDS      the tab shows another page, and then this one again, as it was
//	[tab] offline SECONDS    there is no network
//
// Others end with an answer, the page's new title:
//
//	[tab] memory             how many bytes the page's worker holds
//	[tab] visit FILE         a second tab is in front, which runs that test file until it prints "[tab] close"; then it is closed
import { memoryOf } from './measure.mjs';
import { withoutNoise } from './noise.mjs';

export class Tab {
	#page;
	#browser;

	constructor(browser, page) {
		this.#browser = browser;
		this.#page = page;
	}

	// Takes a line of the console; others than these are ignored.
	async line(text) {
		const [marker, verb, argument] = text.split(' ');
		if (marker !== '[tab]') {
			return;
		}
		const pause = () => new Promise((resolve) => setTimeout(resolve, Number(argument) * 1000));
		const session = await this.#page.createCDPSession();
		switch (verb) {
			case 'hide':
				await this.#behind(pause);
				break;
			case 'freeze':
				await this.#behind(async () => {
					await session.send('Page.setWebLifecycleState', { state: 'frozen' });
					await pause();
					await session.send('Page.setWebLifecycleState', { state: 'active' });
				});
				break;
			case 'leave':
				await session.send('Runtime.discardConsoleEntries'); // else all lines come again with the page
				await this.#page.goto('data:text/plain,another page');
				await pause();
				await this.#page.goBack();
				break;
			case 'offline': {
				const speed = { latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
				await session.send('Network.emulateNetworkConditions', { offline: true, ...speed });
				await pause();
				await session.send('Network.emulateNetworkConditions', { offline: false, ...speed });
				break;
			}
			case 'memory':
				await this.#answer(await memoryOf(this.#page.workers()[0].client));
				break;
			case 'visit':
				await this.#visit(argument);
				await this.#answer('closed');
				break;
		}
		await session.detach();
	}

	async #answer(text) {
		await this.#page.evaluate((title) => (document.title = title), String(text));
	}

	async #visit(file) {
		const other = await this.#browser.newPage();
		const done = new Promise((resolve, reject) => {
			other.on('console', (message) => {
				const text = withoutNoise(message.text());
				if (text === '[tab] close') {
					resolve();
				} else if (message.type() === 'error' && !/^(engine: |\s)/.test(text)) { // an error's further lines are indented
					reject(new Error(text));
				}
			});
		});
		await other.goto(this.#page.url().replace(/--file=[^&]*/, `--file=${file}`).replace(/&--(only|exactly)=?[^&]*/, ''));
		await done;
		const closed = new Promise((resolve) => other.once('close', resolve));
		await other.close({ runBeforeUnload: true }); // else it ends like a process that is killed
		await closed;
		await this.#page.bringToFront();
	}

	async #behind(action) {
		const other = await this.#browser.newPage();
		await other.bringToFront();
		await action();
		await other.close();
		await this.#page.bringToFront();
	}
}
