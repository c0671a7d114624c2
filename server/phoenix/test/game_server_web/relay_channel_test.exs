defmodule GameServerWeb.RelayChannelTest do
  use GameServerWeb.ChannelCase, async: true

  import GameServerWeb.RelayClient

  alias GameServerWeb.RelayClient
  alias PhoenixRelay.HostToken

  @moduletag :capture_log

  defp token, do: Base.encode16(:crypto.strong_rand_bytes(16), case: :lower)

  # Two peers that know each other; the first is the host.
  defp pair(topic, changes \\ %{}) do
    a = enter(topic, changes)
    b = enter(topic, Map.delete(changes, "token"))
    {[{:peer, seat, _id, "{}"}], a} = entries(a, 1)
    assert seat == b.welcome.seat
    {[{:peer, 0, _id, "{}"}], b} = entries(b, 1)
    {a, b}
  end

  defp assert_ended(client, reason) do
    join_ref = client.socket.join_ref

    assert_receive %Phoenix.Socket.Message{
      event: "ended",
      join_ref: ^join_ref,
      payload: %{reason: ^reason}
    }
  end

  describe "joins" do
    test "the first one opens the room and is host" do
      topic = new_topic("relay")
      a = enter(topic, %{"shape" => "host", "seat_ms" => 10})
      assert %{seat: 0, id: 1, host: 0, shape: :host, got: 0, resumed: false} = a.welcome
      assert a.welcome.seat_ms == 1000
      b = enter(topic, %{"shape" => "host"})
      assert %{seat: 1, host: 0} = b.welcome
      assert b.welcome.id > 1
    end

    test "are refused with a reason" do
      topic = new_topic("relay")
      assert refusal(topic, %{"role" => "client"}) == "no room"
      assert refusal(topic, %{"resume" => true}) == "seat gone"
      assert refusal(topic, %{"version" => 2}) == "unsupported version"
      enter(topic, %{"max_peers" => 2})
      assert refusal(topic, %{"role" => "host"}) == "host taken"
      assert refusal(topic, %{"shape" => "host"}) == "wrong shape"
      assert refusal(topic, %{"resume" => true}) == "seat gone"
      enter(topic)
      assert refusal(topic) == "room full"
    end

    test "are invalid with a member that is missing or wrong" do
      for {key, values} <- %{
            "token" => [nil, "short", String.duplicate("g", 32), 1],
            "role" => ["king", 1],
            "shape" => ["ring"],
            "got" => [-1, "0", 0x1_0000_0000],
            "info" => [[], "text", %{"a" => String.duplicate("a", 2048)}],
            "max_peers" => [-1, 1.5],
            "listed" => ["yes"],
            "seat_ms" => [-1]
          },
          value <- values do
        assert refusal(new_topic("relay"), %{key => value}) == "invalid",
               "#{key}: #{inspect(value)}"
      end
    end

    test "of a dedicated room need a token of whoever opens it" do
      topic = "relay:dedicated-#{System.unique_integer([:positive])}"
      token = HostToken.sign(GameServerWeb.Endpoint, topic)
      other = HostToken.sign(GameServerWeb.Endpoint, "relay:dedicated-other")

      for wrong <- [%{}, %{"host_token" => "abc"}, %{"host_token" => other}, %{"host_token" => 1}] do
        assert refusal(topic, %{}, wrong) == "not allowed"
      end

      enter(topic, %{}, %{"host_token" => token})
      enter(topic)
    end
  end

  describe "packets" do
    test "go to their targets, in their mode" do
      {a, b} = pair(new_topic("relay"))
      a = a |> reliable(packet(1, "r")) |> unreliable(packet(1, "u", 0))
      assert {[{2, 0, "r"}, {0, 0, "u"}], b} = entries(b, 2)
      reliable(b, packet(0, "back"))
      assert {[{2, 1, "back"}], _a} = entries(a, 1)
    end

    test "are passed over for targets that do not know the sender" do
      topic = new_topic("relay")
      {a, b} = pair(topic)
      c = enter(topic)
      {[{:peer, 0, _, _}], c} = entries(c, 1)
      c = c |> reliable(packet(b.welcome.seat, "no")) |> reliable(packet(99, "no"))
      {[{:peer, 2, _, _}], a} = entries(a, 1)
      a |> reliable(<<3, 1, 1>>) |> reliable(<<3, 1, 2>>)
      assert {[{:peer, 2, _, _}], b} = entries(b, 1)
      assert {[{:peer, 1, _, _}], c} = entries(c, 1)
      reliable(c, packet(1, "yes"))
      assert {[{2, 2, "yes"}], _b} = entries(b, 1)
    end

    test "that arrive while a peer is away wait for it, if they are reliable" do
      token = token()
      {a, b} = pair(new_topic("relay"), %{"token" => token})
      a = lose(a)
      {[{:away, 0}], b} = entries(b, 1)
      b = b |> unreliable(packet(0, "u", 0)) |> reliable(packet(0, "r"))
      a = again(a, token)
      assert %{seat: 0, resumed: true} = a.welcome
      assert {[{2, 1, "r"}], a} = entries(a, 1)
      assert {[{:back, 0}], b} = entries(b, 1)
      reliable(a, packet(1, "after"))
      assert {[{2, 0, "after"}], _b} = entries(b, 1)
    end
  end

  describe "the host" do
    test "kicks, locks and admits; nobody else does" do
      topic = new_topic("relay")
      {a, b} = pair(topic)
      a = reliable(a, <<3, 3, 1>>)
      {[{:locked, 1}], b} = entries(b, 1)
      {[{:locked, 1}], a} = entries(a, 1)
      assert refusal(topic) == "room locked"
      b = reliable(b, <<3, 4, 30>>)
      {[{:round_trip, 1, 30}], a} = entries(a, 1)
      Process.unlink(b.socket.channel_pid)
      a = reliable(a, <<3, 2, 1>>)
      assert_ended(b, "kicked")
      assert {[{:gone, 1}], a} = entries(a, 1)

      a = reliable(a, <<3, 3, 0>>)
      {[{:locked, 0}], a} = entries(a, 1)
      c = enter(topic)
      Process.unlink(c.socket.channel_pid)
      {[{:peer, 2, _, _}], _a} = entries(a, 1)
      reliable(c, <<3, 2, 0>>)
      assert_ended(c, "not allowed")
    end

    test "of a mesh has a successor" do
      topic = new_topic("relay")
      {a, b} = pair(topic)
      depart(a)
      assert {[{:gone, 0}, {:host, 1}], _b} = entries(b, 2)
      assert %{host: 1} = enter(topic).welcome
    end

    test "of the other shape takes the room along" do
      topic = new_topic("relay")
      {a, b} = pair(topic, %{"shape" => "host"})
      Process.unlink(b.socket.channel_pid)
      monitor = Process.monitor(b.socket.channel_pid)
      depart(a)
      assert {[{:gone, 0}], _b} = entries(b, 1)
      assert_receive {:DOWN, ^monitor, :process, _pid, :normal}
      assert refusal(topic, %{"role" => "client"}) == "no room"
    end
  end

  describe "hostile frames" do
    for {name, frame, reason} <- [
          {"cut off", <<0>>, "malformed"},
          {"acknowledging too much", <<9, 0>>, "malformed"},
          {"out of order", <<0, 7, 0>>, "bad sequence"},
          {"with an unknown entry", <<0, 1, 2, 3, 99>>, "malformed"},
          {"with a packet that is too big", <<0, 1, 6, 2, 1, 0xFF, 0xFF, 0xFF, 0x7F>>,
           "packet too big"}
        ] do
      test "#{name} end the sender's seat, and nothing else" do
        {a, b} = pair(new_topic("relay"))
        Process.unlink(b.socket.channel_pid)
        raw(b, unquote(frame))
        assert_ended(b, unquote(reason))
        assert {[{:gone, 1}], _a} = entries(a, 1)
      end
    end

    test "in numbers end the sender's seat" do
      {a, b} = pair(new_topic("relay"))
      Process.unlink(b.socket.channel_pid)
      flood = for _ <- 1..100_000, into: <<>>, do: <<0, 99, 0>>
      raw(b, [<<0, 0>>, flood])
      assert_ended(b, "too many packets")
      assert {[{:gone, 1}], _a} = entries(a, 1)
    end
  end

  test "other events and payloads are refused" do
    {a, _b} = pair(new_topic("relay"))
    ref = push(a.socket, "m", %{})
    assert_reply ref, :error, %{reason: "invalid"}
    ref = push(a.socket, "what", %{})
    assert_reply ref, :error, %{reason: "unknown event"}
  end

  test "a room that is listed shows in the list until it is over" do
    topic = new_topic("relay")
    "relay:" <> code = topic
    {:ok, %{}, list} = subscribe_and_join(connected("bob"), "relay_list", %{})
    assert_push "presence_state", %{}
    a = enter(topic, %{"listed" => true, "info" => %{"name" => "Ada's"}})

    assert_receive %Phoenix.Socket.Message{
      topic: "relay_list",
      event: "presence_diff",
      payload: %{
        joins: %{^code => %{metas: [%{peers: 1, shape: :mesh, host: %{"name" => "Ada's"}}]}}
      }
    }

    ref = push(list, "open", %{})
    assert_reply ref, :error, %{reason: "unknown event"}
    depart(a)

    assert_receive %Phoenix.Socket.Message{
      event: "presence_diff",
      payload: %{leaves: %{^code => _}}
    }
  end

  test "a seat is given up when its time is over" do
    token = token()
    {a, b} = pair(new_topic("relay"), %{"token" => token, "seat_ms" => 1000})
    lose(a)
    {[{:away, 0}], b} = entries(b, 1)
    assert {[{:gone, 0}, {:host, 1}], _b} = RelayClient.entries(b, 2)
    assert refusal(a.topic, %{"token" => token, "resume" => true}) == "seat gone"
  end

  test "without its room a channel ends, and the seat is gone" do
    topic = new_topic("relay")
    a = enter(topic)
    Process.unlink(a.socket.channel_pid)
    monitor = Process.monitor(a.socket.channel_pid)
    topic |> PhoenixRelay.Rooms.name() |> GenServer.whereis() |> Process.exit(:kill)
    assert_receive {:DOWN, ^monitor, :process, _pid, {:room_down, :killed}}
    assert refusal(topic, %{"resume" => true}) == "seat gone"
  end
end
