defmodule GameServer.Chat.HistoryTest do
  use ExUnit.Case, async: true

  alias GameServer.Chat.History

  defp said(text, nonce \\ nil), do: %{from: "ada", name: "Ada", text: text, nonce: nonce}

  defp with_messages(count) do
    Enum.reduce(1..count//1, %History{}, fn n, history ->
      {_, history} = History.add(history, said("#{n}", "nonce-#{n}"), n)
      history
    end)
  end

  test "ids are no less than the time, and grow when it does not" do
    {first, history} = History.add(%History{}, said("a"), 1_700_000_000_000)
    {second, history} = History.add(history, said("b"), 1_700_000_000_000)
    {third, _} = History.add(history, said("c"), 1_600_000_000_000)
    assert Enum.map([first, second, third], &(&1.id - 1_700_000_000_000)) == [0, 1, 2]
    assert first == %{id: first.id, from: "ada", name: "Ada", text: "a", at: first.at}
  end

  test "the last fifty are shown, oldest first" do
    latest = History.latest(with_messages(60))
    assert Enum.map(latest, & &1.text) == Enum.map(11..60, &"#{&1}")
    assert History.latest(%History{}) == []
  end

  test "what came after an id" do
    history = with_messages(3)
    assert Enum.map(History.since(history, 1), & &1.text) == ["2", "3"]
    assert History.since(history, 3) == []
    assert length(History.since(history, 0)) == 3
  end

  test "nonces of the last two hundred are known" do
    history = with_messages(201)
    assert History.find(history, "ada", "nonce-1") == nil
    assert History.find(history, "ada", "nonce-2").text == "2"
    assert History.find(history, "bob", "nonce-2") == nil
    assert History.find(history, "ada", nil) == nil
  end
end
