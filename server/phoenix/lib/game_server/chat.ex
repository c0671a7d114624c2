defmodule GameServer.Chat do
  @moduledoc """
  A chat room: its latest messages, and who may say more.

  One process a topic, reached through `GameServer.TopicServer`; `GameServer.Chat.History` holds the
  messages. They live in memory: they are gone with the server, and an hour after everyone left.
  """

  use GenServer, restart: :temporary

  alias GameServer.Chat.History
  alias GameServer.TopicServer

  @forget_after :timer.hours(1)
  @burst 5
  @burst_ms 1_000

  @doc """
  Lets the calling process listen and talk: the room's process and its latest messages, oldest first.
  """
  @spec join(String.t()) :: {:ok, pid, [History.message()]}
  def join(topic), do: TopicServer.call(__MODULE__, topic, {:join, self()})

  @doc """
  The messages after the one with this id.
  """
  @spec since(pid, non_neg_integer) :: [History.message()]
  def since(room, id), do: GenServer.call(room, {:since, id})

  @doc """
  Stores what the calling process says: the message as it was stored. The caller broadcasts it to the
  others, as only the channel's own process is left out of a broadcast on every node.

  What a user has said before with the same nonce is not stored again; its message is returned.
  """
  @spec say(pid, map) ::
          {:ok, History.message()} | {:repeated, History.message()} | {:error, String.t()}
  def say(room, %{from: _, name: _, text: _, nonce: _} = said) do
    GenServer.call(room, {:say, self(), said})
  end

  @impl true
  def init(topic) do
    room = %{topic: topic, history: %History{}, talkers: %{}}
    {:ok, room, timeout(room)}
  end

  @impl true
  def handle_call({:join, pid}, _from, room) do
    Process.monitor(pid)
    room = put_in(room.talkers[pid], [])
    {:reply, {:ok, self(), History.latest(room.history)}, room}
  end

  def handle_call({:since, id}, _from, room) do
    {:reply, History.since(room.history, id), room}
  end

  def handle_call({:say, pid, said}, _from, room) do
    now = System.monotonic_time(:millisecond)
    spoken_at = Enum.filter(room.talkers[pid], &(now - &1 < @burst_ms))

    case History.find(room.history, said.from, said.nonce) do
      nil when length(spoken_at) >= @burst ->
        {:reply, {:error, "too fast"}, room}

      nil ->
        {message, history} = History.add(room.history, said, System.system_time(:millisecond))
        talkers = Map.put(room.talkers, pid, [now | spoken_at])
        {:reply, {:ok, message}, %{room | history: history, talkers: talkers}}

      message ->
        {:reply, {:repeated, message}, room}
    end
  end

  @impl true
  def handle_info({:DOWN, _monitor, :process, pid, _reason}, room) do
    room = %{room | talkers: Map.delete(room.talkers, pid)}
    {:noreply, room, timeout(room)}
  end

  def handle_info(:timeout, room), do: {:stop, :normal, room}

  defp timeout(%{talkers: talkers}) when talkers == %{}, do: @forget_after
  defp timeout(_room), do: :infinity
end
