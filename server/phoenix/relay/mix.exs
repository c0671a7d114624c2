defmodule PhoenixRelay.MixProject do
  # The relay alone, for other applications: {:phoenix_relay, path: "…/server/phoenix/relay"}.
  # Its modules are those of the example application.
  use Mix.Project

  def project do
    [
      app: :phoenix_relay,
      version: "0.1.0",
      elixir: "~> 1.15",
      elixirc_paths:
        Enum.map(["phoenix_relay.ex", "phoenix_relay"], &Path.expand("../lib/#{&1}", __DIR__)),
      deps: deps()
    ]
  end

  def application, do: [extra_applications: [:logger]]

  defp deps do
    [
      {:phoenix, "~> 1.8"},
      {:phoenix_pubsub, "~> 2.1"},
      {:jason, "~> 1.4"}
    ]
  end
end
