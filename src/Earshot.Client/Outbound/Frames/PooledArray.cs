using Earshot.Messages;

namespace Earshot.Outbound;

/// <summary>Rented arrays; the empty array is none of them.</summary>
internal static class PooledArray
{
    private const int Minimum = 4 * 1024;

    /// <summary>Takes a larger array and copies the bytes that are used.</summary>
    public static void Grow(ref byte[] array, int used, int wanted)
    {
        byte[] larger = PayloadArrays.Pool.Rent(Math.Max(Minimum, wanted));
        array.AsSpan(0, used).CopyTo(larger);
        Return(array);
        array = larger;
    }

    /// <summary>Gives an array back, and with it what it held.</summary>
    public static void Release(ref byte[] array, ref int used)
    {
        Return(array);
        (array, used) = ([], 0);
    }

    private static void Return(byte[] array)
    {
        if (array.Length > 0)
        {
            PayloadArrays.Pool.Return(array);
        }
    }
}
