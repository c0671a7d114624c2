defmodule PhoenixRelay.HostToken do
  @moduledoc """
  Tokens with which a dedicated server may host a room, signed by this server.

  A room whose topic begins with `relay:dedicated-` opens only for a join with such a token in its params:

      PhoenixRelay.HostToken.sign(MyAppWeb.Endpoint, "relay:dedicated-eu-1")

  in Godot, as a param of the channel:

      socket.channel("relay:dedicated-eu-1", {host_token = token})
  """

  @salt "relay host"
  @max_age_s 24 * 60 * 60

  @doc "A token for hosting the room of a topic, good for a day."
  @spec sign(module, String.t()) :: String.t()
  def sign(endpoint, topic), do: Phoenix.Token.sign(endpoint, @salt, topic)

  @doc "Whether the token is one for hosting the room of the topic."
  @spec valid?(module, String.t(), term) :: boolean
  def valid?(endpoint, topic, token) do
    is_binary(token) and
      Phoenix.Token.verify(endpoint, @salt, token, max_age: @max_age_s) == {:ok, topic}
  end
end
