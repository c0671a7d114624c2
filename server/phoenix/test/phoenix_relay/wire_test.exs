defmodule PhoenixRelay.WireTest do
  use ExUnit.Case, async: true

  alias PhoenixRelay.Wire

  test "a frame is taken apart as it was made" do
    for {ack, seq, reliable, unreliable} <- [
          {0, 0, "", ""},
          {300, 0, "", "loose"},
          {1, 2, "abc", ""},
          {0xFFFF_FFFF, 0xFFFF_FFFF, String.duplicate("a", 300), "b"}
        ] do
      frame = IO.iodata_to_binary(Wire.frame(ack, seq, reliable, unreliable))

      assert Wire.read_frame(frame) ==
               {:ok, %{ack: ack, seq: seq, reliable: reliable, unreliable: unreliable}}
    end
  end

  test "frames that are cut off or have too large numbers are malformed" do
    for frame <- [
          <<>>,
          <<0>>,
          <<0x80>>,
          <<0, 1>>,
          <<0, 1, 2, "a">>,
          <<0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 0>>,
          String.duplicate(<<0x80>>, 20)
        ] do
      assert Wire.read_frame(frame) == {:error, "malformed"}
    end
  end

  test "packets have one target or several, and perhaps a channel and bytes of each target's own" do
    for {entry, read} <- [
          {<<2, 7, 2, "ab">>, {:packet, 2, 0, [{7, nil}], "ab"}},
          {<<6, 0x81, 1, 7, 0>>, {:packet, 2, 129, [{7, nil}], ""}},
          {<<0x0A, 2, 0b101, 1, 1, "a">>, {:packet, 2, 0, [{0, nil}, {2, nil}, {8, nil}], "a"}},
          {<<0x1A, 1, 3, 3, "abc", 1, 2, 3, 4>>,
           {:packet, 2, 0, [{0, <<1, 2>>}, {1, <<3, 4>>}], "abc"}},
          {<<0x12, 7, 3, "abc", 1, 2>>, {:packet, 2, 0, [{7, <<1, 2>>}], "abc"}}
        ] do
      assert Wire.read_up(entry <> "rest", :reliable, 100) == {:ok, read, "rest"}
    end

    assert Wire.patch("abcd", "XY") == "aXYd"
    assert Wire.patch("abcd", nil) == "abcd"
  end

  test "requests" do
    for {entry, read} <- [
          {<<3, 1, 7>>, {:admit, 7}},
          {<<3, 2, 7>>, {:kick, 7}},
          {<<3, 3, 1>>, {:lock, true}},
          {<<3, 4, 0x81, 1>>, {:round_trip, 129}}
        ] do
      assert Wire.read_up(entry, :reliable, 100) == {:ok, read, ""}
    end
  end

  test "entries that are cut off, unknown or in the wrong section are refused" do
    for {entry, section, reason} <- [
          {<<2>>, :reliable, "malformed"},
          {<<2, 7>>, :reliable, "malformed"},
          {<<2, 7, 3, "ab">>, :reliable, "malformed"},
          {<<0, 7, 1, "a">>, :reliable, "malformed"},
          {<<2, 7, 1, "a">>, :unreliable, "malformed"},
          {<<3, 1, 7>>, :unreliable, "malformed"},
          {<<3, 9, 7>>, :reliable, "malformed"},
          {<<3, 3, 2>>, :reliable, "malformed"},
          {<<7, 1, 7>>, :reliable, "malformed"},
          {<<0x22, 7, 1, "a">>, :reliable, "malformed"},
          {<<0x0A, 2, 1>>, :reliable, "malformed"},
          {<<0x12, 7, 2, "ab", 1, 2>>, :reliable, "malformed"},
          {<<0x12, 7, 3, "abc", 1>>, :reliable, "malformed"},
          {<<6, 0x80, 0x80, 0x04, 7, 0>>, :reliable, "malformed"},
          {<<2, 7, 101, String.duplicate("a", 101)::binary>>, :reliable, "packet too big"}
        ] do
      assert Wire.read_up(entry, section, 100) == {:error, reason}
    end
  end
end
