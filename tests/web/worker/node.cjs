// Runs the built worker in Node as a browser runs it: node node.cjs WORKER.js. A line on stdin is a message of the page; file descriptor 3
// gets what the worker posts, each with its length in 32 bits before it. A line "!NAME" is an event of the worker's global scope, and
// "?" asks for the size of the program's memory, on stderr.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL, fileURLToPath } = require("node:url");
const vm = require("node:vm");

const script = path.resolve(process.argv[2]);
const contentType = process.env.WASM_TYPE ?? "application/wasm";
const events = new EventTarget();

globalThis.self = globalThis;
globalThis.location = pathToFileURL(script);
globalThis.onmessage = null;
globalThis.addEventListener = events.addEventListener.bind(events);
globalThis.postMessage = (buffer) => {
	const message = Buffer.alloc(4 + buffer.byteLength);
	message.writeUInt32LE(buffer.byteLength);
	message.set(new Uint8Array(buffer), 4);
	for (let at = 0; at < message.length; ) at += fs.writeSync(3, message, at);
};
const network = globalThis.fetch;
globalThis.fetch = async (url, options) => {
	if (url.protocol !== "file:") return network(url, options);
	const file = fileURLToPath(url);
	if (!fs.existsSync(file)) return new Response("<html>not found</html>", { status: 404 });
	return new Response(fs.readFileSync(file), { headers: { "Content-Type": contentType } });
};
const instantiate = WebAssembly.instantiateStreaming;
let program;
WebAssembly.instantiateStreaming = async (...args) => {
	program = await instantiate(...args);
	return program;
};
console.log = console.error; // where Go prints

vm.runInThisContext(fs.readFileSync(script, "utf8"), { filename: script });
require("node:readline")
	.createInterface({ input: process.stdin })
	.on("line", (line) => {
		if (line === "?") console.error(`memory ${program.instance.exports.mem.buffer.byteLength}`);
		else if (line.startsWith("!")) events.dispatchEvent(new Event(line.slice(1)));
		else globalThis.onmessage({ data: line });
	})
	.on("close", () => process.exit(0));
