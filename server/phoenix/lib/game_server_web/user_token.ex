defmodule GameServerWeb.UserToken do
  @moduledoc """
  Tokens that say who somebody is, signed by this server.

  A game's login makes one and hands it to the client, which connects with it:

      token = GameServerWeb.UserToken.sign("ada")

  in Godot:

      PhoenixSocket.create(url, {auth_token = token})
  """

  @salt "user token"
  @max_age_s 24 * 60 * 60

  @doc """
  A token for this user, good for a day.
  """
  @spec sign(String.t()) :: String.t()
  def sign(user_id) when is_binary(user_id) and user_id != "" do
    Phoenix.Token.sign(GameServerWeb.Endpoint, @salt, user_id)
  end

  @doc """
  How long a token is accepted, in seconds.
  """
  @spec max_age_s() :: pos_integer
  def max_age_s, do: @max_age_s

  @doc """
  Whose token this is, if this server signed it and it is not too old.
  """
  @spec verify(String.t()) :: {:ok, String.t()} | {:error, :expired | :invalid | :missing}
  def verify(token) do
    Phoenix.Token.verify(GameServerWeb.Endpoint, @salt, token, max_age: @max_age_s)
  end
end
