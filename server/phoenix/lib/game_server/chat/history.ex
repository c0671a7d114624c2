defmodule GameServer.Chat.History do
  @moduledoc """
  What was said in a room: its latest messages, and by their nonces those that may be sent again.

  Plain data and functions; both are kept in a bounded number.
  """

  @shown 50
  @remembered 200

  # Messages with their nonces, newest first.
  defstruct last_id: 0, said: []

  @typedoc """
  A message as clients see it; `at` is in milliseconds since 1970. Ids grow, and are no less than the
  milliseconds, so that they go on growing when the server, or the room, was started anew.
  """
  @type message :: %{
          id: pos_integer,
          from: String.t(),
          name: String.t(),
          text: String.t(),
          at: integer
        }

  @type t :: %__MODULE__{
          last_id: non_neg_integer,
          said: [{message, nonce :: String.t() | nil}]
        }

  @doc """
  Stores what was said and gives it its id.
  """
  @spec add(t, map, integer) :: {message, t}
  def add(%__MODULE__{} = history, said, at) do
    id = max(history.last_id + 1, at)
    message = said |> Map.take([:from, :name, :text]) |> Map.merge(%{id: id, at: at})
    said = Enum.take([{message, said.nonce} | history.said], @remembered)
    {message, %{history | last_id: id, said: said}}
  end

  @doc """
  The message that this user said with this nonce, if it is remembered.
  """
  @spec find(t, String.t(), String.t() | nil) :: message | nil
  def find(%__MODULE__{}, _from, nil), do: nil

  def find(%__MODULE__{said: said}, from, nonce) do
    Enum.find_value(said, fn {message, its_nonce} ->
      if its_nonce == nonce and message.from == from, do: message
    end)
  end

  @doc """
  The latest messages, oldest first.
  """
  @spec latest(t) :: [message]
  def latest(%__MODULE__{said: said}) do
    said |> Enum.take(@shown) |> Enum.map(&elem(&1, 0)) |> Enum.reverse()
  end

  @doc """
  The messages after the one with this id, oldest first.
  """
  @spec since(t, non_neg_integer) :: [message]
  def since(%__MODULE__{said: said}, id) do
    said |> Enum.map(&elem(&1, 0)) |> Enum.take_while(&(&1.id > id)) |> Enum.reverse()
  end
end
