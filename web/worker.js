// Loads and starts the client in a Web Worker: strings come from the page, and batches go to it. Go's own wasm_exec.js precedes this
// text in the same file. web/doc.go describes what is exchanged.
(() => {
	"use strict";
	const ENGINE_ERROR = 23; // web/protocol
	const WASM = "phoenix_channels.wasm";

	// decode turns base64 into bytes.
	const decode = Uint8Array.fromBase64 ?? ((text) => {
		const binary = atob(text);
		const bytes = new Uint8Array(binary.length);
		for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
		return bytes;
	});

	// report posts a batch with one engine error, where there is no Go to do so: [0, 0, [ENGINE_ERROR, 0, text]] as a Variant.
	function report(text) {
		const utf8 = new TextEncoder().encode(text);
		const padded = (utf8.length + 3) & ~3;
		const INT = 2, STRING = 4, ARRAY = 28;
		const words = [ARRAY, 3, INT, 0, INT, 0, ARRAY, 3, INT, ENGINE_ERROR, INT, 0, STRING, utf8.length];
		const batch = new Uint8Array(4 * words.length + padded);
		new Uint32Array(batch.buffer, 0, words.length).set(words);
		batch.set(utf8, 4 * words.length);
		postMessage(batch.buffer, [batch.buffer]);
	}

	let waiting = []; // commands that came before Go ran
	let handle = (command) => waiting.push(command);
	onmessage = (event) => {
		for (const command of event.data.split(",")) handle(decode(command));
	};

	let flush;
	globalThis.phoenixWorker = {
		post: (batch) => postMessage(batch.buffer, [batch.buffer]),
		wake: () => queueMicrotask(() => flush()),
		started(handleInGo, flushInGo, setOnline) {
			flush = flushInGo;
			handle = handleInGo;
			for (const command of waiting) handle(command);
			waiting = [];
			addEventListener("online", () => setOnline(true));
			addEventListener("offline", () => setOnline(false));
		},
	};

	// compile loads the program. A server that does not know the type of .wasm files makes it slower, no more.
	async function compile(imports) {
		const url = new URL(WASM, location.href);
		const missing = `${url} cannot be loaded; upload ${WASM} and phoenix_channels.worker.js to where the page's .html is`;
		let response;
		try {
			response = await fetch(url);
		} catch (error) {
			throw new Error(`${missing} (${error.message})`);
		}
		if (!response.ok) throw new Error(`${missing} (the server answered ${response.status})`);
		const type = response.headers.get("Content-Type");
		if (type === "application/wasm") return WebAssembly.instantiateStreaming(response, imports);
		const bytes = new Uint8Array(await response.arrayBuffer());
		if (bytes[0] !== 0 || bytes[1] !== 0x61 || bytes[2] !== 0x73 || bytes[3] !== 0x6d) {
			throw new Error(`${missing} (the server answered with something else, of the type ${type})`);
		}
		console.warn(`Phoenix Channels: the server sends ${WASM} as ${type}; it loads faster as application/wasm.`);
		return WebAssembly.instantiate(bytes, imports);
	}

	async function run() {
		const go = new Go();
		const { instance } = await compile(go.importObject);
		await go.run(instance);
		throw new Error("it has stopped; the console says why");
	}

	run().catch((error) => {
		handle = () => {};
		flush = () => {};
		report(`PhoenixSocket: the client cannot run in this page: ${error.message}.`);
	});
})();
