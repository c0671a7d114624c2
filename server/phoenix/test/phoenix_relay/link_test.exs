defmodule PhoenixRelay.LinkTest do
  use ExUnit.Case, async: true

  alias PhoenixRelay.{Link, Wire}

  defp link, do: Link.connected(Link.new(15))

  defp frames(link, now, frames \\ []) do
    case Link.next(link, now) do
      {:frame, frame, link} -> frames(link, now, [IO.iodata_to_binary(frame) | frames])
      {:wait, at, link} -> {Enum.reverse(frames), at, link}
    end
  end

  # What one side has to send reaches the other.
  defp pass(from, to, now) do
    {frames, _at, from} = frames(from, now)

    Enum.reduce(frames, {[], from, to}, fn frame, {read, from, to} ->
      {:ok, reliable, unreliable, to} = Link.receive_frame(to, frame, now)
      {read ++ [{reliable, unreliable}], from, to}
    end)
  end

  test "the first frame leaves at once, the next ones after the interval" do
    link = Link.reliable(link(), "a")
    {[frame], nil, link} = frames(link, 1000)
    assert frame == <<0, 1, 1, "a">>

    link = link |> Link.reliable("b") |> Link.reliable("c")
    assert {[], 1015, link} = frames(link, 1005)
    assert {[<<0, 2, 2, "bc">>], nil, _link} = frames(link, 1015)
  end

  test "an acknowledgement leaves with a frame, after a while, or when many frames came" do
    receive_frame = fn link, seq, now ->
      {:ok, "x", "", link} = Link.receive_frame(link, <<0, seq, 1, "x">>, now)
      link
    end

    link = receive_frame.(link(), 1, 1000)
    assert {[<<1, 1, 1, "a">>], nil, _} = frames(Link.reliable(link, "a"), 1001)
    assert {[], 1050, link} = frames(link, 1001)
    assert {[<<1, 0>>], nil, link} = frames(link, 1050)

    link = Enum.reduce(2..17, link, &receive_frame.(&2, &1, 1060))
    assert {[<<17, 0>>], nil, link} = frames(link, 1060)

    large = <<0, 0, 0::size(128 * 1024 * 8)>>
    {:ok, "", _, link} = Link.receive_frame(link, large, 1070)
    assert {[], 1120, link} = frames(link, 1070)
    {:ok, "", _, link} = Link.receive_frame(link, large, 1070)
    assert {[<<19, 0>>], nil, _} = frames(link, 1070)
  end

  test "an acknowledgement alone is not acknowledged" do
    assert {:ok, "", "", link} = Link.receive_frame(link(), <<0, 0>>, 1000)
    assert {[], nil, _} = frames(link, 5000)
  end

  test "sections are sent again over the next connection, those that arrived are not" do
    a =
      Enum.reduce(["1", "2", "3"], link(), fn entry, a ->
        a |> Link.reliable(entry) |> Link.hurry()
      end)

    b = link()
    {[{"123", ""}], a, b} = pass(a, b, 0)
    a = a |> Link.reliable("4") |> Link.hurry()
    {_lost, _at, a} = frames(a, 20)
    a = a |> Link.lost() |> Link.reliable("5")
    b = Link.lost(b)

    {:ok, a} = Link.resume(a, b.got)
    {:ok, b} = Link.resume(b, a.got)
    {read, a, b} = pass(Link.connected(a), Link.connected(b), 1000)
    assert read == [{"4", ""}, {"5", ""}]
    {_read, _b, a} = pass(b, a, 1100)
    assert a.buffered == 0
  end

  test "numbers that do not fit are refused" do
    a = Link.reliable(link(), "1")
    {[_], _at, a} = frames(a, 0)
    assert Link.resume(a, 2) == :error
    assert Link.receive_frame(a, <<2, 0>>, 0) == {:error, "malformed"}
    assert Link.receive_frame(a, <<0, 2, 1, "x">>, 0) == {:error, "bad sequence"}
    {:ok, "x", "", a} = Link.receive_frame(a, <<1, 1, 1, "x">>, 0)
    assert Link.receive_frame(a, <<1, 1, 1, "x">>, 0) == {:error, "bad sequence"}
    assert Link.resume(Link.lost(a), 0) == :error
  end

  test "what is too much for one section is cut, but no entry" do
    large = String.duplicate("a", 40_000)
    link = Enum.reduce(1..3, link(), fn _, link -> Link.reliable(link, large) end)
    {frames, nil, _} = frames(link, 0)
    assert [40_000, 40_000, 40_000] = sizes(frames)

    assert {[_], nil, _} = frames(Link.reliable(link(), String.duplicate("a", 200_000)), 0)
  end

  defp sizes(frames) do
    for frame <- frames, {:ok, header} = Wire.read_frame(frame), do: byte_size(header.reliable)
  end

  test "on a slow link old unreliable entries are dropped, reliable ones go on" do
    link = Link.unreliable(link(), "0", 0)
    {[<<0, 0, "0">>], _, link} = frames(link, 0)
    link = link |> Link.unreliable("1", 1010) |> Link.reliable("r")
    assert {[<<0, 1, 1, "r">>], _, link} = frames(link, 1020)
    link = Link.unreliable(link, "2", 1150)
    {:ok, "", "", link} = Link.receive_frame(link, <<2, 0>>, 1160)
    assert {[<<0, 0, "2">>], _, link} = frames(link, 1160)
    assert link.dropped == 1
  end

  test "without a connection unreliable entries are dropped, reliable ones wait" do
    link = link() |> Link.lost() |> Link.unreliable("u", 0) |> Link.reliable("r")
    assert {[], nil, link} = frames(link, 1000)
    {:ok, link} = Link.resume(link, 0)
    assert {[<<0, 1, 1, "r">>], _, _} = frames(Link.connected(link), 1000)
  end

  test "a small packet that waits for a lost peer does not keep the frame that it came in" do
    frame = String.duplicate("x", 100_000)
    packet = Wire.packet(2, 0, 0, binary_part(frame, 10, 100))
    %{entries: [{_size, entry}]} = Link.reliable(Link.new(15), packet)
    assert :binary.referenced_byte_size(entry) < 200
  end

  test "unreliable entries beyond 64 KiB do not wait for the interval" do
    {[_], nil, link} = link() |> Link.unreliable("first", 1000) |> frames(1000)
    link = Link.unreliable(link, String.duplicate("x", 65_000), 1001)
    assert {[], 1015, _} = frames(link, 1001)
    link = Link.unreliable(link, String.duplicate("x", 1000), 1002)
    assert {[_], nil, _} = frames(link, 1002)
  end
end
