defmodule PhoenixRelay.RoomStateTest do
  use ExUnit.Case, async: true

  alias PhoenixRelay.{DefaultRules, Limits, Link, Request, RoomState, Wire}

  defmodule Teams do
    @moduledoc false
    @behaviour PhoenixRelay.Rules

    @impl true
    def authorize(:send, from, to) do
      if from.assigns.team == to.assigns.team, do: :ok, else: {:error, "other team"}
    end

    def authorize(_action, _peer, _room), do: :ok
  end

  # A room, and for each seat the process and the client's half of its link.
  defp open(options \\ []) do
    {limits, options} = Keyword.pop(options, :limits, [])
    {rules, options} = Keyword.pop(options, :rules, DefaultRules)
    request = struct!(%Request{token: "opener", info: "{}", shape: :mesh}, options)
    %{state: RoomState.open("relay:test", request, Limits.new(limits), rules), clients: %{}}
  end

  # The peer's token is its name; nobody else's process is its pid.
  defp enter(room, name, now, options \\ []) do
    {team, options} = Keyword.pop(options, :team)
    request = struct!(%Request{token: name, info: "{}", shape: room.state.shape}, options)
    member = %{topic: "relay:test", params: %{}, assigns: %{team: team}, info: "{}"}
    pid = spawn(fn -> :ok end)
    {:ok, seat, state} = RoomState.join(room.state, pid, request, member, now)
    {:ok, state} = RoomState.attach(state, seat, pid, now)
    link = Link.connected(get_in(room.clients[seat].link) || Link.new(0))
    {seat, put_in(%{room | state: state}.clients[seat], %{pid: pid, link: link})}
  end

  defp refusal(room, options) do
    request = struct!(%Request{token: "new", info: "{}", shape: room.state.shape}, options)
    {:error, reason, _state} = RoomState.join(room.state, self(), request, %{}, 0)
    reason
  end

  defp lose(room, seat, now) do
    room = update_in(room.clients[seat].link, &Link.lost/1)
    %{room | state: RoomState.detach(room.state, seat, room.clients[seat].pid, now)}
  end

  defp leave(room, seat), do: %{room | state: leave_state(room, seat)}
  defp leave_state(room, seat), do: RoomState.leave(room.state, seat, room.clients[seat].pid)

  defp say(room, seat, entry, now) do
    client = room.clients[seat]
    link = if client.link.up?, do: Link.reliable(client.link, entry), else: client.link
    {:frame, frame, link} = Link.next(link, now)
    frame = IO.iodata_to_binary(frame)
    state = RoomState.receive_frame(room.state, seat, client.pid, frame, now)
    put_in(%{room | state: state}.clients[seat].link, link)
  end

  # What each seat is sent and told at this time: {seat, entries as bytes} and {seat, :ended, reason}.
  defp settle(room, now) do
    {state, next} = RoomState.flush(room.state, now)
    {effects, state} = RoomState.take_effects(state)
    seats = Map.new(room.clients, fn {seat, client} -> {client.pid, seat} end)

    Enum.reduce(effects, {[], next, %{room | state: state}}, fn
      {:frame, pid, frame}, {told, next, room} ->
        seat = seats[pid]
        frame = IO.iodata_to_binary(frame)
        {:ok, reliable, "", link} = Link.receive_frame(room.clients[seat].link, frame, now)
        {told ++ [{seat, reliable}], next, put_in(room.clients[seat].link, link)}

      {:end, pid, reason}, {told, next, room} ->
        {told ++ [{seats[pid], :ended, reason}], next, room}

      {:welcome, _pid, _welcome}, all ->
        all
    end)
  end

  defp told(room, now) do
    {told, _next, room} = settle(room, now)
    {told |> Enum.reject(&(elem(&1, 1) == "")) |> Enum.sort(), room}
  end

  defp notice(notice), do: IO.iodata_to_binary(Wire.notice(notice))

  # Three peers that know each other; the first is the host.
  defp trio(options \\ []) do
    {0, room} = enter(open(options), "a", 0, team: 1)
    {1, room} = enter(room, "b", 1, team: 1)
    {2, room} = enter(room, "c", 2, team: 2)
    {_told, room} = told(room, 100)
    room = room |> say(0, <<3, 1, 1>>, 110) |> say(0, <<3, 1, 2>>, 110)
    {_told, room} = told(room, 200)
    room
  end

  defp known(room), do: Map.new(room.state.seats, fn {n, seat} -> {n, Enum.sort(seat.known)} end)

  describe "acquaintances" do
    test "are the host at once, and the others when the host has admitted both" do
      {0, room} = enter(open(), "a", 0)
      {1, room} = enter(room, "b", 1)
      {2, room} = enter(room, "c", 2)
      assert known(room) == %{0 => [1, 2], 1 => [0], 2 => [0]}
      room = say(room, 0, <<3, 1, 1>>, 10)
      assert known(room) == %{0 => [1, 2], 1 => [0], 2 => [0]}
      room = say(room, 0, <<3, 1, 2>>, 20)
      assert known(room) == %{0 => [1, 2], 1 => [0, 2], 2 => [0, 1]}
    end

    test "are not made while either is away" do
      {0, room} = enter(open(), "a", 0)
      room = lose(room, 0, 5)
      {1, room} = enter(room, "b", 10)
      assert known(room) == %{0 => [], 1 => []}
      {0, room} = enter(room, "a", 20)
      assert known(room) == %{0 => [1], 1 => [0]}
    end

    test "are those that the rules let send to each other" do
      assert known(trio(rules: Teams)) == %{0 => [1], 1 => [0], 2 => []}
    end
  end

  describe "the next host of a mesh" do
    test "is the peer that has been there longest" do
      {told, room} = trio() |> leave(0) |> told(300)
      notices = notice({:gone, 0}) <> notice({:host, 1})
      assert told == [{1, notices}, {2, notices}]
      assert room.state.host == 1
    end

    test "is one that is not away, if there is any" do
      {told, room} = trio() |> lose(1, 250) |> leave(0) |> told(300)
      assert [{2, _notices}] = told
      assert room.state.host == 2
      {_told, room} = trio() |> lose(1, 250) |> lose(2, 260) |> leave(0) |> told(300)
      assert room.state.host == 1
    end

    test "is an admitted one, and meets those that were not admitted" do
      {0, room} = enter(open(), "a", 0)
      {1, room} = enter(room, "b", 1)
      {2, room} = enter(room, "c", 2)
      {3, room} = enter(room, "d", 3)
      {_told, room} = room |> say(0, <<3, 1, 2>>, 10) |> told(100)
      {_told, room} = room |> leave(0) |> told(200)
      assert room.state.host == 2
      assert known(room) == %{1 => [2], 2 => [1, 3], 3 => [2]}
    end
  end

  describe "a seat that is away" do
    test "is given up after its time, and the others are told" do
      room = lose(trio(seat_ms: 5000), 2, 1000)
      {told, 6000, room} = settle(room, 1000)
      assert told == [{0, notice({:away, 2})}, {1, notice({:away, 2})}]
      {[], 6000, room} = settle(room, 5999)
      assert {[{0, gone}, {1, gone}], room} = told(room, 6000)
      assert gone == notice({:gone, 2})
      assert refusal(room, resume?: true, token: "c") == "seat gone"
    end

    test "is given up when too much waits for it" do
      room = lose(trio(limits: [max_buffered_bytes: 1000]), 2, 250)
      {_told, room} = told(room, 300)
      room = say(room, 0, Wire.packet(2, 0, 2, String.duplicate("x", 900)), 310)
      {[], room} = told(room, 310)
      room = say(room, 0, Wire.packet(2, 0, 2, String.duplicate("x", 100)), 320)
      {told, room} = told(room, 400)
      assert told == [{0, notice({:gone, 2})}, {1, notice({:gone, 2})}]
      assert Map.keys(room.state.seats) == [0, 1]
    end

    test "has kept its id and its number" do
      room = trio()
      id = room.state.seats[1].id
      {1, room} = room |> lose(1, 250) |> enter("b", 300, resume?: true)
      assert room.state.seats[1].id == id
    end
  end

  test "a second channel of a seat ends the first" do
    room = trio()
    request = %Request{token: "b", info: "{}", shape: :mesh}
    {:ok, 1, state} = RoomState.join(room.state, self(), request, %{}, 300)
    {told, _room} = told(%{room | state: state}, 300)
    assert {1, :ended, ""} in told
  end

  test "of two channels that join for a seat the later one has it" do
    request = %Request{token: "b", info: "{}", shape: :mesh}
    [early, late] = for _ <- 1..2, do: spawn(fn -> :ok end)
    {:ok, 1, state} = RoomState.join(trio().state, early, request, %{}, 300)
    {:ok, 1, state} = RoomState.join(state, late, request, %{}, 301)
    assert RoomState.attach(state, 1, early, 302) == :gone
    assert {:ok, _state} = RoomState.attach(state, 1, late, 303)
  end

  describe "a seat whose channel was replaced by another one of its connection" do
    setup do
      connection = spawn(fn -> :ok end)
      {0, room} = enter(open(), "a", 0, connection: connection)
      {1, room} = enter(room, "b", 0)
      {_told, room} = told(room, 0)
      again = %Request{token: "again", info: "{}", shape: :mesh, connection: connection}
      %{room: room, again: again, pid: room.clients[0].pid}
    end

    test "is removed by a join with another token", %{room: room, again: again, pid: pid} do
      state = RoomState.replaced(room.state, 0, pid, 100)
      assert RoomState.vacate(state, %{again | connection: self()}) == state
      {told, room} = told(%{room | state: RoomState.vacate(state, again)}, 100)
      assert told == [{1, notice({:away, 0}) <> notice({:gone, 0}) <> notice({:host, 1})}]
      assert room.state.host == 1
    end

    test "is removed after a join with another token", %{room: room, again: again, pid: pid} do
      assert RoomState.vacate(room.state, again) == room.state
      {:ok, 2, state} = RoomState.join(room.state, self(), again, %{}, 100)
      state = RoomState.replaced(state, 0, pid, 100)
      assert Map.keys(state.seats) == [1, 2]
    end

    test "is kept for a join with its token", %{room: room, again: again, pid: pid} do
      again = %{again | token: "a", resume?: true}
      state = RoomState.replaced(room.state, 0, pid, 100)
      assert RoomState.vacate(state, again) == state
      {:ok, 0, state} = RoomState.join(state, self(), again, %{}, 100)
      refute state.seats[0].replaced?
      {:ok, state} = RoomState.attach(state, 0, self(), 100)
      assert RoomState.replaced(state, 0, pid, 100) == state
    end

    test "is removed even if it was not attached yet", %{room: room, again: again} do
      {:ok, 2, state} = RoomState.join(room.state, self(), %{again | token: "x"}, %{}, 100)
      state = state |> RoomState.replaced(2, self(), 100) |> RoomState.vacate(again)
      assert Map.keys(state.seats) == [0, 1]
    end
  end

  test "a join that has more than it was sent is invalid" do
    room = lose(trio(), 1, 250)
    assert refusal(room, token: "b", resume?: true, got: 1000) == "invalid"
  end

  test "ids are not given twice" do
    room = open()

    {_room, ids} =
      Enum.reduce(1..300, {room, []}, fn n, {room, ids} ->
        {seat, room} = enter(room, "peer #{n}", n)
        id = room.state.seats[seat].id
        {%{room | state: leave_state(room, seat)} |> told(n) |> elem(1) |> reopen(), [id | ids]}
      end)

    assert ids |> Enum.uniq() |> length() == 300
  end

  # The test's room goes on without peers, as one with others would.
  defp reopen(room), do: put_in(room.state.closed?, false)

  describe "a peer that sends too much" do
    test "is ended by the number of packets" do
      room = trio(limits: [packets_per_second: 10])
      packet = Wire.packet(2, 0, 0, "x")
      room = say(room, 1, List.duplicate(packet, 41), 1000)
      {told, _room} = told(room, 1000)
      assert {1, :ended, "too many packets"} in told
    end

    test "is ended by the number of bytes" do
      room = trio(limits: [bytes_per_second: 100])
      room = say(room, 1, Wire.packet(2, 0, 0, String.duplicate("x", 500)), 1000)
      {told, _room} = told(room, 1000)
      assert {1, :ended, "too many bytes"} in told
    end

    test "is not ended for what it may send over time" do
      room = trio(limits: [packets_per_second: 10])

      {told, _room} =
        Enum.reduce(1..100, {[], room}, fn n, {told, room} ->
          now = 1000 + n * 100
          {more, room} = room |> say(1, Wire.packet(2, 0, 0, "x"), now) |> told(now)
          {told ++ more, room}
        end)

      assert Enum.filter(told, &match?({_, :ended, _}, &1)) == []
      assert Enum.count(told, &match?({0, <<2, 1, 1, "x">>}, &1)) == 100
    end
  end

  test "a packet for many is patched for each" do
    room = say(trio(), 0, <<2 + 8 + 16, 1, 0b110, 4, "head", 1, 2, 3, 4>>, 300)
    {told, _room} = told(room, 300)
    assert told == [{1, <<2, 0, 4, "h", 1, 2, "d">>}, {2, <<2, 0, 4, "h", 3, 4, "d">>}]
  end
end
