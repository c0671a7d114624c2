# Writes plug.txt: queries, each with what Plug makes of it. Run it where Plug and Jason are
# dependencies, such as in server/phoenix:
#
#     mix run --no-start PATH/plug.exs > PATH/plug.txt

keys = ~w{a a[] a[b] a[c] a[0] a[][] a[][b] a[][c] a[b][] a[b][c] a[0][b] a[][b][] a[][][] b}
few = ~w{a a[] a[b] a[][] a[][b] a[b][] a[b][c]}

sequences =
  for(a <- keys, do: [a]) ++
    for(a <- keys, b <- keys, do: [a, b]) ++
    for(a <- few, b <- few, c <- few, do: [a, b, c]) ++
    for(a <- ~w{a[] a[b] a[b][]}, b <- few, c <- few, d <- ~w{a a[] a[b][c]}, do: [a, b, c, d])

odd_keys =
  ["", "a[ b ]"] ++
    ~w{[ ] [] [a] [a][b] a] a[ a[b a[b]c a[b]c] a[]] a[[] a[[b]] a[b]] a[b[c]] a]b[c] a[b][} ++
    ~w{a[b]][c] a[b][[c] a[]b] a[b]][][c] a%5Bb%5D a%5b%5d%5Bb%5D %61 a+b[c+d] é[ü]} ++
    ~w{%C3%A9[%F0%9F%9A%80] a[%00] a[%26] a[%3D] a[%25] a[%2B] a[b;c]}

odd_queries =
  ["", "&", "&&a=1&&", "=", "=&=1"] ++
    ~w{a a= a=b=c a&a[] a[] a[]&a[] a[]=&a[]= a=x+y%21%2B a;b=1;2 a=1&a=2&a=3} ++
    ~w{a[b]=1&a[b]=2&a[b][c]=3&a[b]=4 a[][b]=1&a[][c]=2&a[][b]=3 a[0][b]=1&a[0][c]=2&a[1][b]=3} ++
    ~w{a[1]=x&a[0]=y&a[10]=z a[][]=1&a[][]=2&a[]=3&a[][]=4} ++
    ~w{a=% a=%1 %=1 a=%zz a=%ff %C3=1 a=%C3%28 a[%zz]=1 %f0%9f%9a%80=%f0%9f%9a%80}

numbered =
  for keys <- sequences ++ Enum.map(odd_keys, &[&1]) ++ Enum.map(odd_keys, &[&1, "a[b]"]) do
    Enum.map_join(Enum.with_index(keys, 1), "&", fn {key, i} -> "#{key}=#{i}" end)
  end

sorted = fn
  sorted, map when is_map(map) ->
    Jason.OrderedObject.new(for {key, value} <- Enum.sort(map), do: {key, sorted.(sorted, value)})

  sorted, list when is_list(list) ->
    Enum.map(list, &sorted.(sorted, &1))

  _, text ->
    text
end

for query <- Enum.uniq(odd_queries ++ numbered) do
  decoded =
    try do
      Jason.encode!(sorted.(sorted, Plug.Conn.Query.decode(query)))
    rescue
      Plug.Conn.InvalidQueryError -> "refused"
    end

  IO.puts("#{query}\t#{decoded}")
end
