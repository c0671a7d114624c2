defmodule GameServerWeb.UserSocket do
  @moduledoc """
  A client's connection: which channels there are, and who the client is.

  The safe way to say so is a token (`GameServerWeb.UserToken`), which only this server can make. The
  simple way is the param `user_id`, which anyone can say: good for a prototype. For a game that must
  know its players, remove the last two clauses of `identify/2`.
  """

  use Phoenix.Socket

  require Logger

  alias GameServerWeb.UserToken

  channel "game:*", GameServerWeb.GameChannel
  channel "arena:*", GameServerWeb.ArenaChannel
  channel "chat:*", GameServerWeb.ChatChannel
  channel "relay:*", PhoenixRelay.Channel
  channel "relay_list", PhoenixRelay.ListChannel

  if Application.compile_env(:game_server, :trial_channels) do
    channel "room:*", GameServerWeb.RoomChannel
    channel "lobby", GameServerWeb.RoomChannel
  end

  @impl true
  def connect(params, socket, connect_info) do
    case identify(connect_info[:auth_token], params) do
      {:ok, user_id} ->
        {:ok, assign(socket, user_id: user_id, params: params, connect_info: connect_info)}

      {:error, reason} ->
        Logger.info("connection refused, its token is #{reason}")
        :error
    end
  end

  @doc """
  The topic that ends all connections of a user: `Endpoint.broadcast("user:ID", "disconnect", %{})`.
  """
  @impl true
  def id(socket), do: "user:" <> socket.assigns.user_id

  defp identify(token, _params) when is_binary(token), do: UserToken.verify(token)

  defp identify(nil, %{"user_id" => user_id}) when is_binary(user_id) do
    if String.trim(user_id) == "", do: {:ok, guest()}, else: {:ok, user_id}
  end

  defp identify(nil, _params), do: {:ok, guest()}

  defp guest, do: "guest-" <> Base.encode32(:crypto.strong_rand_bytes(5), case: :lower)
end
