// Typed wrappers of the addon Phoenix Channels for Godot. Copy this file into a C# project that has the addon.
// Generated from the help of the classes by scripts/csharp; do not edit it.

using System;
using System.Threading.Tasks;
using Godot;
using Godot.Collections;
using Array = Godot.Collections.Array;

namespace PhoenixChannels
{
    /// <summary>What the wrappers share. Two of them may wrap the same instance.</summary>
    public abstract class PhoenixObject<T> where T : GodotObject
    {
        /// <summary>The wrapped object: add a socket's to the tree.</summary>
        public T Instance { get; }

        protected PhoenixObject(T instance)
        {
            Instance = instance ?? throw new ArgumentNullException(nameof(instance));
        }

        protected static GodotObject Instantiate(string type) =>
            ClassDB.Instantiate(type).AsGodotObject() ?? throw new InvalidOperationException(
                type + " does not exist. Install addons/phoenix_channels with a library for this platform, and import the project once.");

        // A static method can be called on an instance, on each version of the engine.
        protected static Variant CallStatic(string type, string method, params Variant[] arguments)
        {
            var any = Instantiate(type);
            try
            {
                return any.Call(method, arguments);
            }
            finally
            {
                if (any is RefCounted)
                {
                    any.Dispose();
                }
                else
                {
                    any.Free();
                }
            }
        }

        protected static Variant InstanceOf<TOther>(PhoenixObject<TOther> wrapper) where TOther : GodotObject =>
            wrapper == null ? default : Variant.From<GodotObject>(wrapper.Instance);

        protected static Variant OrEmpty(Variant value) =>
            value.VariantType == Variant.Type.Nil ? Variant.From(new Dictionary()) : value;

        protected static TWrapper[] WrapAll<TWrapper>(Variant values, Func<Variant, TWrapper> wrap)
        {
            var array = values.AsGodotArray();
            var wrappers = new TWrapper[array.Count];
            for (var i = 0; i < wrappers.Length; i++)
            {
                wrappers[i] = wrap(array[i]);
            }
            return wrappers;
        }
    }

    // CLASSES
}
