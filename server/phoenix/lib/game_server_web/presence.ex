defmodule GameServerWeb.Presence do
  @moduledoc """
  Who is in which topic, on all nodes of a cluster: the keys are user ids.
  """

  use Phoenix.Presence, otp_app: :game_server, pubsub_server: GameServer.PubSub
end
