defmodule GameServer.PlayerNameTest do
  use ExUnit.Case, async: true

  alias GameServer.PlayerName

  doctest PlayerName

  test "characters are code points" do
    assert PlayerName.from_params(%{"name" => String.duplicate("é", 24)}, "u") |> elem(0) == :ok
    # Twelve graphemes of two code points each, and one more.
    accented = String.duplicate("e\u0301", 12)
    assert PlayerName.from_params(%{"name" => accented}, "u") == {:ok, accented}
    assert PlayerName.from_params(%{"name" => accented <> "e"}, "u") == :error
  end

  test "a long user id is shortened" do
    assert PlayerName.from_params(%{}, " " <> String.duplicate("ü", 30)) ==
             {:ok, String.duplicate("ü", 24)}
  end
end
