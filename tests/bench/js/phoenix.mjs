// The official client and the WebSocket library for Node, as pinned and installed for the conformance tests.

import {createRequire} from "node:module"
import readline from "node:readline"

const require = createRequire(new URL("../../conformance/jsclient/", import.meta.url))

export const {Presence, Socket} = require("phoenix")
export const WebSocket = require("ws")

// Answers each line of stdin with what the function makes of it, and ends with stdin.
export async function answerLines(answer){
  for await (const line of readline.createInterface({input: process.stdin})){
    console.log(await answer(line))
  }
  process.exit(0)
}
