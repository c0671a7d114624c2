defmodule GameServer.ClusterTest do
  # A second node on this machine; it needs epmd, Erlang's port mapper, to be allowed to listen.
  use GameServerWeb.ChannelCase

  alias GameServer.Arena
  alias GameServer.Chat
  alias GameServer.FarPlayer
  alias GameServerWeb.Presence

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
    on_exit(fn -> if Process.alive?(peer), do: :peer.stop(peer) end)
    %{peer: peer, node: node}
  end

  test "players on two nodes are in one arena", %{node: node} do
    topic = new_topic("arena")
    far = FarPlayer.start(node)
    {:ok, arena, 1, 0} = FarPlayer.call(far, Arena, :join, [topic, "far"])
    assert node(arena) == node
    {reply, near} = joined("near", topic)
    assert reply.id == 2
    push(near, "pos", {:binary, "abcdefgh"})
    assert_push "positions", {:binary, <<2::32-little, "abcdefgh">>}
    assert_reply push(near, "fire", %{"x" => 1, "y" => 1, "heading" => 1}), :ok, %{shot: shot}
    assert_reply push(near, "hit", %{"shot" => shot, "target" => 1}), :ok, %{score: 1}
    assert_broadcast "hit", %{by: 2, target: 1}
  end

  test "a chat is the same on two nodes", %{node: node} do
    topic = new_topic("chat")
    {_, near} = joined("near", topic)
    far = FarPlayer.start(node)
    {:ok, room, []} = FarPlayer.call(far, Chat, :join, [topic])
    said = %{from: "far", name: "Far", text: "hello", nonce: nil}
    {:ok, message} = FarPlayer.call(far, Chat, :say, [room, said])
    assert_push "message", ^message
    assert_reply push(near, "message", %{"text" => "hi"}), :ok, %{message: reply}
    assert FarPlayer.call(far, Chat, :since, [room, 0]) == [message, reply]
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
end
