// What a page's main thread spends, by Chromium's own account: its time on a processor, what happens between the frames included. A page asks for it by lines
// of its console:
//
//	[measure] begin               a section begins
//	[measure] idle                it ends, and was what a page costs that does nothing; taken off the next ones
//	[measure] end FIGURE COUNT    it ends, and did COUNT times what is measured: prints a line for scripts/benchtable
//	[measure] memory FIGURE       what the page's worker holds, with its WebAssembly
export class Measure {
	#page;
	#session;
	#began;
	#idleShare = 0;
	#last = Promise.resolve();

	constructor(page) {
		this.#page = page;
	}

	// Takes a line of the console; others than these are ignored.
	line(text) {
		const words = text.split(' ');
		if (words[0] === '[measure]') {
			this.#last = this.#last.then(() => this.#act(words[1], words.slice(2)));
		}
	}

	async #act(verb, [figure, count]) {
		if (verb === 'memory') {
			const [worker] = this.#page.workers();
			console.log(`Benchmark${figure} 1 ${await memoryOf(worker.client)} bytes`);
			return;
		}
		const now = await this.#metrics();
		const before = this.#began;
		this.#began = now;
		if (verb === 'idle') {
			this.#idleShare = (now.TaskDuration - before.TaskDuration) / (now.Timestamp - before.Timestamp);
		} else if (verb === 'end') {
			const idle = this.#idleShare * (now.Timestamp - before.Timestamp);
			const seconds = now.TaskDuration - before.TaskDuration - idle;
			console.log(`Benchmark${figure} 1 ${((seconds * 1e9) / Number(count)).toFixed(0)} ns`);
		}
	}

	async #metrics() {
		if (!this.#session) {
			this.#session = await this.#page.createCDPSession();
			await this.#session.send('Performance.enable', { timeDomain: 'threadTicks' });
		}
		const { metrics } = await this.#session.send('Performance.getMetrics');
		return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
	}
}

// The heap of a worker's JavaScript, and the memories of its WebAssembly, which are found by their prototype.
export async function memoryOf(session) {
	const { usedSize } = await session.send('Runtime.getHeapUsage');
	const { result: prototype } = await session.send('Runtime.evaluate', { expression: 'WebAssembly.Memory.prototype' });
	const { objects } = await session.send('Runtime.queryObjects', { prototypeObjectId: prototype.objectId });
	const { result: size } = await session.send('Runtime.callFunctionOn', {
		objectId: objects.objectId,
		functionDeclaration: 'function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }',
	});
	return usedSize + size.value;
}
