defmodule GameServerWeb.RoomChannelTest do
  use GameServerWeb.ChannelCase, async: true

  alias GameServerWeb.RoomChannel

  @moduletag :capture_log

  setup do
    topic = new_topic("room")
    {_, socket} = joined("ada", topic, %{"device" => "phone"})
    assert_push "presence_state", %{"ada" => %{metas: [%{"device" => "phone"}]}}
    Process.unlink(socket.channel_pid)
    %{topic: topic, socket: socket, ended: Process.monitor(socket.channel_pid)}
  end

  describe "join" do
    test "tells the topic and the params, of the lobby as well" do
      assert {%{joined: "lobby", params: %{"a" => 1}}, _} = joined("bob", "lobby", %{"a" => 1})
      assert_push "presence_state", %{"bob" => %{metas: [%{"device" => "none"}]}}
    end

    test "params that are no object" do
      topic = new_topic("room")

      assert {:ok, %{joined: ^topic, params: [1]}, _} =
               RoomChannel.join(topic, [1], connected("bob"))

      assert RoomChannel.join(topic, {:binary, "x"}, connected("bob")) ==
               {:error, %{reason: "invalid"}}
    end

    test "rejected, crashed, invalid" do
      socket = connected("bob")
      join = &subscribe_and_join(socket, new_topic("room"), &1)
      assert join.(%{"reject" => true}) == {:error, %{reason: "rejected"}}
      assert join.(%{"crash" => true}) == {:error, %{reason: "join crashed"}}

      for params <- [%{"sleep_ms" => -1}, %{"sleep_ms" => "1"}] do
        assert join.(params) == {:error, %{reason: "invalid"}}
      end
    end

    test "slow" do
      began = System.monotonic_time(:millisecond)
      joined("bob", new_topic("room"), %{"sleep_ms" => 30})
      assert System.monotonic_time(:millisecond) - began >= 30
    end

    test "without presence" do
      topic = new_topic("room")
      {_, socket} = joined("bob", topic, %{"presence" => false})
      assert_reply push(socket, "who"), :ok, %{}
      assert GameServerWeb.Presence.list(topic) == %{}
    end
  end

  describe "replies" do
    test "with what was sent", %{socket: socket} do
      for payload <- [%{"a" => [1, nil]}, {:binary, <<1, 255>>}] do
        assert_reply push(socket, "echo", payload), :ok, ^payload
        assert_reply push(socket, "echo_error", payload), :error, ^payload
      end
    end

    test "without a response, and none", %{socket: socket} do
      assert_reply push(socket, "ok_only"), :ok, %{}
      ref = push(socket, "noreply")
      # What is answered later is answered; so the other would have been.
      assert_reply push(socket, "echo"), :ok
      refute_received %Phoenix.Socket.Reply{ref: ^ref}
    end

    test "with any status", %{socket: socket} do
      assert_reply push(socket, "status", %{"status" => "maybe"}), "maybe", %{"status" => "maybe"}
    end

    test "after a while", %{socket: socket} do
      late = push(socket, "delay", %{"ms" => 30})
      soon = push(socket, "echo")
      assert_receive %Phoenix.Socket.Reply{ref: first}
      assert_receive %Phoenix.Socket.Reply{ref: second}
      assert {first, second} == {soon, late}
    end

    test "of some size", %{socket: socket} do
      assert_reply push(socket, "big", %{"size" => 70_000}), :ok, %{data: data}
      assert data == String.duplicate("x", 70_000)
      assert_reply push(socket, "big"), :ok, %{data: data}
      assert byte_size(data) == 1000
    end

    test "that are hard to get right", %{socket: socket} do
      assert_reply push(socket, "unicode"), :ok, %{big: 12_345_678_901_234_567_890, s: s}
      assert String.contains?(s, "😀") and String.contains?(s, <<0>>)
    end

    test "invalid", %{socket: socket} do
      for {event, payload} <- [
            {"status", %{}},
            {"status", %{"status" => 1}},
            {"delay", %{"ms" => 1.5}},
            {"delay", %{"ms" => 60_001}},
            {"delay", []},
            {"big", %{"size" => 8_000_001}},
            {"big", {:binary, "x"}},
            {"flood", %{"n" => -1}},
            {"flood", %{"n" => 100_001}},
            {"push_binary", %{"size" => nil}},
            {"broadcast_binary", %{"size" => "1"}},
            {"update_meta", [1]},
            {"shout", [1]},
            {"shout_from", "x"}
          ] do
        assert_reply push(socket, event, payload), :error, %{reason: "invalid"}
      end
    end
  end

  describe "pushes and broadcasts" do
    test "shout and shout_from", %{socket: socket} do
      push(socket, "shout", %{"a" => 1})
      assert_push "shout", %{"a" => 1}
      push(socket, "shout_from", %{"a" => 2})
      assert_broadcast "shout_from", %{"a" => 2}
      refute_received %Phoenix.Socket.Message{event: "shout_from"}
    end

    test "flood", %{socket: socket} do
      ref = push(socket, "flood", %{"n" => 3, "reply" => true})
      for n <- 1..3, do: assert_push("tick", %{n: ^n} = tick when map_size(tick) == 10)
      assert_reply ref, :ok, %{n: 3}
      push(socket, "flood")
      assert_push "tick", %{n: 1}
      assert_reply push(socket, "flood", %{"n" => 0, "reply" => true}), :ok, %{n: 0}
    end

    test "bytes", %{socket: socket} do
      assert_reply push(socket, "binary", {:binary, "\xFF"}), :ok, {:binary, "\xFF"}
      assert_reply push(socket, "binary", %{"a" => 1}), :error, %{got: %{"a" => 1}}
      ref = push(socket, "push_binary", %{"size" => 3})
      assert_push "bin", {:binary, <<0, 1, 2>>}
      assert_reply ref, :ok, %{bytes: 3}
      assert_reply push(socket, "push_binary", {:binary, "abc"}), :ok, %{bytes: 3}
      assert_reply push(socket, "push_binary", %{"size" => 300}), :ok, %{bytes: 300}
      push(socket, "broadcast_binary")
      assert_broadcast "bin_all", {:binary, <<0, 1, 2, 3, 254, 255>>}
    end
  end

  describe "presence" do
    test "a changed meta", %{socket: socket} do
      assert_reply push(socket, "update_meta", %{"device" => "pad", "level" => 7}), :ok
      assert_broadcast "presence_diff", %{joins: %{"ada" => %{metas: [%{"level" => 7}]}}}
      assert_reply push(socket, "who"), :ok, %{"ada" => %{metas: [meta]}}
      assert %{"device" => "pad", "level" => 7, online_at: _} = meta
    end

    test "keys that are the tracker's own stay its own", %{socket: socket} do
      assert_reply push(socket, "update_meta", %{"phx_ref" => "mine"}), :ok
      assert_reply push(socket, "who"), :ok, %{"ada" => %{metas: [meta]}}
      refute is_map_key(meta, "phx_ref")
    end

    test "untracked", %{socket: socket} do
      assert_reply push(socket, "untrack"), :ok
      assert_broadcast "presence_diff", %{leaves: %{"ada" => _}}
      assert_reply push(socket, "who"), :ok, who
      assert who == %{}
    end

    test "what the server knows of a connection", %{socket: socket} do
      assert_reply push(socket, "whoami"), :ok, info

      assert %{
               user_id: "ada",
               params: %{"user_id" => "ada"},
               auth_token: nil,
               uri: "http://localhost:4000/socket/websocket?vsn=2.0.0",
               user_agent: "test",
               x_headers: [["x-game-build", "1.2.3"]],
               trace_context_headers: []
             } = info

      assert Enum.all?([:transport, :serializer, :join_ref], &is_map_key(info, &1))
    end
  end

  describe "ends" do
    test "of the channel, normally", %{socket: socket, ended: ended} do
      ref = push(socket, "stop_reply", %{"a" => 1})
      assert_reply ref, :ok, %{"a" => 1}
      assert_receive {:DOWN, ^ended, :process, _, :normal}
    end

    test "of the channel, without a reply", %{topic: topic, socket: socket, ended: ended} do
      push(socket, "stop")
      assert_receive {:DOWN, ^ended, :process, _, :normal}
      {_, socket} = joined("ada", topic)
      Process.unlink(socket.channel_pid)
      ended = Process.monitor(socket.channel_pid)
      push(socket, "stop_shutdown")
      assert_receive {:DOWN, ^ended, :process, _, :shutdown}
    end

    for event <- ["crash", "late_crash", "stop_error", "an event without a clause"] do
      test "of the channel by #{event}", %{socket: socket, ended: ended} do
        ref = push(socket, unquote(event))
        assert_receive {:DOWN, ^ended, :process, _, reason}
        refute reason in [:normal, :shutdown]
        if unquote(event) == "late_crash", do: assert_reply(ref, :ok)
      end
    end

    test "of the user's connections", %{socket: socket} do
      @endpoint.subscribe("user:ada")
      push(socket, "disconnect_me")
      assert_receive %Phoenix.Socket.Broadcast{topic: "user:ada", event: "disconnect"}
    end

    test "of the connection, as in a deploy", %{socket: socket} do
      push(socket, "drain_me")
      assert_receive :socket_drain
    end

    test "of the connection, abruptly" do
      transport = spawn(fn -> Process.sleep(:infinity) end)
      ended = Process.monitor(transport)
      socket = %{connected("bob") | transport_pid: transport}
      {:ok, _, socket} = subscribe_and_join(socket, new_topic("room"))
      Process.unlink(socket.channel_pid)
      push(socket, "kill_transport")
      assert_receive {:DOWN, ^ended, :process, _, :killed}
    end
  end
end
