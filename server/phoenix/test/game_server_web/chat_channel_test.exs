defmodule GameServerWeb.ChatChannelTest do
  use GameServerWeb.ChannelCase, async: true

  alias GameServerWeb.ChatChannel

  @moduletag :capture_log

  setup do
    topic = new_topic("chat")
    {reply, socket} = joined("ada", topic, %{"name" => " Ada "})
    assert reply == %{history: []}
    assert_push "presence_state", %{"ada" => %{metas: [%{name: "Ada", typing: false}]}}
    %{topic: topic, socket: socket}
  end

  defp room(topic), do: :global.whereis_name({GameServer.Chat, topic})
  defp say(socket, payload), do: push(socket, "message", payload)

  describe "join" do
    test "is invalid with other params or topics" do
      for params <- [[], "x", nil, {:binary, "x"}] do
        assert ChatChannel.join(new_topic("chat"), params, connected("eve")) ==
                 {:error, %{reason: "invalid"}}
      end

      for params <- [%{"name" => "\n"}, %{"name" => 1}] do
        assert subscribe_and_join(connected("eve"), new_topic("chat"), params) ==
                 {:error, %{reason: "invalid"}}
      end

      for name <- ["", String.duplicate("x", 65)] do
        assert subscribe_and_join(connected("eve"), "chat:" <> name) ==
                 {:error, %{reason: "invalid"}}
      end
    end

    test "gives what was said before, also after all have left", %{topic: topic, socket: socket} do
      assert_reply say(socket, %{"text" => "one"}), :ok, %{message: one}
      assert_reply say(socket, %{"text" => "two"}), :ok, %{message: two}
      Process.unlink(socket.channel_pid)
      leave(socket)
      assert eventually(fn -> :sys.get_state(room(topic)).talkers == %{} end)
      assert {%{history: [^one, ^two]}, _} = joined("bob", topic)
    end

    # What is said after the history was taken and before the channel gets broadcasts.
    test "misses nothing", %{topic: topic, socket: ada} do
      room = room(topic)
      waiting = fn n -> Process.info(room, :message_queue_len) == {:message_queue_len, n} end
      bob = connected("bob")
      :sys.suspend(room)
      join = Task.async(fn -> subscribe_and_join(bob, topic, %{}) end)
      eventually(fn -> waiting.(1) end)
      ref = say(ada, %{"text" => "now"})
      eventually(fn -> waiting.(2) end)
      :sys.resume(room)
      assert {:ok, %{history: []}, _} = Task.await(join)
      assert_reply ref, :ok, %{message: message}
      assert_push "message", ^message
    end
  end

  describe "message" do
    test "is stored, and told to the others", %{topic: topic, socket: socket} do
      joined("bob", topic)
      assert_reply say(socket, %{"text" => "  hello  "}), :ok, %{message: message}
      assert %{from: "ada", name: "Ada", text: "hello", id: id, at: at} = message
      assert is_integer(id)
      assert_in_delta at, System.system_time(:millisecond), 60_000
      assert_broadcast "message", ^message
      # Both clients of this test get their messages here: one of them got it.
      assert_push "message", ^message
      refute_received %Phoenix.Socket.Message{event: "message"}
    end

    test "has a growing id", %{socket: socket} do
      ids =
        for n <- 1..3 do
          assert_reply say(socket, %{"text" => "#{n}"}), :ok, %{message: %{id: id}}
          id
        end

      assert ids == ids |> Enum.sort() |> Enum.uniq()
    end

    test "may be repeated with its nonce", %{topic: topic, socket: socket} do
      said = %{"text" => "once", "nonce" => "n-1"}
      assert_reply say(socket, said), :ok, %{message: first}
      for _ <- 1..10, do: assert_reply(say(socket, said), :ok, %{message: ^first})
      {%{history: history}, _} = joined("bob", topic)
      assert history == [first]
    end

    test "a nonce is its user's own, over a new join", %{topic: topic, socket: socket} do
      said = %{"text" => "once", "nonce" => "n-1"}
      assert_reply say(socket, said), :ok, %{message: %{id: first}}
      {_, bob} = joined("bob", topic)
      assert_reply say(bob, said), :ok, %{message: %{id: second}}
      assert second > first
      {_, again} = joined("ada", topic)
      assert_reply say(again, said), :ok, %{message: %{id: ^first}}
    end

    test "of 500 characters is the longest", %{socket: socket} do
      longest = String.duplicate("é", 500)
      assert_reply say(socket, %{"text" => " #{longest} "}), :ok, %{message: %{text: ^longest}}
      assert_reply say(socket, %{"text" => longest <> "x"}), :error, %{reason: "too long"}
    end

    test "is refused when it is empty", %{socket: socket} do
      for text <- ["", " \n\u00A0"] do
        assert_reply say(socket, %{"text" => text}), :error, %{reason: "empty"}
      end
    end

    test "is refused when there were too many", %{socket: socket} do
      refs = for n <- 1..100, do: say(socket, %{"text" => "#{n}"})

      refused =
        for ref <- refs do
          assert_receive %Phoenix.Socket.Reply{ref: ^ref, status: status, payload: payload}
          if status == :error, do: payload.reason
        end

      assert Enum.take(refused, 5) == [nil, nil, nil, nil, nil]
      assert "too fast" in refused
    end

    test "is invalid otherwise", %{socket: socket} do
      for payload <- [
            %{},
            %{"text" => 1},
            %{"text" => "x", "nonce" => 1},
            %{"text" => "x", "nonce" => ""},
            %{"text" => "", "nonce" => String.duplicate("x", 65)},
            [],
            {:binary, "x"}
          ] do
        assert_reply say(socket, payload), :error, %{reason: "invalid"}
      end
    end
  end

  describe "typing" do
    test "changes the meta", %{socket: socket} do
      ref = push(socket, "typing", %{"typing" => true})
      assert_reply ref, :ok, reply
      assert reply == %{}
      assert_broadcast "presence_diff", %{joins: %{"ada" => %{metas: [%{typing: true}]}}}
      push(socket, "typing", %{"typing" => false})
      assert_broadcast "presence_diff", %{joins: %{"ada" => %{metas: [%{typing: false}]}}}
    end

    test "that is the same changes nothing", %{topic: topic, socket: socket} do
      [before] = GameServerWeb.Presence.list(topic)["ada"].metas
      assert_reply push(socket, "typing", %{"typing" => false}), :ok
      assert GameServerWeb.Presence.list(topic)["ada"].metas == [before]
    end

    test "is invalid otherwise", %{socket: socket} do
      for payload <- [%{}, %{"typing" => 1}, [], {:binary, "x"}] do
        assert_reply push(socket, "typing", payload), :error, %{reason: "invalid"}
      end
    end
  end

  test "an unknown event", %{socket: socket} do
    assert_reply push(socket, "dance"), :error, %{reason: "unknown event"}
  end

  test "without its room a channel ends", %{topic: topic, socket: socket} do
    Process.unlink(socket.channel_pid)
    ended = Process.monitor(socket.channel_pid)
    Process.exit(room(topic), :kill)
    assert_receive {:DOWN, ^ended, _, _, {:room_down, :killed}}
    assert {%{history: []}, _} = joined("ada", topic)
  end
end
