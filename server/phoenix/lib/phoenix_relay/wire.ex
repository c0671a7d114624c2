defmodule PhoenixRelay.Wire do
  @moduledoc """
  The bytes of a frame and of its entries; `server/README.md` describes them.
  """

  import Bitwise

  @reliable 2
  @control 3

  @max_number 0xFFFF_FFFF
  @max_channel 65_535

  @typedoc "0 unreliable, 1 unreliable and ordered, 2 reliable."
  @type mode :: 0..2

  @type header :: %{
          ack: non_neg_integer,
          seq: non_neg_integer,
          reliable: binary,
          unreliable: binary
        }

  @typedoc """
  What a client sends: a packet for some seats, each perhaps with two bytes of its own, or a request.
  """
  @type up ::
          {:packet, mode, channel :: 0..65_535, [{0..255, nil | <<_::16>>}], data :: binary}
          | {:admit, 0..255}
          | {:kick, 0..255}
          | {:lock, boolean}
          | {:round_trip, ms :: non_neg_integer}

  @doc """
  Takes a frame apart.
  """
  @spec read_frame(binary) :: {:ok, header} | {:error, String.t()}
  def read_frame(frame) do
    with {:ok, ack, rest} <- number(frame),
         {:ok, seq, rest} <- number(rest),
         {:ok, reliable, unreliable} <- section(seq, rest) do
      {:ok, %{ack: ack, seq: seq, reliable: reliable, unreliable: unreliable}}
    else
      :error -> {:error, "malformed"}
    end
  end

  defp section(0, rest), do: {:ok, <<>>, rest}

  defp section(_seq, rest) do
    with {:ok, size, rest} <- number(rest), do: take(rest, size)
  end

  @doc """
  A frame with a reliable section, unless its number is 0, and unreliable entries.
  """
  @spec frame(non_neg_integer, non_neg_integer, iodata, iodata) :: iodata
  def frame(ack, 0, _reliable, unreliable), do: [encode(ack), 0, unreliable]

  def frame(ack, seq, reliable, unreliable) do
    [encode(ack), encode(seq), encode(IO.iodata_length(reliable)), reliable, unreliable]
  end

  @doc """
  The first entry of a section that a client sent, and the rest.
  """
  @spec read_up(binary, :reliable | :unreliable, pos_integer) ::
          {:ok, up, binary} | {:error, String.t()}
  def read_up(<<head, rest::binary>>, section, max_packet) do
    mode = band(head, 3)

    if section == :reliable == mode >= @reliable and head < 32 do
      read_up(mode, head, rest, max_packet)
    else
      {:error, "malformed"}
    end
  end

  defp read_up(@control, @control, <<kind, rest::binary>>, _max_packet) do
    case {kind, rest} do
      {1, <<seat, rest::binary>>} -> {:ok, {:admit, seat}, rest}
      {2, <<seat, rest::binary>>} -> {:ok, {:kick, seat}, rest}
      {3, <<on, rest::binary>>} when on < 2 -> {:ok, {:lock, on == 1}, rest}
      {4, rest} -> with_number(rest, &{:ok, {:round_trip, &1}, &2})
      _ -> {:error, "malformed"}
    end
  end

  defp read_up(@control, _head, _rest, _max_packet), do: {:error, "malformed"}

  defp read_up(mode, head, rest, max_packet) do
    with {:ok, channel, rest} <- channel(band(head, 4), rest),
         {:ok, seats, rest} <- seats(band(head, 8), rest),
         {:ok, size, rest} <- number(rest),
         :ok <- check_size(size, max_packet),
         {:ok, data, rest} <- take(rest, size),
         {:ok, targets, rest} <- patches(band(head, 16), seats, data, rest) do
      {:ok, {:packet, mode, channel, targets, data}, rest}
    else
      :error -> {:error, "malformed"}
      {:error, _reason} = error -> error
    end
  end

  defp check_size(size, max_packet) when size > max_packet, do: {:error, "packet too big"}
  defp check_size(_size, _max_packet), do: :ok

  defp channel(0, rest), do: {:ok, 0, rest}

  defp channel(_flag, rest) do
    case number(rest) do
      {:ok, channel, rest} when channel <= @max_channel -> {:ok, channel, rest}
      _ -> :error
    end
  end

  defp seats(0, <<seat, rest::binary>>), do: {:ok, [seat], rest}

  defp seats(8, <<size, set::binary-size(size), rest::binary>>) do
    {:ok,
     for({byte, i} <- indexed(set), bit <- 0..7, band(byte >>> bit, 1) == 1, do: i * 8 + bit),
     rest}
  end

  defp seats(_flag, _rest), do: :error

  defp indexed(set), do: set |> :binary.bin_to_list() |> Enum.with_index()

  defp patches(0, seats, _data, rest), do: {:ok, Enum.map(seats, &{&1, nil}), rest}

  defp patches(_flag, seats, data, rest) when byte_size(data) >= 3 do
    with {:ok, patches, rest} <- take(rest, 2 * length(seats)) do
      {:ok, Enum.zip(seats, for(<<patch::binary-size(2) <- patches>>, do: patch)), rest}
    end
  end

  defp patches(_flag, _seats, _data, _rest), do: :error

  @doc """
  The copy of a packet for a target with bytes of its own.
  """
  @spec patch(binary, nil | <<_::16>>) :: binary
  def patch(data, nil), do: data

  def patch(<<first, _::binary-size(2), rest::binary>>, patch) do
    <<first, patch::binary, rest::binary>>
  end

  @doc """
  A packet as it goes to its target.
  """
  @spec packet(mode, 0..65_535, 0..255, binary) :: iodata
  def packet(mode, 0, from, data), do: [mode, from, encode(byte_size(data)), data]

  def packet(mode, channel, from, data) do
    [bor(mode, 4), encode(channel), from, encode(byte_size(data)), data]
  end

  @doc """
  What the relay tells a client.
  """
  @spec notice(tuple) :: iodata
  def notice({:peer, seat, id, info}) do
    [@control, 1, seat, <<id::32-little>>, encode(byte_size(info)), info]
  end

  def notice({:gone, seat}), do: <<@control, 2, seat>>
  def notice({:host, seat}), do: <<@control, 3, seat>>
  def notice({:away, seat}), do: <<@control, 4, seat>>
  def notice({:back, seat}), do: <<@control, 5, seat>>
  def notice({:round_trip, seat, ms}), do: [@control, 6, seat, encode(ms)]
  def notice({:locked, true}), do: <<@control, 7, 1>>
  def notice({:locked, false}), do: <<@control, 7, 0>>

  # Numbers are unsigned LEB128 of at most 32 bits.

  defp encode(n) when n < 128, do: <<n>>
  defp encode(n), do: [bor(band(n, 127), 128), encode(n >>> 7)]

  defp number(data), do: number(data, 0, 0)

  defp number(<<1::1, low::7, rest::binary>>, shift, sum) when shift < 63 do
    number(rest, shift + 7, sum + (low <<< shift))
  end

  defp number(<<0::1, high::7, rest::binary>>, shift, sum) do
    case sum + (high <<< shift) do
      n when n <= @max_number -> {:ok, n, rest}
      _ -> :error
    end
  end

  defp number(_data, _shift, _sum), do: :error

  defp with_number(data, then) do
    case number(data) do
      {:ok, n, rest} -> then.(n, rest)
      :error -> {:error, "malformed"}
    end
  end

  defp take(data, size) do
    case data do
      <<part::binary-size(size), rest::binary>> -> {:ok, part, rest}
      _ -> :error
    end
  end
end
