defmodule GameServer.Arena.Rules do
  @moduledoc """
  The rules of an arena: who may be in, who may fire, whom a shot may hit.

  Plain data and functions, without a process and without a clock: `now` is in milliseconds, from
  whatever clock does not go back.
  """

  @max_players 64
  @max_number 4_294_967_295
  @reload_ms 250
  @shot_ms 3_000
  @score_kept_ms 60_000

  defstruct players: %{}, scores: %{}, left_at: %{}, last_player: 0, last_shot: 0

  @typedoc "A player's number: not used again while the arena lives."
  @type id :: 1..4_294_967_295

  @typedoc "Why something was refused, as the client is told."
  @type reason :: String.t()

  @type t :: %__MODULE__{
          players: %{id => player},
          scores: %{(user_id :: String.t()) => non_neg_integer},
          left_at: %{(user_id :: String.t()) => integer},
          last_player: non_neg_integer,
          last_shot: non_neg_integer
        }

  @typep player :: %{
           user_id: String.t(),
           may_fire_at: integer | nil,
           shots: [{shot :: pos_integer, fired_at :: integer}]
         }

  @doc """
  Lets a user in, with the score that the user has or had here.
  """
  @spec join(t, String.t()) :: {:ok, id, non_neg_integer, t} | {:error, reason}
  def join(%__MODULE__{players: players}, _user_id) when map_size(players) >= @max_players do
    {:error, "full"}
  end

  def join(%__MODULE__{last_player: @max_number}, _user_id), do: {:error, "full"}

  def join(%__MODULE__{} = rules, user_id) do
    id = rules.last_player + 1
    player = %{user_id: user_id, may_fire_at: nil, shots: []}

    rules = %{
      rules
      | last_player: id,
        players: Map.put(rules.players, id, player),
        left_at: Map.delete(rules.left_at, user_id)
    }

    {:ok, id, score(rules, user_id), rules}
  end

  @doc """
  Takes a player out. The user's score is kept for a minute, for one whose connection was lost.
  """
  @spec leave(t, id, integer) :: t
  def leave(%__MODULE__{} = rules, id, now) do
    {%{user_id: user_id}, players} = Map.pop!(rules.players, id)
    plays_on? = Enum.any?(players, fn {_, player} -> player.user_id == user_id end)

    left_at = if plays_on?, do: rules.left_at, else: Map.put(rules.left_at, user_id, now)

    {long_gone, left_at} = Map.split_with(left_at, fn {_, at} -> now - at > @score_kept_ms end)

    %{
      rules
      | players: players,
        left_at: left_at,
        scores: Map.drop(rules.scores, Map.keys(long_gone))
    }
  end

  @doc """
  Fires a shot and gives its number.
  """
  @spec fire(t, id, integer) :: {:ok, shot :: pos_integer, t} | {:error, reason}
  def fire(%__MODULE__{} = rules, id, now) do
    player = rules.players[id]

    if player.may_fire_at != nil and now < player.may_fire_at do
      {:error, "too soon"}
    else
      shot = rules.last_shot + 1
      flying = Enum.take_while(player.shots, fn {_, fired_at} -> flying?(fired_at, now) end)
      player = %{player | may_fire_at: now + @reload_ms, shots: [{shot, now} | flying]}
      {:ok, shot, %{put_in(rules.players[id], player) | last_shot: shot}}
    end
  end

  @doc """
  Counts a hit for the player `id` and gives the new score. A shot can hit once.
  """
  @spec hit(t, id, integer, integer, integer) :: {:ok, pos_integer, t} | {:error, reason}
  def hit(%__MODULE__{} = rules, id, shot, target, now) do
    %{user_id: user_id, shots: shots} = rules.players[id]

    cond do
      not Enum.any?(shots, fn {n, fired_at} -> n == shot and flying?(fired_at, now) end) ->
        {:error, "no such shot"}

      target == id or not is_map_key(rules.players, target) ->
        {:error, "no such player"}

      true ->
        score = score(rules, user_id) + 1
        rules = put_in(rules.players[id].shots, List.keydelete(shots, shot, 0))
        {:ok, score, put_in(rules.scores[user_id], score)}
    end
  end

  defp flying?(fired_at, now), do: now - fired_at <= @shot_ms

  defp score(rules, user_id), do: Map.get(rules.scores, user_id, 0)
end
