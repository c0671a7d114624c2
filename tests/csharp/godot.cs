// As much of Godot's API for C# as the wrappers use, with the same signatures, so that a compiler without the engine's packages can check
// the wrappers' types. The workflow compiles them with the real ones (./build.sh test --csharp).
using System;
using System.Runtime.CompilerServices;

namespace Godot
{
    public enum Error : long { Ok, Failed }

    public class StringName
    {
        public static implicit operator StringName(string from) => null;
    }

    public struct Variant
    {
        public enum Type : long { Nil }

        public Type VariantType => Type.Nil;
        public static Variant From<T>(in T from) => default;
        public bool AsBool() => false;
        public long AsInt64() => 0;
        public double AsDouble() => 0;
        public string AsString() => null;
        public int[] AsInt32Array() => null;
        public string[] AsStringArray() => null;
        public Callable AsCallable() => default;
        public GodotObject AsGodotObject() => null;
        public Collections.Dictionary AsGodotDictionary() => null;
        public Collections.Array AsGodotArray() => null;
        public static implicit operator Variant(bool from) => default;
        public static implicit operator Variant(int from) => default;
        public static implicit operator Variant(long from) => default;
        public static implicit operator Variant(double from) => default;
        public static implicit operator Variant(string from) => default;
        public static implicit operator Variant(int[] from) => default;
        public static implicit operator Variant(string[] from) => default;
        public static implicit operator Variant(Callable from) => default;
        public static implicit operator Variant(GodotObject from) => default;
        public static implicit operator Variant(Collections.Dictionary from) => default;
        public static implicit operator Variant(Collections.Array from) => default;
    }

    public struct Callable
    {
        public static Callable From(Action action) => default;
        public static Callable From<T0>(Action<T0> action) => default;
        public static Callable From<T0, T1>(Action<T0, T1> action) => default;
        public static Callable From<T0, T1, T2>(Action<T0, T1, T2> action) => default;
        public static Callable From<T0, T1, T2, T3>(Action<T0, T1, T2, T3> action) => default;
        public static Callable From<T0, T1, T2, T3, T4>(Action<T0, T1, T2, T3, T4> action) => default;
        public static Callable From<TResult>(Func<TResult> func) => default;
    }

    public class GodotObject : IDisposable
    {
        public void Dispose() { }
        public void Free() { }
        public Variant Get(StringName property) => default;
        public void Set(StringName property, Variant value) { }
        public Variant Call(StringName method, params Variant[] args) => default;
        public Error Connect(StringName signal, Callable callable, uint flags = 0) => Error.Ok;
        public void Disconnect(StringName signal, Callable callable) { }
        public SignalAwaiter ToSignal(GodotObject source, StringName signal) => null;
    }

    public class SignalAwaiter : INotifyCompletion
    {
        public bool IsCompleted => true;
        public void OnCompleted(Action continuation) { }
        public Variant[] GetResult() => null;
        public SignalAwaiter GetAwaiter() => this;
    }

    public class RefCounted : GodotObject { }

    public class TlsOptions : RefCounted { }

    public class MultiplayerPeer : RefCounted { }

    public class MultiplayerPeerExtension : MultiplayerPeer { }

    public class MultiplayerApi : RefCounted
    {
        public MultiplayerPeer MultiplayerPeer { get; set; }
    }

    public class Node : GodotObject
    {
        public MultiplayerApi Multiplayer => null;
        public virtual void _Ready() { }
        public void AddChild(Node node, bool forceReadableName = false, long @internal = 0) { }
        public T GetNode<T>(string path) where T : class => null;
    }

    public static class ClassDB
    {
        public static Variant Instantiate(StringName @class) => default;
    }

    public static class GD
    {
        public static void Print(params object[] what) { }
    }
}

namespace Godot.Collections
{
    public class Dictionary : System.Collections.IEnumerable
    {
        public void Add(Variant key, Variant value) { }
        public Variant this[Variant key] { get => default; set { } }
        public System.Collections.IEnumerator GetEnumerator() => null;
    }

    public class Array
    {
        public int Count => 0;
        public Variant this[int index] => default;
    }
}
