defmodule PhoenixRelay.Rules do
  @moduledoc """
  Who may join, host, or send to whom: a game's own module, given to `PhoenixRelay` as `rules`.

  A peer is a map with `topic`, `params` (of its join, without the member `peer`), `assigns` (of its
  socket: whoever `connect/3` found it to be) and `info` (JSON, what it lets others see). For a process of
  this server `assigns` is what it gave.
  """

  @type peer :: %{topic: String.t(), params: map, assigns: map, info: String.t() | nil}
  @type room :: %{required(:topic) => String.t(), optional(atom) => term}

  @doc """
  `:join`: may the peer join a room? `:host`: may it open one? `:send`: may its packets reach the other
  peer? Two of whom one may not send to the other never hear of each other.

  Runs in the channel's process for `:join` and `:host`, in the room's for `:send`. The reason of a refused join
  is what the game is told; a room that may not be opened is `not allowed`.
  """
  @callback authorize(:join, peer, room) :: :ok | {:error, reason :: String.t()}
  @callback authorize(:host, peer, room) :: :ok | {:error, reason :: String.t()}
  @callback authorize(:send, from :: peer, to :: peer) :: :ok | {:error, reason :: String.t()}
end
