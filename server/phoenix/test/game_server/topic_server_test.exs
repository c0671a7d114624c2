defmodule GameServer.TopicServerTest do
  use ExUnit.Case, async: true

  alias GameServer.Arena
  alias GameServer.TopicServer

  defp new_topic, do: "arena:#{System.unique_integer([:positive])}"

  test "many who come at once find the same process" do
    topic = new_topic()

    joins = for n <- 1..20, do: Task.async(fn -> Arena.join(topic, "user-#{n}") end)

    found = Task.await_many(joins)
    assert [_] = found |> Enum.map(fn {:ok, arena, _, _} -> arena end) |> Enum.uniq()
    assert found |> Enum.map(fn {:ok, _, id, _} -> id end) |> Enum.sort() == Enum.to_list(1..20)
  end

  test "who comes as the process ends finds a new one" do
    topic = new_topic()
    {:ok, old, _, _} = Arena.join(topic, "ada")
    :sys.suspend(old)
    send(old, :timeout)
    join = Task.async(fn -> Arena.join(topic, "bob") end)
    wait_for_messages(old, 2)
    :sys.resume(old)
    assert {:ok, new, 1, 0} = Task.await(join)
    assert new != old and not Process.alive?(old)
  end

  test "what crashes the process crashes its caller, once" do
    topic = new_topic()
    {:ok, old, _, _} = Arena.join(topic, "ada")

    ExUnit.CaptureLog.capture_log(fn ->
      assert {{:function_clause, _}, _} = catch_exit(TopicServer.call(Arena, topic, :nonsense))
    end)

    refute Process.alive?(old)
  end

  defp wait_for_messages(pid, count) do
    if Process.info(pid, :message_queue_len) != {:message_queue_len, count} do
      Process.sleep(5)
      wait_for_messages(pid, count)
    end
  end
end
