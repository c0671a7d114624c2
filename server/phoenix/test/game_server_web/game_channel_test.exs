defmodule GameServerWeb.GameChannelTest do
  use GameServerWeb.ChannelCase, async: true

  setup do
    topic = new_topic("game")
    {reply, socket} = joined("ada", topic)
    assert_push "presence_state", %{}
    %{topic: topic, reply: reply, socket: socket}
  end

  test "a join gives a connection id, and tracks the user", %{topic: topic, reply: reply} do
    %{connection_id: id} = reply
    assert is_binary(id)
    assert %{"ada" => %{metas: [meta]}} = GameServerWeb.Presence.list(topic)
    assert %{connection_id: ^id, online_at: at} = meta
    assert_in_delta at, System.system_time(:second), 60
  end

  test "a join takes any payload" do
    for params <- [%{"a" => 1}, [1, 2], 3, "text", nil, {:binary, <<1, 2>>}] do
      assert {:ok, %{connection_id: _}, _} =
               GameServerWeb.GameChannel.join(new_topic("game"), params, connected("bob"))
    end
  end

  test "each client sees who comes and goes", %{topic: topic} do
    {_, bob} = joined("bob", topic)
    assert_push "presence_state", %{"ada" => _, "bob" => _}
    assert_broadcast "presence_diff", %{joins: %{"bob" => _}}
    Process.unlink(bob.channel_pid)
    leave(bob)
    assert_broadcast "presence_diff", %{leaves: %{"bob" => _}}
  end

  test "ping", %{socket: socket} do
    assert_reply push(socket, "ping"), :ok, %{pong: "success!"}
    assert_reply push(socket, "ping", %{"error" => false, "other" => 1}), :ok, %{pong: "success!"}
    refute_received %Phoenix.Socket.Broadcast{event: "pong"}
  end

  test "a ping that is to fail", %{socket: socket} do
    ref = push(socket, "ping", %{"error" => true, "broadcast" => true})
    assert_reply ref, :error, %{reason: "ping was asked to fail"}
    refute_received %Phoenix.Socket.Broadcast{event: "pong"}
  end

  test "a ping that everyone hears of", %{socket: socket} do
    ref = push(socket, "ping", %{"broadcast" => true})
    assert_broadcast "pong", %{pong: "success!", from: "ada"}
    assert_reply ref, :ok, %{pong: "success!"}
  end

  test "a ping that is not allowed", %{socket: socket} do
    for payload <- [%{"error" => 1}, %{"broadcast" => nil}, [], "x", {:binary, "x"}] do
      assert_reply push(socket, "ping", payload), :error, %{reason: "invalid"}
    end
  end

  test "shout goes to all as it came", %{socket: socket} do
    for payload <- [%{"text" => "hello"}, {:binary, <<0, 255>>}] do
      push(socket, "shout", payload)
      assert_broadcast "shout", ^payload
      assert_push "shout", ^payload
    end
  end

  test "a shout that is not allowed", %{socket: socket} do
    for payload <- [[1, nil], "x", 1, nil] do
      assert_reply push(socket, "shout", payload), :error, %{reason: "invalid"}
    end
  end

  test "an unknown event", %{socket: socket} do
    for event <- ["dance", "presence_state", ""] do
      assert_reply push(socket, event), :error, %{reason: "unknown event"}
    end
  end

  test "the server can end a user's connections" do
    @endpoint.subscribe("user:ada")
    @endpoint.broadcast("user:ada", "disconnect", %{})
    assert_broadcast "disconnect", %{}
  end
end
