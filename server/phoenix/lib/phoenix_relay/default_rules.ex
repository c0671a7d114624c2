defmodule PhoenixRelay.DefaultRules do
  @moduledoc """
  Everybody may join, and send to everybody. Rooms named `dedicated-…` are opened with a `PhoenixRelay.HostToken` alone.
  """

  @behaviour PhoenixRelay.Rules

  alias PhoenixRelay.HostToken

  @impl true
  def authorize(:host, peer, %{topic: "relay:dedicated-" <> _ = topic}) do
    if HostToken.valid?(PhoenixRelay.config().endpoint, topic, peer.params["host_token"]),
      do: :ok,
      else: {:error, "not allowed"}
  end

  def authorize(_action, _peer, _subject), do: :ok
end
