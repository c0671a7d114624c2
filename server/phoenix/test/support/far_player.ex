defmodule GameServer.FarPlayer do
  @moduledoc """
  A process on another node that does what it is told and lives on. It may be a client there: it
  holds a socket as a transport does, or one for `Phoenix.ChannelTest`.
  """

  alias GameServerWeb.ChannelCase
  alias GameServerWeb.Endpoint
  alias GameServerWeb.UserSocket
  alias Phoenix.ChannelTest
  alias Phoenix.Socket.V2.JSONSerializer

  @doc "Starts one, linked to nobody."
  @spec start(node) :: pid
  def start(node), do: Node.spawn(node, __MODULE__, :loop, [])

  @doc "Has it call a function, and gives the result."
  @spec call(pid, module, atom, list) :: term
  def call(player, module, function, arguments) do
    ref = make_ref()
    send(player, {self(), ref, module, function, arguments})

    receive do
      {^ref, result} -> result
    after
      10_000 -> raise "the player on #{node(player)} does not answer"
    end
  end

  @doc "Has it connect as this user and join a topic: the join's reply."
  @spec join(pid, String.t(), String.t()) :: term
  def join(player, user_id, topic), do: call(player, __MODULE__, :do_join, [user_id, topic])

  @doc "Has it connect as this user: a socket with which it can call `Phoenix.ChannelTest`, whose `connect/3` is for tests' own processes."
  @spec connected(pid, String.t()) :: Phoenix.Socket.t()
  def connected(player, user_id), do: call(player, __MODULE__, :do_connect, [user_id])

  @doc "Has it push to the topic that it joined."
  @spec push(pid, String.t(), map) :: :ok
  def push(player, event, payload), do: call(player, __MODULE__, :do_push, [event, payload])

  @doc "The next shot, hit or message that its channel pushes: the event and the payload."
  @spec next_push(pid) :: {String.t(), term}
  def next_push(player), do: call(player, __MODULE__, :do_receive, [])

  @doc false
  def do_join(user_id, topic) do
    socket = connect(user_id, :websocket, JSONSerializer)
    {:reply, :ok, {:text, reply}, socket} = handle_in(["1", "1", topic, "phx_join", %{}], socket)
    Process.put(:socket, {topic, socket})
    [_, _, _, "phx_reply", %{"status" => "ok", "response" => response}] = Jason.decode!(reply)
    response
  end

  @doc false
  def do_connect(user_id) do
    {:ok, channels} = Supervisor.start_link([], strategy: :one_for_one)
    {_, socket} = connect(user_id, {ChannelTest, channels}, ChannelTest.NoopSerializer)
    socket
  end

  defp connect(user_id, transport, serializer) do
    {:ok, socket} =
      UserSocket.connect(%{
        endpoint: Endpoint,
        transport: transport,
        options: [serializer: [{serializer, "~> 2.0.0"}]],
        params: %{"user_id" => user_id, "vsn" => "2.0.0"},
        connect_info: ChannelCase.connect_info()
      })

    {:ok, socket} = UserSocket.init(socket)
    socket
  end

  @doc false
  def do_push(event, payload) do
    {topic, socket} = Process.get(:socket)
    {:ok, socket} = handle_in(["1", "2", topic, event, payload], socket)
    Process.put(:socket, {topic, socket})
    :ok
  end

  @doc false
  def do_receive do
    receive do
      {:socket_push, :text, text} ->
        case Jason.decode!(text) do
          [_, _, _, event, payload] when event in ~w(shot hit message) -> {event, payload}
          _ -> do_receive()
        end
    after
      5_000 -> raise "nothing came"
    end
  end

  @doc false
  def loop do
    receive do
      {from, ref, module, function, arguments} ->
        send(from, {ref, apply(module, function, arguments)})
        loop()
    end
  end

  defp handle_in(message, socket) do
    UserSocket.handle_in({Jason.encode!(message), opcode: :text}, socket)
  end
end
