defmodule GameServerWeb.Router do
  @moduledoc """
  HTTP beside the sockets: the place for a game's own API, such as the login that gives out tokens.
  """

  use Phoenix.Router, helpers: false

  get("/health", GameServerWeb.Health, [])

  if Application.compile_env(:game_server, :trial_channels) do
    post("/api/login", GameServerWeb.TrialLogin, [])
  end
end
