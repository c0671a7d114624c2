defmodule PhoenixRelay.IndependenceTest do
  # The relay is copied into other applications, or compiled by relay/mix.exs.
  use ExUnit.Case, async: true

  defp relay_modules do
    {:ok, modules} = :application.get_key(:game_server, :modules)
    for module <- modules, hd(Module.split(module)) == "PhoenixRelay", do: module
  end

  test "the relay calls nothing of this application" do
    for module <- relay_modules() do
      {:ok, {_, imports: imports}} = :beam_lib.chunks(:code.which(module), [:imports])

      called =
        for {other, _, _} <- imports, "Elixir.GameServer" <> _ = name <- ["#{other}"], do: name

      assert {module, called} == {module, []}
    end
  end

  test "all of the relay is in the folder that others take" do
    sources = for module <- relay_modules(), do: module.module_info(:compile)[:source]
    assert length(sources) > 10

    for source <- sources do
      assert Path.relative_to_cwd(to_string(source)) =~
               ~r"^lib/(phoenix_relay\.ex|phoenix_relay/\w+\.ex)$"
    end

    for path <- ["phoenix_relay.ex", "phoenix_relay"] do
      assert File.exists?("lib/#{path}")
      assert File.read!("relay/mix.exs") =~ inspect(path)
    end
  end
end
