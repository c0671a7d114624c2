defmodule GameServer.PlayerName do
  @moduledoc """
  The names that players show to each other.
  """

  @max_length 24

  @doc """
  The name in the params of a join, trimmed; without one the beginning of the user id.

      iex> GameServer.PlayerName.from_params(%{"name" => " Ada "}, "user-1")
      {:ok, "Ada"}
      iex> GameServer.PlayerName.from_params(%{}, "user-1")
      {:ok, "user-1"}
      iex> GameServer.PlayerName.from_params(%{"name" => "  "}, "user-1")
      :error
  """
  @spec from_params(map, String.t()) :: {:ok, String.t()} | :error
  def from_params(%{"name" => name}, _user_id) when is_binary(name) do
    name = String.trim(name)
    if codepoints(name) in 1..@max_length, do: {:ok, name}, else: :error
  end

  def from_params(%{"name" => _}, _user_id), do: :error

  def from_params(%{}, user_id) do
    {:ok,
     user_id |> String.trim() |> String.codepoints() |> Enum.take(@max_length) |> Enum.join()}
  end

  defp codepoints(text), do: text |> String.codepoints() |> length()
end
