defmodule GameServer.ClusterTest do
  # A second node on this machine; it needs epmd, Erlang's port mapper, to be allowed to listen.
  use GameServerWeb.ChannelCase

  alias GameServer.Arena
  alias GameServer.Chat
  alias GameServer.FarPlayer
  alias GameServerWeb.Presence
  alias GameServerWeb.RelayClient
  alias PhoenixRelay.Rooms

  @moduletag :cluster
  @moduletag :capture_log

  setup_all do
    System.cmd("epmd", ["-daemon"])

    {:ok, _} = Node.start(:"game_server_test_#{System.pid()}@127.0.0.1", :longnames)

    on_exit(fn -> Node.stop() end)
  end

  setup do
    {:ok, peer, node} =
      :peer.start(%{name: :peer.random_name(), host: ~c"127.0.0.1", longnames: true})

    :ok = :erpc.call(node, :code, :add_paths, [:code.get_path()])

    for {app, _, _} <- Application.loaded_applications(),
        {key, value} <- Application.get_all_env(app) do
      :ok = :erpc.call(node, Application, :put_env, [app, key, value])
    end

    {:ok, _} = :erpc.call(node, Application, :ensure_all_started, [:game_server])
    # Names are known on both nodes only when this is done.
    :global.sync()
    on_exit(fn -> if Process.alive?(peer), do: :peer.stop(peer) end)
    %{peer: peer, node: node}
  end

  # The next shot, hit or message that this test's client gets: the event and the payload.
  defp next_push do
    assert_receive %Phoenix.Socket.Message{event: event, payload: payload}
                   when event in ~w(shot hit message),
                   5_000

    {event, payload}
  end

  test "players on two nodes are in one arena, and do not get their own shots", %{node: node} do
    topic = new_topic("arena")
    far = FarPlayer.start(node)
    assert %{"id" => 1} = FarPlayer.join(far, "far", topic)
    assert node(:global.whereis_name({Arena, topic})) == node
    {%{id: 2}, near} = joined("near", topic)
    push(near, "pos", {:binary, "abcdefgh"})
    assert_push "positions", {:binary, <<2::32-little, "abcdefgh">>}

    where = %{"x" => 1, "y" => 2, "heading" => 3}
    assert_reply push(near, "fire", where), :ok, %{shot: shot}
    told = Map.merge(where, %{"by" => 2, "shot" => shot})
    assert {"shot", ^told} = FarPlayer.next_push(far)
    assert_reply push(near, "hit", %{"shot" => shot, "target" => 1}), :ok, %{score: 1}
    assert {"hit", %{by: 2, target: 1}} = next_push()
    assert {"hit", %{"by" => 2, "target" => 1}} = FarPlayer.next_push(far)

    FarPlayer.push(far, "fire", where)
    assert {"shot", %{by: 1, shot: shot}} = next_push()
    FarPlayer.push(far, "hit", %{"shot" => shot, "target" => 2})
    assert {"hit", %{"by" => 1, "target" => 2}} = FarPlayer.next_push(far)
    assert {"hit", %{by: 1, target: 2}} = next_push()
  end

  test "a chat is the same on two nodes, and nobody gets their own messages", %{node: node} do
    topic = new_topic("chat")
    far = FarPlayer.start(node)
    assert FarPlayer.join(far, "far", topic) == %{"history" => []}
    assert node(:global.whereis_name({Chat, topic})) == node
    {_, near} = joined("near", topic)
    said = %{"text" => "first", "nonce" => "n"}

    for _ <- 1..2,
        do: assert_reply(push(near, "message", said), :ok, %{message: %{text: "first"}})

    assert {"message", %{"text" => "first", "from" => "near"}} = FarPlayer.next_push(far)

    FarPlayer.push(far, "message", %{"text" => "second"})
    assert {"message", %{text: "second", from: "far"}} = next_push()
    assert_reply push(near, "message", %{"text" => "third"}), :ok, _
    assert {"message", %{"text" => "third"}} = FarPlayer.next_push(far)
    {%{history: history}, _} = joined("late", topic)
    assert Enum.map(history, & &1.text) == ["first", "second", "third"]
  end

  test "everyone sees who is on the other node", %{node: node} do
    topic = new_topic("game")
    joined("near", topic)
    far = FarPlayer.start(node)
    {:ok, _} = FarPlayer.call(far, Presence, :track, [far, topic, "far", %{}])
    assert_broadcast "presence_diff", %{joins: %{"far" => _}}
    assert %{"near" => _, "far" => _} = Presence.list(topic)
  end

  test "a node that stops takes its users along at once", %{node: node} do
    topic = new_topic("game")
    joined("near", topic)
    far = FarPlayer.start(node)
    {:ok, _} = FarPlayer.call(far, Presence, :track, [far, topic, "far", %{}])
    assert_broadcast "presence_diff", %{joins: %{"far" => _}}
    :ok = :erpc.call(node, Application, :stop, [:game_server])
    assert_broadcast "presence_diff", %{leaves: %{"far" => _}}
  end

  test "an arena goes with its node, and the players join another", %{peer: peer, node: node} do
    topic = new_topic("arena")
    {:ok, arena, 1, 0} = FarPlayer.call(FarPlayer.start(node), Arena, :join, [topic, "far"])
    {_, near} = joined("near", topic)
    Process.unlink(near.channel_pid)
    ended = Process.monitor(near.channel_pid)
    :peer.stop(peer)
    assert_receive {:DOWN, ^ended, :process, _, {:arena_down, _}}
    assert {:ok, new, 1, 0} = Arena.join(topic, "near")
    assert new != arena and node(new) == node()
  end

  describe "a room of a game" do
    # Two peers that know each other: one at this node, where the room is unless it is `:far`, one at the other.
    defp room_on_two_nodes(node, room \\ :near) do
      topic = new_topic("relay")
      far = FarPlayer.start(node)
      token = Base.encode16(:crypto.strong_rand_bytes(16))
      enter_near = fn -> RelayClient.enter(topic) end

      enter_far = fn ->
        socket = FarPlayer.connected(far, "ada")
        FarPlayer.call(far, RelayClient, :enter, [topic, %{"token" => token}, %{}, socket])
      end

      {a, b} =
        if room == :near do
          a = enter_near.()
          {a, enter_far.()}
        else
          b = enter_far.()
          {enter_near.(), b}
        end

      seat = b.welcome.seat
      {[{:peer, ^seat, _, _}], a} = RelayClient.entries(a, 1)
      {[{:peer, _, _, _}], b} = FarPlayer.call(far, RelayClient, :entries, [b, 1])
      %{topic: topic, token: token, far: far, a: a, b: b}
    end

    test "carries packets between two nodes", %{node: node} do
      %{topic: topic, far: far, a: a, b: b} = room_on_two_nodes(node)
      assert node(GenServer.whereis(Rooms.name(topic))) == node()
      a = RelayClient.reliable(a, RelayClient.packet(1, "there"))
      assert {[{2, 0, "there"}], b} = FarPlayer.call(far, RelayClient, :entries, [b, 1])
      FarPlayer.call(far, RelayClient, :reliable, [b, RelayClient.packet(0, "and back")])
      assert {[{2, 1, "and back"}], _a} = RelayClient.entries(a, 1)
    end

    test "outlives another node, whose peers keep their seats here", %{peer: peer, node: node} do
      %{topic: topic, token: token, a: a, b: b} = room_on_two_nodes(node)
      :peer.stop(peer)
      {[{:away, 1}], a} = RelayClient.entries(a, 1)
      a = RelayClient.reliable(a, RelayClient.packet(1, "meanwhile"))

      c = RelayClient.enter(topic)
      {[{:peer, 2, _, _}], a} = RelayClient.entries(a, 1)
      {[{:peer, 0, _, _}], c} = RelayClient.entries(c, 1)
      RelayClient.reliable(c, RelayClient.packet(0, "going on"))
      {[{2, 2, "going on"}], a} = RelayClient.entries(a, 1)

      b = RelayClient.again(b, token)
      assert %{seat: 1, resumed: true} = b.welcome
      assert {[{2, 0, "meanwhile"}], b} = RelayClient.entries(b, 1)
      {[{:back, 1}], a} = RelayClient.entries(a, 1)
      RelayClient.reliable(b, RelayClient.packet(0, "again"))
      assert {[{2, 1, "again"}], _a} = RelayClient.entries(a, 1)
    end

    test "goes with its node, and its seats are gone", %{peer: peer, node: node} do
      %{topic: topic, a: a} = room_on_two_nodes(node, :far)
      assert node(GenServer.whereis(Rooms.name(topic))) == node
      Process.unlink(a.socket.channel_pid)
      ended = Process.monitor(a.socket.channel_pid)
      :peer.stop(peer)
      assert_receive {:DOWN, ^ended, :process, _, {:room_down, _}}
      assert RelayClient.refusal(topic, %{"resume" => true}) == "seat gone"
      assert %{seat: 0} = RelayClient.enter(topic).welcome
      assert node(GenServer.whereis(Rooms.name(topic))) == node()
    end
  end
end
