// What happens to a tab, asked for by lines of the page's console. As a page does not run meanwhile, each ends by itself:
//
//	[tab] hide SECONDS       another tab is in front
//	[tab] freeze SECONDS     the browser stops the page, as it does with those in the background to save energy
export class Tab {
	#page;
	#browser;

	constructor(browser, page) {
		this.#browser = browser;
		this.#page = page;
	}

	// Takes a line of the console; others than these are ignored.
	async line(text) {
		const [marker, verb, seconds] = text.split(' ');
		if (marker !== '[tab]') {
			return;
		}
		const pause = () => new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000));
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
		}
		await session.detach();
	}

	async #behind(action) {
		const other = await this.#browser.newPage();
		await other.bringToFront();
		await action();
		await other.close();
		await this.#page.bringToFront();
	}
}
