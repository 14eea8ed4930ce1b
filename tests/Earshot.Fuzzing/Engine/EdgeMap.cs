using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Earshot.Fuzzing.Engine;

/// <summary>
/// The edges that instrumented code has taken, one counter of a byte each. Counts are compared by their magnitude, so that one more
/// repetition of a loop is nothing new and twice as many is.
/// </summary>
internal sealed unsafe class EdgeMap
{
    private const int Size = 64 * 1024; // as the instrumentation numbers them

    private static readonly byte[] s_magnitudes = [.. Enumerable.Range(0, 256).Select(count => (byte)(count switch { 0 => 0, 1 => 1, 2 => 2, 3 => 4, < 8 => 8, < 16 => 16, < 32 => 32, < 128 => 64, _ => 128 }))];

    // One for the process, never freed: instrumented code counts on all threads and at any time.
    private static readonly byte* s_counters = (byte*)NativeMemory.AllocZeroed(Size);

    private readonly byte[] _seen = new byte[Size];

    /// <summary>Before any instrumented code runs.</summary>
    public static void Attach() => Trace.SharedMem = s_counters;

    /// <summary>The edges of all inputs so far.</summary>
    public int Edges { get; private set; }

    /// <summary>Before an input.</summary>
    public static void Clear()
    {
        new Span<byte>(s_counters, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>After an input: whether it has taken an edge, or one more often by a magnitude, for the first time.</summary>
    public bool HasNews()
    {
        bool hasNews = false;
        for (int at = 0; at < Size; at += Vector<byte>.Count)
        {
            if (!Vector.EqualsAll(Unsafe.ReadUnaligned<Vector<byte>>(s_counters + at), Vector<byte>.Zero))
            {
                hasNews |= Merge(at);
            }
        }

        return hasNews;
    }

    private bool Merge(int start)
    {
        bool hasNews = false;
        for (int edge = start; edge < start + Vector<byte>.Count; edge++)
        {
            byte magnitude = s_magnitudes[s_counters[edge]];
            if ((magnitude & ~_seen[edge]) != 0)
            {
                Edges += _seen[edge] == 0 ? 1 : 0;
                _seen[edge] |= magnitude;
                hasNews = true;
            }
        }

        return hasNews;
    }
}
