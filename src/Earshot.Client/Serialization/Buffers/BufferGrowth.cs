namespace Earshot.Serialization;

/// <summary>How growable buffers grow: by doubling, up to the largest array there can be.</summary>
internal static class BufferGrowth
{
    public static int Next(int capacity, int written, int needed)
    {
        long least = (long)written + needed;
        if (least > Array.MaxLength)
        {
            throw new InvalidOperationException($"A buffer of {least} elements exceeds the maximum array length.");
        }

        return (int)Math.Min(Math.Max(least, 2L * capacity), Array.MaxLength);
    }
}
