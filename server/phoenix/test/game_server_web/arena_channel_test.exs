defmodule GameServerWeb.ArenaChannelTest do
  use GameServerWeb.ChannelCase, async: true

  alias GameServerWeb.ArenaChannel
  alias GameServerWeb.Presence

  @moduletag :capture_log

  setup do
    topic = new_topic("arena")
    {ada_reply, ada} = joined("ada", topic, %{"name" => " Ada ", "bot" => true})
    {bob_reply, bob} = joined("bob", topic)
    assert_push "presence_state", %{"ada" => _, "bob" => _}
    %{topic: topic, ada: ada, ada_id: ada_reply.id, bob: bob, bob_id: bob_reply.id}
  end

  defp arena(topic), do: :global.whereis_name({GameServer.Arena, topic})

  # Everything in it is known to be done when the arena goes on: its messages come in one go.
  defp with_arena_suspended(topic, fun) do
    arena = arena(topic)
    :sys.suspend(arena)
    fun.(arena)
    :sys.resume(arena)
  end

  defp messages_wait(arena, count) do
    eventually(fn -> Process.info(arena, :message_queue_len) == {:message_queue_len, count} end)
  end

  defp fire(socket), do: push(socket, "fire", %{"x" => 800, "y" => 450.5, "heading" => 64})

  describe "join" do
    test "tells the player's number and the field" do
      {reply, _} = joined("eve", new_topic("arena"))
      assert reply == %{id: 1, width: 1600, height: 900, tick_ms: 50, score: 0}
    end

    test "shows the player to all", %{topic: topic, ada_id: ada_id, bob_id: bob_id} do
      %{"ada" => %{metas: [ada]}, "bob" => %{metas: [bob]}} = Presence.list(topic)
      assert %{id: ^ada_id, name: "Ada", bot: true, score: 0, online_at: _} = ada
      assert %{id: ^bob_id, name: "bob", bot: false} = bob
      assert ada.hue in 0..359 and bob.hue in 0..359 and ada.hue != bob.hue
      assert ada_id != bob_id
    end

    test "is invalid with other params" do
      for params <- [
            %{"name" => ""},
            %{"name" => " \u2003"},
            %{"name" => String.duplicate("x", 25)},
            %{"name" => nil},
            %{"bot" => 1}
          ] do
        assert {params, subscribe_and_join(connected("eve"), new_topic("arena"), params)} ==
                 {params, {:error, %{reason: "invalid"}}}
      end
    end

    test "is invalid with params that are no object" do
      for params <- [[], 1, nil, {:binary, "x"}] do
        assert ArenaChannel.join(new_topic("arena"), params, connected("eve")) ==
                 {:error, %{reason: "invalid"}}
      end
    end

    test "is invalid for other topics" do
      for name <- ["", String.duplicate("x", 65)] do
        assert subscribe_and_join(connected("eve"), "arena:" <> name) ==
                 {:error, %{reason: "invalid"}}
      end
    end

    test "is refused where there are no binary messages" do
      v1 = %{connected("eve") | serializer: Phoenix.Socket.V1.JSONSerializer}
      longpoll = %{connected("eve") | transport: :longpoll}

      assert ArenaChannel.join(new_topic("arena"), %{}, v1) ==
               {:error, %{reason: "protocol 2.0.0 needed"}}

      assert ArenaChannel.join(new_topic("arena"), %{}, longpoll) ==
               {:error, %{reason: "websocket needed"}}
    end

    test "is refused when the arena is full" do
      topic = new_topic("arena")
      sockets = for n <- 1..64, do: joined("user-#{n}", topic) |> elem(1)
      assert subscribe_and_join(connected("eve"), topic) == {:error, %{reason: "full"}}

      # A player who leaves makes room for another.
      [socket | _] = sockets
      Process.unlink(socket.channel_pid)
      leave(socket)

      assert eventually(fn ->
               match?({:ok, _, _}, subscribe_and_join(connected("eve"), topic))
             end)
    end

    test "again goes on with the score", %{topic: topic, ada: ada, bob: bob, bob_id: bob_id} do
      assert_reply fire(ada), :ok, %{shot: shot}
      assert_reply push(ada, "hit", %{"shot" => shot, "target" => bob_id}), :ok, %{score: 1}
      for socket <- [ada, bob], do: Process.unlink(socket.channel_pid)
      gone = Process.monitor(ada.channel_pid)
      leave(ada)
      assert_receive {:DOWN, ^gone, _, _, _}
      {reply, _} = joined("ada", topic)
      assert %{score: 1, id: 3} = reply

      assert eventually(fn ->
               match?(%{"ada" => %{metas: [%{score: 1, id: 3}]}}, Presence.list(topic))
             end)
    end
  end

  describe "pos" do
    test "goes to all, with the others of a tick, the last one of each", context do
      %{topic: topic, ada: ada, ada_id: ada_id, bob: bob, bob_id: bob_id} = context

      with_arena_suspended(topic, fn arena ->
        push(ada, "pos", {:binary, "aaaaaaaa"})
        push(bob, "pos", {:binary, "bbbbbbbb"})
        push(ada, "pos", {:binary, "cccccccc"})
        messages_wait(arena, 3)
      end)

      assert_push "positions", {:binary, positions}
      assert byte_size(positions) == 24

      assert Map.new(for <<id::32-little, rest::binary-8 <- positions>>, do: {id, rest}) ==
               %{ada_id => "cccccccc", bob_id => "bbbbbbbb"}
    end

    test "goes out at most once a tick", %{ada: ada} do
      began = System.monotonic_time(:millisecond)

      for n <- 1..200 do
        push(ada, "pos", {:binary, <<n::64>>})
        Process.sleep(1)
      end

      assert_push("positions", {:binary, <<_::32, 200::64>>}, 5000)
      ticks = div(System.monotonic_time(:millisecond) - began, 50)

      {:messages, messages} = Process.info(self(), :messages)

      told =
        for %Phoenix.Socket.Broadcast{event: "positions", payload: told} <- messages, do: told

      assert length(Enum.uniq(told)) in 1..(ticks + 2)
    end

    test "of another size is invalid", %{ada: ada} do
      for payload <- [{:binary, ""}, {:binary, "1234567"}, {:binary, "123456789"}, %{"x" => 1}] do
        assert_reply push(ada, "pos", payload), :error, %{reason: "invalid"}
      end
    end

    test "of who has left is not told", %{topic: topic, ada: ada, bob: bob, bob_id: bob_id} do
      Process.unlink(ada.channel_pid)

      with_arena_suspended(topic, fn arena ->
        push(ada, "pos", {:binary, "aaaaaaaa"})
        messages_wait(arena, 1)
        leave(ada)
        messages_wait(arena, 2)
        push(bob, "pos", {:binary, "bbbbbbbb"})
        messages_wait(arena, 3)
      end)

      assert_push "positions", {:binary, <<^bob_id::32-little, "bbbbbbbb">>}
    end
  end

  describe "fire" do
    test "is told to the others", %{ada: ada, ada_id: ada_id} do
      assert_reply fire(ada), :ok, %{shot: shot}
      assert_broadcast "shot", told
      assert told == %{by: ada_id, shot: shot, x: 800, y: 450.5, heading: 64}
      # Both clients of this test get their messages here: one of them got it.
      assert_push "shot", ^told
      refute_received %Phoenix.Socket.Message{event: "shot"}
    end

    test "is refused when it comes too soon", %{ada: ada, bob: bob} do
      refs = for _ <- 1..50, do: fire(ada)
      assert_reply fire(bob), :ok

      for ref <- refs, do: assert_receive(%Phoenix.Socket.Reply{ref: ^ref})
      refs = for _ <- 1..50, do: fire(ada)

      refused =
        for ref <- refs do
          assert_receive %Phoenix.Socket.Reply{ref: ^ref, status: status, payload: payload}
          if status == :error, do: payload.reason
        end

      assert "too soon" in refused
    end

    test "is invalid from elsewhere", %{ada: ada} do
      good = %{"x" => 1, "y" => 1, "heading" => 1}

      for bad <- [
            %{"x" => -1},
            %{"x" => 1600.5},
            %{"y" => 901},
            %{"y" => "1"},
            %{"heading" => 256},
            %{"heading" => 1.0},
            %{"heading" => nil}
          ] do
        assert_reply push(ada, "fire", Map.merge(good, bad)), :error, %{reason: "invalid"}
      end

      assert_reply push(ada, "fire", Map.delete(good, "x")), :error, %{reason: "invalid"}
      assert_reply push(ada, "fire", {:binary, "12345678"}), :error, %{reason: "invalid"}
    end
  end

  describe "hit" do
    test "scores, and all are told", %{ada: ada, ada_id: ada_id, bob_id: bob_id} do
      assert_reply fire(ada), :ok, %{shot: shot}
      assert_reply push(ada, "hit", %{"shot" => shot, "target" => bob_id}), :ok, %{score: 1}
      assert_broadcast "hit", told
      assert told == %{by: ada_id, target: bob_id, shot: shot, score: 1}
      assert_broadcast "presence_diff", %{joins: %{"ada" => %{metas: [%{score: 1}]}}}
    end

    test "is refused without a shot or a player", %{ada: ada, ada_id: ada_id, bob_id: bob_id} do
      assert_reply fire(ada), :ok, %{shot: shot}
      hit = &push(ada, "hit", %{"shot" => &1, "target" => &2})
      assert_reply hit.(shot + 1, bob_id), :error, %{reason: "no such shot"}
      assert_reply hit.(shot, 4_000_000_000), :error, %{reason: "no such player"}
      assert_reply hit.(shot, ada_id), :error, %{reason: "no such player"}
      assert_reply hit.(shot, bob_id), :ok, %{score: 1}
      assert_reply hit.(shot, bob_id), :error, %{reason: "no such shot"}
    end

    test "is refused for the shot of another", %{ada: ada, bob: bob, ada_id: ada_id} do
      assert_reply fire(ada), :ok, %{shot: shot}
      ref = push(bob, "hit", %{"shot" => shot, "target" => ada_id})
      assert_reply ref, :error, %{reason: "no such shot"}
    end

    test "is invalid with other payloads", %{ada: ada} do
      for payload <- [%{}, %{"shot" => 1}, %{"shot" => 1.0, "target" => 2}, [], {:binary, "x"}] do
        assert_reply push(ada, "hit", payload), :error, %{reason: "invalid"}
      end
    end
  end

  test "an unknown event", %{ada: ada} do
    assert_reply push(ada, "dance"), :error, %{reason: "unknown event"}
  end

  test "without its arena a channel ends, and the next join finds a new one", context do
    %{topic: topic, ada: ada, bob: bob} = context

    ended =
      for socket <- [ada, bob] do
        Process.unlink(socket.channel_pid)
        Process.monitor(socket.channel_pid)
      end

    Process.exit(arena(topic), :kill)
    for ref <- ended, do: assert_receive({:DOWN, ^ref, _, _, {:arena_down, :killed}})
    assert {%{id: 1, score: 0}, _} = joined("ada", topic)
  end
end
