defmodule GameServer.Arena do
  @moduledoc """
  A running arena: who plays, where they are, who shot whom.

  One process a topic, reached through `GameServer.TopicServer`; `GameServer.Arena.Rules` says what
  is allowed in it. A player is a channel process: the arena watches it, and forgets the player when
  it ends. Positions are collected and broadcast together, at most one broadcast every `tick_ms/0`.

  An arena without players is forgotten after a minute.
  """

  use GenServer, restart: :temporary

  alias GameServer.Arena.Rules
  alias GameServer.TopicServer
  alias GameServerWeb.Endpoint

  @tick_ms 50
  @forget_after :timer.seconds(60)

  @doc "Milliseconds between two broadcasts of positions."
  @spec tick_ms() :: pos_integer
  def tick_ms, do: @tick_ms

  @doc """
  Lets the calling process play as `user_id`: the arena's process, the player's number, the score.
  """
  @spec join(String.t(), String.t()) ::
          {:ok, pid, Rules.id(), score :: non_neg_integer} | {:error, Rules.reason()}
  def join(topic, user_id), do: TopicServer.call(__MODULE__, topic, {:join, self(), user_id})

  @doc """
  Notes where the calling player is: the eight bytes that go out with the next `positions`.
  """
  @spec move(pid, Rules.id(), <<_::64>>) :: :ok
  def move(arena, id, <<position::binary-size(8)>>) do
    GenServer.cast(arena, {:move, id, position})
  end

  @doc """
  Fires for the calling player: the shot's number. The caller broadcasts it to the others, as only
  the channel's own process is left out of a broadcast on every node.
  """
  @spec fire(pid, Rules.id()) :: {:ok, shot :: pos_integer} | {:error, Rules.reason()}
  def fire(arena, id), do: GenServer.call(arena, {:fire, id})

  @doc """
  Claims that a shot of this player met another one; everyone is told.
  """
  @spec hit(pid, Rules.id(), integer, integer) ::
          {:ok, score :: pos_integer} | {:error, Rules.reason()}
  def hit(arena, id, shot, target), do: GenServer.call(arena, {:hit, id, shot, target})

  @impl true
  def init(topic) do
    arena = %{topic: topic, rules: %Rules{}, watched: %{}, moved: %{}, told_at: now() - @tick_ms}
    {:ok, arena, timeout(arena)}
  end

  @impl true
  def handle_call({:join, pid, user_id}, _from, arena) do
    case Rules.join(arena.rules, user_id) do
      {:ok, id, score, rules} ->
        watched = Map.put(arena.watched, Process.monitor(pid), id)
        {:reply, {:ok, self(), id, score}, %{arena | rules: rules, watched: watched}}

      {:error, _} = error ->
        {:reply, error, arena}
    end
  end

  def handle_call({:fire, id}, _from, arena) do
    case Rules.fire(arena.rules, id, now()) do
      {:ok, shot, rules} -> {:reply, {:ok, shot}, %{arena | rules: rules}}
      {:error, _} = error -> {:reply, error, arena}
    end
  end

  def handle_call({:hit, id, shot, target}, _from, arena) do
    case Rules.hit(arena.rules, id, shot, target, now()) do
      {:ok, score, rules} ->
        told = %{by: id, target: target, shot: shot, score: score}
        Endpoint.broadcast(arena.topic, "hit", told)
        {:reply, {:ok, score}, %{arena | rules: rules}}

      {:error, _} = error ->
        {:reply, error, arena}
    end
  end

  # An idle arena does nothing: only the first who moves after a broadcast asks for the next one.
  @impl true
  def handle_cast({:move, id, position}, arena) do
    if arena.moved == %{} do
      Process.send_after(self(), :tell, max(arena.told_at + @tick_ms - now(), 0))
    end

    {:noreply, put_in(arena.moved[id], position)}
  end

  @impl true
  def handle_info(:tell, arena) do
    data = for {id, position} <- arena.moved, into: <<>>, do: <<id::32-little, position::binary>>
    if data != <<>>, do: Endpoint.broadcast(arena.topic, "positions", {:binary, data})
    {:noreply, %{arena | moved: %{}, told_at: now()}, timeout(arena)}
  end

  def handle_info({:DOWN, monitor, :process, _pid, _reason}, arena) do
    {id, watched} = Map.pop(arena.watched, monitor)
    rules = Rules.leave(arena.rules, id, now())
    arena = %{arena | rules: rules, watched: watched, moved: Map.delete(arena.moved, id)}
    {:noreply, arena, timeout(arena)}
  end

  def handle_info(:timeout, arena), do: {:stop, :normal, arena}

  defp timeout(%{watched: watched}) when watched == %{}, do: @forget_after
  defp timeout(_arena), do: :infinity

  defp now, do: System.monotonic_time(:millisecond)
end
