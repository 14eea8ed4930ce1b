using System.Buffers.Binary;
using System.Numerics;

namespace Earshot.Auditor;

/// <summary>The payload of an audited message: who published it, its number, and a checksum (CRC-32C) of both.</summary>
internal static class AuditedPayload
{
    private const int Size = sizeof(int) + sizeof(long) + sizeof(uint);

    public static byte[] Write(int publisher, long number)
    {
        byte[] payload = new byte[Size];
        BinaryPrimitives.WriteInt32LittleEndian(payload, publisher);
        BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(sizeof(int)), number);
        BinaryPrimitives.WriteUInt32LittleEndian(payload.AsSpan(sizeof(int) + sizeof(long)), Checksum(publisher, number));
        return payload;
    }

    /// <summary>False when the payload is not one that <see cref="Write"/> has made.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out int publisher, out long number)
    {
        (publisher, number) = (0, 0);
        if (payload.Length != Size)
        {
            return false;
        }

        publisher = BinaryPrimitives.ReadInt32LittleEndian(payload);
        number = BinaryPrimitives.ReadInt64LittleEndian(payload[sizeof(int)..]);
        return BinaryPrimitives.ReadUInt32LittleEndian(payload[(sizeof(int) + sizeof(long))..]) == Checksum(publisher, number);
    }

    private static uint Checksum(int publisher, long number) => BitOperations.Crc32C(BitOperations.Crc32C(0, (uint)publisher), (ulong)number);
}
