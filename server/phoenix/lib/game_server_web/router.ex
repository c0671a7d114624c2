defmodule GameServerWeb.Router do
  @moduledoc """
  HTTP beside the sockets: the place for a game's own API, such as the login that gives out tokens.
  """

  use Phoenix.Router, helpers: false

  get("/health", GameServerWeb.Health, [])
end
