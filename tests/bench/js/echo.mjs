// Counts the round trips of the official client with many pushes in flight.
//
//   node echo.mjs ENDPOINT IN_FLIGHT
//
// Each line of stdin is how many milliseconds to run; the answer is replies per second.

import {answerLines, Socket, WebSocket} from "./phoenix.mjs"

const [endpoint, inFlight] = process.argv.slice(2)
const socket = new Socket(endpoint, {transport: WebSocket})
socket.connect()
const channel = socket.channel("room:lobby", {})

function pipeline(milliseconds){
  return new Promise((resolve, reject) => {
    const began = performance.now()
    let replies = 0, under = 0, ending = false
    const push = () => {
      under++
      channel.push("echo", {x: 1, y: 2}).receive("ok", answered).receive("error", reject).receive("timeout", reject)
    }
    const answered = () => {
      under--
      replies++
      if(replies % 64 === 0 && performance.now() - began >= milliseconds){ ending = true }
      if(!ending){
        push()
      } else if(under === 0){
        resolve(replies / ((performance.now() - began) / 1000))
      }
    }
    for(let i = 0; i < Number(inFlight); i++){ push() }
  })
}

await new Promise((resolve, reject) => channel.join().receive("ok", resolve).receive("error", reject).receive("timeout", reject))
answerLines(line => pipeline(Number(line)))
