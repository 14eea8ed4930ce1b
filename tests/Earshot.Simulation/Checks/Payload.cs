using System.Buffers.Binary;

namespace Earshot.Simulation.Checks;

/// <summary>The bytes of a message: a mark, its id, and a filler that depends on both, so that a wrong byte is noticed.</summary>
internal static class Payload
{
    public const int LeastSize = 8;

    private const uint Mark = 0x45415248;

    public static byte[] Of(int id, int size)
    {
        byte[] bytes = new byte[Math.Max(size, LeastSize)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Mark);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), id);
        for (int i = LeastSize; i < bytes.Length; i++)
        {
            bytes[i] = (byte)((id * 31) + i);
        }

        return bytes;
    }

    /// <summary>The id of the message; null where the bytes are not one of the simulation.</summary>
    public static int? IdOf(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= LeastSize && BinaryPrimitives.ReadUInt32BigEndian(bytes) == Mark ? BinaryPrimitives.ReadInt32BigEndian(bytes[4..]) : null;

    public static bool IsIntact(ReadOnlySpan<byte> bytes, int id, int size) => bytes.SequenceEqual(Of(id, size));
}
