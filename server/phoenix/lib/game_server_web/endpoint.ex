defmodule GameServerWeb.Endpoint do
  @moduledoc """
  Where clients arrive: the socket over both transports, and `GET /health` for load balancers.
  """

  use Phoenix.Endpoint, otp_app: :game_server

  @connect_info [:uri, :user_agent, :x_headers, :trace_context_headers]

  # auth_token: the token travels in a header, not in the URL, which ends up in logs.
  # compress: only for clients that ask for it.
  socket "/socket", GameServerWeb.UserSocket,
    websocket: [auth_token: true, compress: true, connect_info: @connect_info],
    longpoll: [auth_token: true, connect_info: @connect_info]

  if code_reloading? do
    plug Phoenix.CodeReloader
  end

  plug GameServerWeb.Router
end
