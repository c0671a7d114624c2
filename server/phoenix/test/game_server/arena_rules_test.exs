defmodule GameServer.Arena.RulesTest do
  use ExUnit.Case, async: true

  alias GameServer.Arena.Rules

  defp with_players(user_ids) do
    Enum.reduce(user_ids, %Rules{}, fn user_id, rules ->
      {:ok, _id, 0, rules} = Rules.join(rules, user_id)
      rules
    end)
  end

  defp with_score(rules, id, target, now) do
    {:ok, shot, rules} = Rules.fire(rules, id, now)
    {:ok, _score, rules} = Rules.hit(rules, id, shot, target, now)
    rules
  end

  test "numbers are not given again" do
    rules = with_players(["ada", "bob"]) |> Rules.leave(2, 0)
    assert {:ok, 3, 0, _} = Rules.join(rules, "bob")
  end

  test "numbers end" do
    assert Rules.join(%Rules{last_player: 4_294_967_295}, "ada") == {:error, "full"}
  end

  test "a reload takes a quarter of a second, whether the shot hit or not" do
    rules = with_players(["ada", "bob"]) |> with_score(1, 2, 1000)
    assert Rules.fire(rules, 1, 1249) == {:error, "too soon"}
    assert {:ok, 2, rules} = Rules.fire(rules, 1, 1250)
    assert {:ok, 3, _} = Rules.fire(rules, 2, 1250)
  end

  test "a refused shot does not prolong the reload" do
    {:ok, 1, rules} = Rules.fire(with_players(["ada"]), 1, -1000)
    assert Rules.fire(rules, 1, -800) == {:error, "too soon"}
    assert {:ok, 2, _} = Rules.fire(rules, 1, -750)
  end

  test "a shot flies three seconds" do
    {:ok, shot, rules} = Rules.fire(with_players(["ada", "bob"]), 1, 0)
    assert {:ok, 1, _} = Rules.hit(rules, 1, shot, 2, 3000)
    assert Rules.hit(rules, 1, shot, 2, 3001) == {:error, "no such shot"}
  end

  test "several shots fly at once" do
    {:ok, first, rules} = Rules.fire(with_players(["ada", "bob"]), 1, 0)
    {:ok, second, rules} = Rules.fire(rules, 1, 300)
    assert {:ok, 1, rules} = Rules.hit(rules, 1, first, 2, 400)
    assert {:ok, 2, _} = Rules.hit(rules, 1, second, 2, 400)
  end

  test "who has left cannot be hit" do
    {:ok, shot, rules} = Rules.fire(with_players(["ada", "bob"]), 1, 0)
    rules = Rules.leave(rules, 2, 0)
    assert Rules.hit(rules, 1, shot, 2, 0) == {:error, "no such player"}
  end

  test "a score is kept for a minute after its user left" do
    rules = with_players(["ada", "bob", "eve"]) |> with_score(1, 2, 0) |> Rules.leave(1, 1000)
    # The next who leaves has those forgotten who left long ago.
    assert {:ok, _, 1, _} = rules |> Rules.leave(2, 61_000) |> Rules.join("ada")
    assert {:ok, _, 0, _} = rules |> Rules.leave(2, 61_001) |> Rules.join("ada")
  end

  test "a user's connections share a score, which stays while one is in" do
    rules = with_players(["ada", "bob", "eve"]) |> with_score(1, 2, 0)
    assert {:ok, 4, 1, rules} = Rules.join(rules, "ada")
    rules = rules |> Rules.leave(1, 0) |> Rules.leave(3, 100_000)
    assert {:ok, 5, 1, _} = Rules.join(rules, "ada")
  end

  test "what is forgotten leaves nothing behind" do
    rules = with_players(["ada", "bob"]) |> with_score(1, 2, 0)
    rules = rules |> Rules.leave(1, 0) |> Rules.leave(2, 60_001)
    assert rules.players == %{} and rules.scores == %{}
    assert Map.keys(rules.left_at) == ["bob"]
  end
end
