// Times the official client's Presence.
//
//   node presence.mjs MESSAGES
//
// MESSAGES is a file with one message a line: a presence_state, then presence_diffs. For each line of stdin they are played to a new
// presence; the answer is the milliseconds for the state and those for all diffs.

import {readFileSync} from "node:fs"
import {answerLines, Presence, Socket} from "./phoenix.mjs"

const [state, ...diffs] = readFileSync(process.argv[2], "utf8").split("\n")
const JOIN_REF = JSON.parse(state)[0]

// A connection to nowhere, which opens at once.
class Nowhere {
  readyState = 1
  bufferedAmount = 0
  send(){ }
  close(){ }
}

function play(){
  const socket = new Socket("ws://nowhere/socket", {transport: Nowhere, heartbeatIntervalMs: 1e6})
  socket.connect()
  const channel = socket.channel("room:lobby", {})
  socket.ref = Number(JOIN_REF) - 1 // of the latest message, so that the join gets the recorded ref
  channel.join()
  const receive = text => socket.onConnMessage({data: text})
  receive(JSON.stringify([JOIN_REF, JOIN_REF, "room:lobby", "phx_reply", {status: "ok", response: {}}]))
  if(channel.joinRef() !== JOIN_REF || channel.state !== "joined"){ throw new Error(`join ${channel.joinRef()} is ${channel.state}`) }

  let joined = 0, left = 0, synced = 0
  const presence = new Presence(channel)
  presence.onJoin(() => joined++)
  presence.onLeave(() => left++)
  presence.onSync(() => synced++)
  const began = performance.now()
  receive(state)
  const between = performance.now()
  diffs.forEach(receive)
  const ended = performance.now()
  if(left !== diffs.length || joined !== presence.list().length + left || synced !== 1 + diffs.length){
    throw new Error(`${joined} joined and ${left} left of a presence of ${presence.list().length}`)
  }
  channel.joinPush.cancelTimeout()
  socket.disconnect()
  return `${between - began} ${ended - between}`
}

answerLines(play)
