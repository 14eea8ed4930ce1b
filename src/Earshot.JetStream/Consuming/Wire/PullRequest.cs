using System.Buffers.Text;
using System.Text.Json;

namespace Earshot.JetStream.Consuming;

/// <summary>Writes the JSON of a pull request; only what is set (older servers ignore unknown fields, newer ones refuse them).</summary>
internal static class PullRequest
{
    private const int MaxFields = 200;

    /// <summary>Most bytes that <see cref="Write"/> writes.</summary>
    public static int MaxLength(byte[] group, string? pin) => MaxFields + group.Length + (pin is null ? 0 : 9 + (pin.Length * 6));

    /// <summary>Writes the request and returns its length.</summary>
    /// <param name="destination">Room for <see cref="MaxLength"/>.</param>
    /// <param name="ask">The numbers.</param>
    /// <param name="group">Fields of the priority group, as <see cref="Group"/> made them.</param>
    /// <param name="pin">Id of the pin; null: none.</param>
    public static int Write(Span<byte> destination, in PullAsk ask, ReadOnlySpan<byte> group, string? pin)
    {
        int length = Put(destination, "{\"batch\":"u8, ask.Batch);
        if (ask.Expires > 0)
        {
            length += Put(destination[length..], ",\"expires\":"u8, ask.Expires * 100);
        }

        if (ask.MaxBytes > 0)
        {
            length += Put(destination[length..], ",\"max_bytes\":"u8, ask.MaxBytes);
        }

        if (ask.NoWait)
        {
            ",\"no_wait\":true"u8.CopyTo(destination[length..]);
            length += 15;
        }

        if (ask.Heartbeat > 0)
        {
            length += Put(destination[length..], ",\"idle_heartbeat\":"u8, ask.Heartbeat * 100);
        }

        group.CopyTo(destination[length..]);
        length += group.Length;
        if (pin is not null)
        {
            length += PutText(destination[length..], ",\"id\":\""u8, pin);
        }

        destination[length++] = (byte)'}';
        return length;
    }

    /// <summary>The fields of a priority group; empty without one. A priority only where it is given: older servers do not know it.</summary>
    public static byte[] Group(NatsJSPriorityGroupOpts? opts)
    {
        if (opts?.Group is not { } group)
        {
            return [];
        }

        byte[] fields = new byte[MaxFields + (group.Length * 6)];
        int length = PutText(fields, ",\"group\":\""u8, group);
        if (opts.MinPending > 0)
        {
            length += Put(fields.AsSpan(length), ",\"min_pending\":"u8, opts.MinPending);
        }

        if (opts.MinAckPending > 0)
        {
            length += Put(fields.AsSpan(length), ",\"min_ack_pending\":"u8, opts.MinAckPending);
        }

        if (opts.Priority > 0)
        {
            length += Put(fields.AsSpan(length), ",\"priority\":"u8, opts.Priority);
        }

        return fields[..length];
    }

    private static int PutText(Span<byte> destination, ReadOnlySpan<byte> name, string text)
    {
        ReadOnlySpan<byte> value = JsonEncodedText.Encode(text).EncodedUtf8Bytes;
        name.CopyTo(destination);
        value.CopyTo(destination[name.Length..]);
        destination[name.Length + value.Length] = (byte)'"';
        return name.Length + value.Length + 1;
    }

    private static int Put(Span<byte> destination, ReadOnlySpan<byte> name, long value)
    {
        name.CopyTo(destination);
        Utf8Formatter.TryFormat(value, destination[name.Length..], out int digits);
        return name.Length + digits;
    }
}
