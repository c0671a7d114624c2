// Typed wrappers of the addon Phoenix Channels for Godot. Copy this file into a C# project that has the addon.
// Generated from the help of the classes by scripts/csharp; do not edit it.

using System;
using System.Threading.Tasks;
using Godot;
using Godot.Collections;
using Array = Godot.Collections.Array;

namespace PhoenixChannels
{
    /// <summary>What the wrappers share. Two of them may wrap the same instance.</summary>
    public abstract class PhoenixObject<T> where T : GodotObject
    {
        /// <summary>The wrapped object: add a socket's to the tree.</summary>
        public T Instance { get; }

        protected PhoenixObject(T instance)
        {
            Instance = instance ?? throw new ArgumentNullException(nameof(instance));
        }

        protected static GodotObject Instantiate(string type) =>
            ClassDB.Instantiate(type).AsGodotObject() ?? throw new InvalidOperationException(
                type + " does not exist. Install addons/phoenix_channels with a library for this platform, and import the project once.");

        // A static method can be called on an instance, on each version of the engine.
        protected static Variant CallStatic(string type, string method, params Variant[] arguments)
        {
            var any = Instantiate(type);
            try
            {
                return any.Call(method, arguments);
            }
            finally
            {
                if (any is RefCounted)
                {
                    any.Dispose();
                }
                else
                {
                    any.Free();
                }
            }
        }

        protected static Variant InstanceOf<TOther>(PhoenixObject<TOther> wrapper) where TOther : GodotObject =>
            wrapper == null ? default : Variant.From<GodotObject>(wrapper.Instance);

        protected static Variant OrEmpty(Variant value) =>
            value.VariantType == Variant.Type.Nil ? Variant.From(new Dictionary()) : value;

        protected static TWrapper[] WrapAll<TWrapper>(Variant values, Func<Variant, TWrapper> wrap)
        {
            var array = values.AsGodotArray();
            var wrappers = new TWrapper[array.Count];
            for (var i = 0; i < wrappers.Length; i++)
            {
                wrappers[i] = wrap(array[i]);
            }
            return wrappers;
        }
    }

    /// <summary>A topic on a Phoenix server, to join, push to and receive events from.</summary>
    public sealed class PhoenixChannel : PhoenixObject<Node>
    {
        public enum ChannelStates
        {
            /// <summary>Not joined and not joining.</summary>
            Closed = 0,
            /// <summary>Refused, crashed or disconnected; it rejoins automatically.</summary>
            Errored = 1,
            /// <summary>Joined.</summary>
            Joined = 2,
            /// <summary>Waiting for the reply to a join, or for the connection.</summary>
            Joining = 3,
            /// <summary>Waiting for the reply to a leave.</summary>
            Leaving = 4,
        }

        /// <summary>Creates an instance.</summary>
        public PhoenixChannel() : this((Node)Instantiate("PhoenixChannel")) { }

        /// <summary>Wraps an instance, such as a node of a scene.</summary>
        public PhoenixChannel(Node instance) : base(instance) { }

        internal static PhoenixChannel Wrap(Variant instance) =>
            instance.AsGodotObject() is Node existing ? new PhoenixChannel(existing) : null;

        /// <summary>If <c>true</c>, the node joins its topic automatically in the first frame after it entered the tree, after the scene's <c>Node._ready</c> functions have run, or once its socket is connected</summary>
        public bool AutoJoin
        {
            get => Instance.Get("auto_join").AsBool();
            set => Instance.Set("auto_join", value);
        }

        /// <summary>Params of the join, passed to the server's <c>join/3</c></summary>
        public Variant Params
        {
            get => Instance.Get("params");
            set => Instance.Set("params", value);
        }

        /// <summary>A PhoenixPresence that tracks this channel.</summary>
        public PhoenixPresence Presence
        {
            get => PhoenixPresence.Wrap(Instance.Get("presence"));
            set => Instance.Set("presence", InstanceOf(value));
        }

        /// <summary>The state of the channel, visible in the debugger's remote inspector.</summary>
        public PhoenixChannel.ChannelStates State
        {
            get => (PhoenixChannel.ChannelStates)Instance.Get("state").AsInt64();
        }

        /// <summary>The topic, such as <c>"room:lobby"</c>.</summary>
        public string Topic
        {
            get => Instance.Get("topic").AsString();
            set => Instance.Set("topic", value);
        }

        /// <summary>Returns <c>true</c> if the channel is joined and its socket connected, so that a push is sent immediately instead of queued.</summary>
        public bool CanPush(string @event = "") =>
            Instance.Call("can_push", @event).AsBool();

        /// <summary>Closes the channel immediately</summary>
        public void Close(Dictionary @params = null, bool shouldRejoin = false) =>
            Instance.Call("close", @params ?? new Dictionary(), shouldRejoin);

        /// <summary>Returns <c>true</c> if the channel is not joined and does not join automatically</summary>
        public bool IsClosed() =>
            Instance.Call("is_closed").AsBool();

        /// <summary>Returns <c>true</c> if the join was refused or timed out, the channel crashed, or the connection was lost.</summary>
        public bool IsErrored() =>
            Instance.Call("is_errored").AsBool();

        /// <summary>Returns <c>true</c> if the channel is joined.</summary>
        public bool IsJoined() =>
            Instance.Call("is_joined").AsBool();

        /// <summary>Returns <c>true</c> while the channel waits for the reply to its join, or for the connection.</summary>
        public bool IsJoining() =>
            Instance.Call("is_joining").AsBool();

        /// <summary>Returns <c>true</c> while the channel waits for the reply to its leave.</summary>
        public bool IsLeaving() =>
            Instance.Call("is_leaving").AsBool();

        /// <summary>Joins the topic, now or once the socket is connected.</summary>
        public PhoenixPush Join(long timeout = -1) =>
            PhoenixPush.Wrap(Instance.Call("join", timeout));

        /// <summary>Leaves the topic</summary>
        public PhoenixPush Leave(long timeout = -1) =>
            PhoenixPush.Wrap(Instance.Call("leave", timeout));

        /// <summary>Removes a handler added with <c>on</c></summary>
        public void Off(string @event, Callable callable = default) =>
            Instance.Call("off", @event, callable);

        /// <summary>Calls <c>callable</c> with the payload of each message of this <c>event</c> that the server pushes or broadcasts, after <c>on_event</c>.</summary>
        public void On(string @event, Callable callable) =>
            Instance.Call("on", @event, callable);

        /// <summary>Sends an event and returns a PhoenixPush for its reply.</summary>
        public PhoenixPush Push(string @event, Variant payload = default, long timeout = -1) =>
            PhoenixPush.Wrap(Instance.Call("push", @event, OrEmpty(payload), timeout));

        /// <summary>Emitted when the channel is closed.</summary>
        public event Action<Dictionary> OnClose
        {
            add => Instance.Connect("on_close", Callable.From(value));
            remove => Instance.Disconnect("on_close", Callable.From(value));
        }

        /// <summary>Emitted when the channel crashed on the server, with the server's payload, or lost its connection, with <c>{source = "transport", reason}</c>.</summary>
        public event Action<Variant> OnError
        {
            add => Instance.Connect("on_error", Callable.From(value));
            remove => Instance.Disconnect("on_error", Callable.From(value));
        }

        /// <summary>Emitted for each event of the channel, in order.</summary>
        public event Action<string, Variant, string> OnEvent
        {
            add => Instance.Connect("on_event", Callable.From(value));
            remove => Instance.Disconnect("on_event", Callable.From(value));
        }

        /// <summary>Emitted with each outcome of the join and of the rejoins</summary>
        public event Action<string, Variant> OnJoinResult
        {
            add => Instance.Connect("on_join_result", Callable.From(value));
            remove => Instance.Disconnect("on_join_result", Callable.From(value));
        }
    }

    /// <summary>Godot's own multiplayer over a channel of a Phoenix server.</summary>
    public sealed class PhoenixMultiplayerPeer : PhoenixObject<MultiplayerPeerExtension>
    {
        public enum Role
        {
            /// <summary>The first peer opens the room and becomes its host, others join it as clients.</summary>
            Auto = 0,
            /// <summary>The peer opens the room and becomes its host.</summary>
            Host = 1,
            /// <summary>The peer joins an existing room.</summary>
            Client = 2,
        }

        public enum ShapeEnum
        {
            /// <summary>The host has the id 1, and introduces the others to each other.</summary>
            Host = 0,
            /// <summary>No peer has the id 1.</summary>
            Mesh = 1,
        }

        /// <summary>Creates an instance.</summary>
        public PhoenixMultiplayerPeer() : this((MultiplayerPeerExtension)Instantiate("PhoenixMultiplayerPeer")) { }

        /// <summary>Wraps an instance, such as a node of a scene.</summary>
        public PhoenixMultiplayerPeer(MultiplayerPeerExtension instance) : base(instance) { }

        internal static PhoenixMultiplayerPeer Wrap(Variant instance) =>
            instance.AsGodotObject() is MultiplayerPeerExtension existing ? new PhoenixMultiplayerPeer(existing) : null;

        /// <summary>The channel that the peer has joined, or <c>null</c> once the channel was freed.</summary>
        public PhoenixChannel Channel
        {
            get => PhoenixChannel.Wrap(Instance.Get("channel"));
        }

        /// <summary>The id of the room's host, or 0 if there is none or the peer is not connected.</summary>
        public long HostId
        {
            get => Instance.Get("host_id").AsInt64();
        }

        /// <summary>The shape of the room.</summary>
        public PhoenixMultiplayerPeer.ShapeEnum Shape
        {
            get => (PhoenixMultiplayerPeer.ShapeEnum)Instance.Get("shape").AsInt64();
        }

        /// <summary>Returns a new peer, and joins <c>channel</c>, which must not be joined yet.</summary>
        public static PhoenixMultiplayerPeer Create(PhoenixChannel channel, Dictionary options = null) =>
            PhoenixMultiplayerPeer.Wrap(CallStatic("PhoenixMultiplayerPeer", "create", InstanceOf(channel), options ?? new Dictionary()));

        /// <summary>Returns information about another peer in the room, as <c>{id, info, round_trip_ms, is_away, is_host}</c></summary>
        public Dictionary GetPeerInfo(long id) =>
            Instance.Call("get_peer_info", id).AsGodotDictionary();

        /// <summary>Returns the ids of the other peers in the room, in ascending order.</summary>
        public int[] GetPeers() =>
            Instance.Call("get_peers").AsInt32Array();

        /// <summary>Returns the peer's statistics since it was created, even after the session has ended.</summary>
        public Dictionary GetStatistics() =>
            Instance.Call("get_statistics").AsGodotDictionary();

        /// <summary>Returns <c>true</c> if the room is locked</summary>
        public bool IsLocked() =>
            Instance.Call("is_locked").AsBool();

        /// <summary>Returns a random code for a new room, of 1 to 64 capital letters and digits.</summary>
        public static string MakeCode(long length = 6) =>
            CallStatic("PhoenixMultiplayerPeer", "make_code", length).AsString();

        /// <summary>Emitted when the connection to the relay is lost.</summary>
        public event Action ConnectionLost
        {
            add => Instance.Connect("connection_lost", Callable.From(value));
            remove => Instance.Disconnect("connection_lost", Callable.From(value));
        }

        /// <summary>Emitted when the peer has resumed its seat, after <c>gap_ms</c> milliseconds without a connection.</summary>
        public event Action<long> ConnectionResumed
        {
            add => Instance.Connect("connection_resumed", Callable.From(value));
            remove => Instance.Disconnect("connection_resumed", Callable.From(value));
        }

        /// <summary>Emitted when the session has ended, unless the game has closed the peer.</summary>
        public event Action<string> Ended
        {
            add => Instance.Connect("ended", Callable.From(value));
            remove => Instance.Disconnect("ended", Callable.From(value));
        }

        /// <summary>Emitted in rooms of the shape <c>SHAPE_MESH</c> when the peer has joined and knows the host, and when the room has a new host.</summary>
        public event Action<long> HostChanged
        {
            add => Instance.Connect("host_changed", Callable.From(value));
            remove => Instance.Disconnect("host_changed", Callable.From(value));
        }
    }

    /// <summary>The list of clients present in a channel.</summary>
    public sealed class PhoenixPresence : PhoenixObject<Node>
    {
        /// <summary>Creates an instance.</summary>
        public PhoenixPresence() : this((Node)Instantiate("PhoenixPresence")) { }

        /// <summary>Wraps an instance, such as a node of a scene.</summary>
        public PhoenixPresence(Node instance) : base(instance) { }

        internal static PhoenixPresence Wrap(Variant instance) =>
            instance.AsGodotObject() is Node existing ? new PhoenixPresence(existing) : null;

        /// <summary>If <c>true</c>, the node tracks its channel.</summary>
        public bool AutoSync
        {
            get => Instance.Get("auto_sync").AsBool();
            set => Instance.Set("auto_sync", value);
        }

        /// <summary>Removes all presences, and emits one <c>on_leave</c> for them and <c>on_sync</c> if there were any.</summary>
        public void Clear() =>
            Instance.Call("clear");

        /// <summary>Returns the number of keys present.</summary>
        public long GetCount() =>
            Instance.Call("get_count").AsInt64();

        /// <summary>Returns the keys of all presences, in order of arrival.</summary>
        public string[] GetKeys() =>
            Instance.Call("get_keys").AsStringArray();

        /// <summary>Returns a copy of the presence of one key, or an empty Dictionary if it is not present.</summary>
        public Dictionary GetPresence(string key) =>
            Instance.Call("get_presence", key).AsGodotDictionary();

        /// <summary>Returns all presences by key, in order of arrival.</summary>
        public Dictionary GetState() =>
            Instance.Call("get_state").AsGodotDictionary();

        /// <summary>Returns <c>true</c> if the key is present.</summary>
        public bool Has(string key) =>
            Instance.Call("has", key).AsBool();

        /// <summary>Returns all presences in order of arrival, or the results of <c>chooser</c> for each</summary>
        public Array List(Callable chooser = default) =>
            Instance.Call("list", chooser).AsGodotArray();

        /// <summary>Applies a diff, <c>{joins, leaves}</c> as in the event <c>presence_diff</c>, and returns the new state.</summary>
        public Dictionary SyncDiff(Dictionary diff) =>
            Instance.Call("sync_diff", diff).AsGodotDictionary();

        /// <summary>Applies a complete list, as in the event <c>presence_state</c>, and returns the new state.</summary>
        public Dictionary SyncState(Dictionary state) =>
            Instance.Call("sync_state", state).AsGodotDictionary();

        /// <summary>Emitted with the keys that joined, up to 250 at a time, as <c>{key, current_presence, new_presence}</c> each</summary>
        public event Action<Array> OnJoin
        {
            add => Instance.Connect("on_join", Callable.From(value));
            remove => Instance.Disconnect("on_join", Callable.From(value));
        }

        /// <summary>Emitted with the keys that left, up to 250 at a time, as <c>{key, current_presence, left_presence}</c> each</summary>
        public event Action<Array> OnLeave
        {
            add => Instance.Connect("on_leave", Callable.From(value));
            remove => Instance.Disconnect("on_leave", Callable.From(value));
        }

        /// <summary>Emitted after each state or diff, once <c>on_join</c> and <c>on_leave</c> have reported all of it.</summary>
        public event Action OnSync
        {
            add => Instance.Connect("on_sync", Callable.From(value));
            remove => Instance.Disconnect("on_sync", Callable.From(value));
        }
    }

    /// <summary>A message that was sent, and its reply.</summary>
    public sealed class PhoenixPush : PhoenixObject<RefCounted>
    {
        /// <summary>Creates an instance.</summary>
        public PhoenixPush() : this((RefCounted)Instantiate("PhoenixPush")) { }

        /// <summary>Wraps an instance, such as a node of a scene.</summary>
        public PhoenixPush(RefCounted instance) : base(instance) { }

        internal static PhoenixPush Wrap(Variant instance) =>
            instance.AsGodotObject() is RefCounted existing ? new PhoenixPush(existing) : null;

        /// <summary>Returns the event of the push</summary>
        public string GetEvent() =>
            Instance.Call("get_event").AsString();

        /// <summary>Returns the server's reply</summary>
        public Variant GetResponse() =>
            Instance.Call("get_response");

        /// <summary>Returns the status of the completed push, or an empty String before.</summary>
        public string GetStatus() =>
            Instance.Call("get_status").AsString();

        /// <summary>Returns <c>true</c> once the push has completed.</summary>
        public bool IsCompleted() =>
            Instance.Call("is_completed").AsBool();

        /// <summary>Calls <c>callable</c> with the response when the push completes with this <c>status</c>.</summary>
        public PhoenixPush Receive(string status, Callable callable) =>
            PhoenixPush.Wrap(Instance.Call("receive", status, callable));

        /// <summary>Emitted once, when the push completes.</summary>
        public event Action<string, Variant> Completed
        {
            add => Instance.Connect("completed", Callable.From(value));
            remove => Instance.Disconnect("completed", Callable.From(value));
        }

        /// <summary>Waits for the reply, and returns its status and response.</summary>
        public async Task<(string Status, Variant Response)> Reply()
        {
            if (!IsCompleted())
            {
                await Instance.ToSignal(Instance, "completed");
            }
            return (GetStatus(), GetResponse());
        }
    }

    /// <summary>A connection to a Phoenix server, with its channels.</summary>
    public sealed class PhoenixSocket : PhoenixObject<Node>
    {
        public enum StateEnum
        {
            /// <summary>Not connected, and not connecting.</summary>
            Closed = 0,
            /// <summary>Connecting.</summary>
            Connecting = 1,
            /// <summary>Connected.</summary>
            Open = 2,
            /// <summary>Sending the remaining pushes and closing the connection.</summary>
            Closing = 3,
        }

        public enum TransportEnum
        {
            /// <summary>One WebSocket.</summary>
            Websocket = 0,
            /// <summary>HTTP requests that wait for messages, for networks that block WebSockets.</summary>
            Longpoll = 1,
        }

        /// <summary>Creates an instance.</summary>
        public PhoenixSocket() : this((Node)Instantiate("PhoenixSocket")) { }

        /// <summary>Wraps an instance, such as a node of a scene.</summary>
        public PhoenixSocket(Node instance) : base(instance) { }

        internal static PhoenixSocket Wrap(Variant instance) =>
            instance.AsGodotObject() is Node existing ? new PhoenixSocket(existing) : null;

        /// <summary>A token that identifies the client to the server, for sockets with codeauth_token</summary>
        public Variant AuthToken
        {
            get => Instance.Get("auth_token");
            set => Instance.Set("auth_token", value);
        }

        /// <summary>If <c>true</c>, the node connects automatically in the first frame after it entered the tree, after the scene's <c>Node._ready</c> functions have run.</summary>
        public bool AutoConnect
        {
            get => Instance.Get("auto_connect").AsBool();
            set => Instance.Set("auto_connect", value);
        }

        /// <summary>If <c>true</c>, WebSocket messages are compressed if the server supports it (in its endpoint</summary>
        public bool Compression
        {
            get => Instance.Get("compression").AsBool();
            set => Instance.Set("compression", value);
        }

        /// <summary>If <c>true</c>, prints the connection's events, including each incoming and outgoing message, up to 2000 bytes of it.</summary>
        public bool DebugLog
        {
            get => Instance.Get("debug_log").AsBool();
            set => Instance.Set("debug_log", value);
        }

        /// <summary>URL of the server's socket, as in <c>socket "/socket", …</c> of its endpoint</summary>
        public string Endpoint
        {
            get => Instance.Get("endpoint").AsString();
            set => Instance.Set("endpoint", value);
        }

        /// <summary>Additional HTTP headers of the connection request, names and values, both Strings</summary>
        public Dictionary Headers
        {
            get => Instance.Get("headers").AsGodotDictionary();
            set => Instance.Set("headers", value);
        }

        /// <summary>Milliseconds between heartbeats, and the time allowed for their answer before the connection counts as lost.</summary>
        public long HeartbeatInterval
        {
            get => Instance.Get("heartbeat_interval").AsInt64();
            set => Instance.Set("heartbeat_interval", value);
        }

        /// <summary>If not <c>0</c>, the socket switches to <c>LONGPOLL</c> when no WebSocket could be opened, or none that carries messages, within this many milliseconds</summary>
        public long LongpollFallbackAfter
        {
            get => Instance.Get("longpoll_fallback_after").AsInt64();
            set => Instance.Set("longpoll_fallback_after", value);
        }

        /// <summary>Largest message, in bytes, that the server may send; at most 1 GiB.</summary>
        public long MaxMessageSize
        {
            get => Instance.Get("max_message_size").AsInt64();
            set => Instance.Set("max_message_size", value);
        }

        /// <summary>Maximum number of messages and other events delivered in one frame, so that a burst does not delay the frame; <c>0</c> means no limit.</summary>
        public long MaxMessagesPerFrame
        {
            get => Instance.Get("max_messages_per_frame").AsInt64();
            set => Instance.Set("max_messages_per_frame", value);
        }

        /// <summary>Maximum size, in bytes, of undelivered messages and of the values created from them.</summary>
        public long MaxQueuedBytes
        {
            get => Instance.Get("max_queued_bytes").AsInt64();
            set => Instance.Set("max_queued_bytes", value);
        }

        /// <summary>Params of the connection, passed to the server's <c>connect/3</c></summary>
        public Variant Params
        {
            get => Instance.Get("params");
            set => Instance.Set("params", value);
        }

        /// <summary>Proxy for the connection, as a URL</summary>
        public string Proxy
        {
            get => Instance.Get("proxy").AsString();
            set => Instance.Set("proxy", value);
        }

        /// <summary>Delays before each further attempt to connect, in milliseconds; the last value repeats.</summary>
        public int[] ReconnectAfter
        {
            get => Instance.Get("reconnect_after").AsInt32Array();
            set => Instance.Set("reconnect_after", value);
        }

        /// <summary>Randomizes the delays of <c>reconnect_after</c> and <c>rejoin_after</c>, from <c>0</c> to <c>1</c>, so that a game's players do not all return at once</summary>
        public double ReconnectJitter
        {
            get => Instance.Get("reconnect_jitter").AsDouble();
            set => Instance.Set("reconnect_jitter", value);
        }

        /// <summary>Delays before each further attempt to join a channel that was refused or crashed, in milliseconds; the last value repeats.</summary>
        public int[] RejoinAfter
        {
            get => Instance.Get("rejoin_after").AsInt32Array();
            set => Instance.Set("rejoin_after", value);
        }

        /// <summary>If <c>true</c>, <c>on_sent</c> is emitted for each outgoing message, for tools that show the traffic.</summary>
        public bool ReportSent
        {
            get => Instance.Get("report_sent").AsBool();
            set => Instance.Set("report_sent", value);
        }

        /// <summary>The round trip of the latest heartbeat or <c>ping</c>, in milliseconds; <c>0.0</c> before the first.</summary>
        public double RoundTripMs
        {
            get => Instance.Get("round_trip_ms").AsDouble();
        }

        /// <summary>A simulated bad network, to test how the game copes with one.</summary>
        public Dictionary Simulation
        {
            get => Instance.Get("simulation").AsGodotDictionary();
            set => Instance.Set("simulation", value);
        }

        /// <summary>The state of the connection.</summary>
        public PhoenixSocket.StateEnum State
        {
            get => (PhoenixSocket.StateEnum)Instance.Get("state").AsInt64();
        }

        /// <summary>Time limit in milliseconds for an attempt to connect, and for the reply to a push, a join or a leave.</summary>
        public long Timeout
        {
            get => Instance.Get("timeout").AsInt64();
            set => Instance.Set("timeout", value);
        }

        /// <summary>TLS settings of a <c>wss://</c> endpoint, with the same meaning as for WebSocketPeer.</summary>
        public TlsOptions TlsOptions
        {
            get => (TlsOptions)Instance.Get("tls_options").AsGodotObject();
            set => Instance.Set("tls_options", value);
        }

        /// <summary>The transport of the messages.</summary>
        public PhoenixSocket.TransportEnum Transport
        {
            get => (PhoenixSocket.TransportEnum)Instance.Get("transport").AsInt64();
            set => Instance.Set("transport", (long)value);
        }

        /// <summary>Returns <c>true</c> if the socket is connected, so that a push is sent immediately.</summary>
        public bool CanPush(string @event = "") =>
            Instance.Call("can_push", @event).AsBool();

        /// <summary>Creates a channel for <c>topic</c>, adds it as a child of this node and returns it.</summary>
        public PhoenixChannel Channel(string topic, Variant @params = default, PhoenixPresence presence = null) =>
            PhoenixChannel.Wrap(Instance.Call("channel", topic, OrEmpty(@params), InstanceOf(presence)));

        /// <summary>Connects, and stays connected until <c>disconnect_socket</c></summary>
        public Error ConnectSocket() =>
            (Error)Instance.Call("connect_socket").AsInt64();

        /// <summary>Creates a socket; add it to the tree.</summary>
        public static PhoenixSocket Create(string endpoint, Dictionary options = null) =>
            PhoenixSocket.Wrap(CallStatic("PhoenixSocket", "create", endpoint, options ?? new Dictionary()));

        /// <summary>Closes the connection and stops reconnecting.</summary>
        public Error DisconnectSocket(long code = 1000, string reason = "") =>
            (Error)Instance.Call("disconnect_socket", code, reason).AsInt64();

        /// <summary>Returns this socket's channels that have not been freed, joined or not</summary>
        public PhoenixChannel[] GetChannels() =>
            WrapAll(Instance.Call("get_channels"), PhoenixChannel.Wrap);

        /// <summary>Returns <c>true</c> if the socket is connected</summary>
        public bool GetIsConnected() =>
            Instance.Call("get_is_connected").AsBool();

        /// <summary>Returns <c>true</c> during an attempt to connect</summary>
        public bool GetIsConnecting() =>
            Instance.Call("get_is_connecting").AsBool();

        /// <summary>Returns the current values of all settable properties of this class, by name.</summary>
        public Dictionary GetSettings() =>
            Instance.Call("get_settings").AsGodotDictionary();

        /// <summary>Returns the socket's statistics</summary>
        public Dictionary GetStatistics() =>
            Instance.Call("get_statistics").AsGodotDictionary();

        /// <summary>Returns a message reference for <c>push</c> that no other message of this socket has.</summary>
        public string MakeRef() =>
            Instance.Call("make_ref").AsString();

        /// <summary>Measures the round trip to the server.</summary>
        public PhoenixPush Ping() =>
            PhoenixPush.Wrap(Instance.Call("ping"));

        /// <summary>Sends a raw message with the keys <c>topic</c> and <c>event</c>, and optionally <c>payload</c>, <c>ref</c> and <c>join_ref</c>.</summary>
        public Error Push(Dictionary message) =>
            (Error)Instance.Call("push", message).AsInt64();

        /// <summary>Starts the next attempt to connect immediately, instead of after the delay of <c>reconnect_after</c>, for example when the player presses "Retry".</summary>
        public void ReconnectNow() =>
            Instance.Call("reconnect_now");

        /// <summary>Reports the state of the device's network, for example from a plugin for phones.</summary>
        public void SetOnline(bool online) =>
            Instance.Call("set_online", online);

        /// <summary>Emitted once when a connection, or an attempt to connect, has ended, and when <c>disconnect_socket</c> has cancelled the next attempt.</summary>
        public event Action<Dictionary> OnClose
        {
            add => Instance.Connect("on_close", Callable.From(value));
            remove => Instance.Disconnect("on_close", Callable.From(value));
        }

        /// <summary>Emitted with <c>true</c> when an attempt to connect starts, and with <c>false</c> when it has ended, successfully or not.</summary>
        public event Action<bool> OnConnecting
        {
            add => Instance.Connect("on_connecting", Callable.From(value));
            remove => Instance.Disconnect("on_connecting", Callable.From(value));
        }

        /// <summary>Emitted when an attempt to connect failed, the connection was lost without a close frame, the server closed it because of a message or a missing heartbeat (<c>1002</c>, <c>1003</c>, <c>1007</c>, <c>1009</c>, <c>1010</c>), or the server sent an invalid message or presence.</summary>
        public event Action<Dictionary> OnError
        {
            add => Instance.Connect("on_error", Callable.From(value));
            remove => Instance.Disconnect("on_error", Callable.From(value));
        }

        /// <summary>Emitted for each incoming message of all channels, after the channels' own signals, for tools that show the traffic; <c>on_sent</c> is for outgoing messages.</summary>
        public event Action<string, string, Variant, string, string> OnMessage
        {
            add => Instance.Connect("on_message", Callable.From(value));
            remove => Instance.Disconnect("on_message", Callable.From(value));
        }

        /// <summary>Emitted each time the socket has connected.</summary>
        public event Action<Dictionary> OnOpen
        {
            add => Instance.Connect("on_open", Callable.From(value));
            remove => Instance.Disconnect("on_open", Callable.From(value));
        }

        /// <summary>Emitted for each outgoing message, including joins, leaves and heartbeats, while <c>report_sent</c> is <c>true</c>.</summary>
        public event Action<string, string, Variant, string, string> OnSent
        {
            add => Instance.Connect("on_sent", Callable.From(value));
            remove => Instance.Disconnect("on_sent", Callable.From(value));
        }
    }
}
