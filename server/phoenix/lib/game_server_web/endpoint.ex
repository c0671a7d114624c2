defmodule GameServerWeb.Endpoint do
  @moduledoc """
  Where clients arrive: the socket over both transports, and `GET /health` for load balancers.
  """

  use Phoenix.Endpoint, otp_app: :game_server

  @connect_info [:uri, :user_agent, :x_headers, :trace_context_headers]

  # auth_token: the token travels in a header, not in the URL, which ends up in logs.
  # compress: only for clients that ask for it; each of these costs some 300 kB for its zlib contexts.
  socket "/socket", GameServerWeb.UserSocket,
    auth_token: true,
    websocket: [compress: true, connect_info: @connect_info],
    longpoll: [connect_info: @connect_info]

  if code_reloading? do
    plug Phoenix.CodeReloader
  end

  plug GameServerWeb.Router
end
