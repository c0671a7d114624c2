// Drives the official Phoenix JavaScript client against a server and checks what it sees.
//
//   node session.mjs ws://127.0.0.1:4000/socket websocket|longpoll
//
// Each step prints "ok NAME". The first that fails prints "not ok NAME: REASON" and ends with 1.

import assert from "node:assert/strict"
import {LongPoll, Presence, Socket} from "phoenix"
import WebSocket from "ws"

const [endpoint, transportName] = process.argv.slice(2)
const transport = {websocket: WebSocket, longpoll: LongPoll}[transportName]
if(!endpoint || !transport){
  console.error("usage: node session.mjs ENDPOINT websocket|longpoll")
  process.exit(2)
}
const overWebSocket = transportName === "websocket"
const STEP_MS = 20000

// Resolves with the first value that the function calls back with, and fails after STEP_MS.
const called = (what, start) => new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(new Error(`no ${what} within ${STEP_MS} ms`)), STEP_MS)
  start(value => {
    clearTimeout(timer)
    resolve(value)
  })
})

// Resolves with the status and response of a push.
const outcome = (push, ...statuses) => called(`outcome of a push`, done => {
  for(const status of ["ok", "error", "timeout", ...statuses]){
    push.receive(status, response => done({status, response}))
  }
})

const nextEvent = (channel, event) => called(event, done => {
  const ref = channel.on(event, payload => {
    channel.off(event, ref)
    done(payload)
  })
})

const bytes = buffer => [...new Uint8Array(buffer)]

function client(userId, options = {}){
  const socket = new Socket(endpoint, {
    transport,
    params: {user_id: userId},
    authToken: `token of ${userId}`,
    timeout: 5000,
    heartbeatIntervalMs: 200,
    reconnectAfterMs: () => 50,
    rejoinAfterMs: () => 50,
    ...options,
  })
  socket.connect()
  return socket
}

async function join(socket, topic, params = {presence: false}){
  const channel = socket.channel(topic, params)
  const joined = await outcome(channel.join())
  assert.equal(joined.status, "ok", JSON.stringify(joined))
  return channel
}

let ann, bob, annRoom, bobRoom

const steps = {
  async "connect with an auth token and params"(){
    ann = client("ann")
    bob = client("bob")
    annRoom = await join(ann, "room:js")
    bobRoom = await join(bob, "room:js")
    const {response} = await outcome(annRoom.push("whoami", {}))
    assert.equal(response.auth_token, "token of ann")
    assert.equal(response.user_id, "ann")
    assert.equal(response.transport, transportName)
    assert.equal(response.serializer, "Phoenix.Socket.V2.JSONSerializer")
  },

  async "push and reply"(){
    const payload = {n: 1, list: [1, 2.5, null, true, "é✓😀"], nested: {a: {}}}
    assert.deepEqual(await outcome(annRoom.push("echo", payload)), {status: "ok", response: payload})
    assert.deepEqual(await outcome(annRoom.push("echo_error", {why: "no"})), {status: "error", response: {why: "no"}})
    assert.deepEqual(await outcome(annRoom.push("status", {status: "custom"}), "custom"),
      {status: "custom", response: {status: "custom"}})
    assert.deepEqual(await outcome(annRoom.push("ok_only", {})), {status: "ok", response: {}})
    assert.equal((await outcome(annRoom.push("delay", {ms: 50}))).status, "ok")
  },

  async "a push that gets no reply times out"(){
    assert.equal((await outcome(annRoom.push("noreply", {}, 150))).status, "timeout")
  },

  async "pushes sent together are answered in order"(){
    const pushes = Array.from({length: 250}, (_, i) => outcome(annRoom.push("echo", {i})))
    const replies = await Promise.all(pushes)
    assert.deepEqual(replies.map(reply => reply.response.i), replies.map((_, i) => i))
  },

  async "server pushes arrive in order"(){
    const seen = []
    const ref = annRoom.on("tick", tick => seen.push(tick.n))
    const {response} = await outcome(annRoom.push("flood", {n: 500, reply: true}))
    annRoom.off("tick", ref)
    assert.equal(response.n, 500)
    assert.deepEqual(seen, Array.from({length: 500}, (_, i) => i + 1))
  },

  async "a rejected join is an error and is tried again"(){
    const channel = ann.channel("room:rejected", {reject: true})
    let errors = 0
    const push = channel.join()
    await called("second rejection", done => push.receive("error", response => {
      assert.deepEqual(response, {reason: "rejected"})
      if(++errors === 2){ done() }
    }))
    channel.leave()
  },

  async "unmatched topics and crashing joins are errors"(){
    for(const [topic, params, reason] of [
      ["nope:1", {}, "unmatched topic"],
      ["room:crash", {crash: true}, "join crashed"],
    ]){
      const channel = ann.channel(topic, params)
      assert.deepEqual(await outcome(channel.join()), {status: "error", response: {reason}})
      channel.leave()
    }
  },

  async "broadcasts reach both clients, or all but the sender"(){
    const both = [nextEvent(annRoom, "shout"), nextEvent(bobRoom, "shout")]
    annRoom.push("shout", {from: "ann"})
    assert.deepEqual(await Promise.all(both), [{from: "ann"}, {from: "ann"}])

    let echoed = false
    const ref = annRoom.on("shout_from", () => { echoed = true })
    const heard = nextEvent(bobRoom, "shout_from")
    annRoom.push("shout_from", {secret: 1})
    assert.deepEqual(await heard, {secret: 1})
    await outcome(annRoom.push("ok_only", {})) // whatever was sent before has arrived by now
    annRoom.off("shout_from", ref)
    assert.equal(echoed, false)
  },

  async "presence of both: join, update, second device, leave"(){
    const topic = "room:presence"
    const watching = ann.channel(topic, {device: "laptop"})
    const presence = new Presence(watching)
    const log = []
    presence.onJoin((id, current, joined) => log.push(`join ${id} ${joined.metas[0].device} ${current ? current.metas.length : 0}`))
    presence.onLeave((id, current, left) => log.push(`leave ${id} ${left.metas[0].device} ${current.metas.length}`))
    const synced = until => called("presence sync", done => {
      const check = () => { if(until()){ done() } }
      presence.onSync(check)
      check()
    })
    const users = () => presence.list(id => id).sort().join()
    const devices = () => (presence.state.bob ? presence.state.bob.metas : []).map(meta => meta.device).join()

    await outcome(watching.join())
    await synced(() => users() === "ann")

    const phone = await join(bob, topic, {device: "phone"})
    await synced(() => users() === "ann,bob")
    assert.equal((await outcome(phone.push("update_meta", {device: "tablet"}))).status, "ok")
    await synced(() => devices() === "tablet")
    assert.match(presence.state.bob.metas[0].phx_ref_prev, /^[\w-]{16}$/)

    const other = client("bob")
    await join(other, topic, {device: "watch"})
    await synced(() => devices() === "tablet,watch")
    other.disconnect()
    await synced(() => devices() === "tablet")
    phone.leave()
    await synced(() => users() === "ann")
    // ann's own diff comes before the state, so this client reports her twice
    assert.deepEqual(log, [
      "join ann laptop 0", "join ann laptop 1", "join bob phone 0", "join bob tablet 1", "leave bob phone 1",
      "join bob watch 1", "leave bob watch 1", "leave bob tablet 0",
    ])
    watching.leave()
  },

  async "a crashed channel tells and rejoins"(){
    const crashed = called("onError", done => annRoom.onError(done))
    annRoom.push("crash", {}).receive("ok", () => assert.fail("a crash is not a reply"))
    assert.deepEqual(await crashed, {reason: "channel_crash"})
    await called("rejoin", done => annRoom.joinPush.receive("ok", done))
    assert.deepEqual(await outcome(annRoom.push("echo", {back: true})), {status: "ok", response: {back: true}})
  },

  async "a stopped channel closes"(){
    const channel = await join(ann, "room:stop")
    const closed = called("onClose", done => channel.onClose(() => done(true)))
    assert.deepEqual(await outcome(channel.push("stop_reply", {last: 1})), {status: "ok", response: {last: 1}})
    assert.equal(await closed, true)
  },

  async "binary payloads"(){
    const sent = new Uint8Array([0, 1, 2, 0xfd, 0xfe, 0xff])
    if(!overWebSocket){ // the real server cannot send these bytes over long poll
      assert.deepEqual(await outcome(annRoom.push("ok_only", sent.buffer)), {status: "ok", response: {}})
      return
    }
    const reply = await outcome(annRoom.push("binary", sent.buffer))
    assert.equal(reply.status, "ok")
    assert.deepEqual(bytes(reply.response), [...sent])
    const pushed = nextEvent(annRoom, "bin")
    assert.deepEqual(await outcome(annRoom.push("push_binary", {size: 3})), {status: "ok", response: {bytes: 3}})
    assert.deepEqual(bytes(await pushed), [0, 1, 2])
    const heard = [nextEvent(annRoom, "bin_all"), nextEvent(bobRoom, "bin_all")]
    annRoom.push("broadcast_binary", sent.buffer)
    for(const payload of await Promise.all(heard)){ assert.deepEqual(bytes(payload), [...sent]) }
  },

  async "the game channel"(){
    const channel = ann.channel("game:js", {})
    const joined = await outcome(channel.join())
    assert.match(joined.response.connection_id, /^\w{16,}$/)
    assert.deepEqual(await outcome(channel.push("ping", {})), {status: "ok", response: {pong: "success!"}})
    assert.equal((await outcome(channel.push("ping", {error: true}))).status, "error")
    const pong = nextEvent(channel, "pong")
    channel.push("ping", {broadcast: true})
    assert.equal((await pong).pong, "success!")
    channel.leave()
  },

  async "heartbeats are answered"(){
    let closes = 0
    ann.onClose(() => closes++)
    if(overWebSocket){ // the client sends none over long poll
      let answered = 0
      await called("three heartbeats", done => ann.onMessage(({topic, event}) => {
        if(topic === "phoenix" && event === "phx_reply" && ++answered === 3){ done() }
      }))
    }
    assert.ok(await called("ping", done => ann.ping(done)) >= 0)
    assert.equal(closes, 0)
  },

  async "after a server disconnect the client reconnects and rejoins"(){
    const opened = called("reopened socket", done => bob.onOpen(done))
    const joinRef = bobRoom.joinRef()
    const rejoined = called("reply of the next join", done => bob.onMessage(({topic, event, join_ref, payload}) => {
      if(topic === bobRoom.topic && event === "phx_reply" && join_ref !== joinRef && payload.status === "ok"){ done() }
    }))
    bobRoom.push("disconnect_me", {})
    await opened
    await rejoined
    assert.deepEqual(await outcome(bobRoom.push("echo", {again: 1})), {status: "ok", response: {again: 1}})
  },

  async "leave"(){
    const left = await outcome(annRoom.leave())
    assert.equal(left.status, "ok")
    assert.equal(annRoom.state, "closed")
  },

  async "disconnect"(){
    for(const socket of [ann, bob]){
      await called("disconnect", done => socket.disconnect(() => done(true)))
      assert.equal(socket.isConnected(), false)
    }
  },
}

for(const [name, step] of Object.entries(steps)){
  try {
    await step()
  } catch(error){
    console.log(`not ok ${name}: ${error.stack}`)
    process.exit(1)
  }
  console.log(`ok ${name}`)
}
console.log(`passed ${Object.keys(steps).length} steps over ${transportName}`)
process.exit(0)
