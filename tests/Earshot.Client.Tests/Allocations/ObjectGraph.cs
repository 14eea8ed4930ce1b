using System.Reflection;
using System.Runtime.InteropServices;

namespace Earshot.Client.Tests.Allocations;

/// <summary>
/// The exact size of what an object keeps alive. The used size of the heap is no such figure: gaps between objects that remain belong to it, and
/// they differ from process to process.
/// </summary>
/// <param name="except">Objects that are left out, with all that only they refer to.</param>
internal sealed class ObjectGraph(params IEnumerable<object> except)
{
    private readonly HashSet<object> _seen = new(except, ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Type, FieldInfo[]> _fields = [];

    /// <summary>Returns the bytes of all objects that can be reached and were not reached by a call before, so that what is shared counts once.</summary>
    /// <param name="root">The object to begin with.</param>
    /// <param name="counts">Whether an object counts; what it refers to counts in any case.</param>
    public long BytesOf(object root, Func<object, bool> counts)
    {
        long bytes = 0;
        var next = new Stack<object>([root]);
        while (next.TryPop(out object? found))
        {
            if (found is not (Pointer or MemberInfo or Assembly or Module or Thread) && (found is ValueType || _seen.Add(found)))
            {
                // A value is in the object that contains it.
                bytes += found is ValueType || !counts(found) ? 0 : SizeOf(found);
                AddReferences(found, next);
            }
        }

        return bytes;
    }

    // The runtime's description of a type begins with the size of an element of its arrays and texts, and the size of the rest.
    private static long SizeOf(object found)
    {
        nint type = found.GetType().TypeHandle.Value;
        long elements = found switch { string text => text.Length, Array array => array.Length, _ => 0 };
        return (Marshal.ReadInt32(type, 4) + (elements == 0 ? 0 : elements * (ushort)Marshal.ReadInt16(type)) + 7) & ~7;
    }

    private static bool MayRefer(Type type) => !type.IsPrimitive && !type.IsEnum && !type.IsPointer && !type.IsByRefLike;

    private void AddReferences(object found, Stack<object> next)
    {
        Type type = found.GetType();
        if (found is Array array)
        {
            foreach (object? item in MayRefer(type.GetElementType()!) ? array : Array.Empty<object>())
            {
                Add(item);
            }

            return;
        }

        foreach (FieldInfo field in found is string ? [] : FieldsOf(type))
        {
            Add(field.GetValue(found));
        }

        void Add(object? value)
        {
            if (value is not null)
            {
                next.Push(value);
            }
        }
    }

    private FieldInfo[] FieldsOf(Type type)
    {
        if (!_fields.TryGetValue(type, out FieldInfo[]? fields))
        {
            List<FieldInfo> all = [];
            for (Type? part = type; part is not null; part = part.BaseType)
            {
                all.AddRange(part.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Where(field => MayRefer(field.FieldType)));
            }

            _fields[type] = fields = [.. all];
        }

        return fields;
    }
}
