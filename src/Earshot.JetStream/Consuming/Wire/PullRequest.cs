using System.Buffers.Text;
using System.Text.Json;
using Earshot.JetStream.Json;

namespace Earshot.JetStream.Consuming;

/// <summary>Writes the JSON of a pull request, with the values that are set only: older servers ignore unknown fields, newer ones reject them.</summary>
internal static class PullRequest
{
    private const int MaxFields = 200;

    /// <summary>The maximum number of bytes written by <see cref="Write"/>.</summary>
    public static int MaxLength(byte[] group, string? pin) => MaxFields + group.Length + (pin is null ? 0 : 9 + (pin.Length * 6));

    /// <summary>Writes the request and returns its length.</summary>
    /// <param name="destination">A buffer of at least <see cref="MaxLength"/> bytes.</param>
    /// <param name="ask">The values of the request.</param>
    /// <param name="group">The fields of the priority group, from <see cref="Group"/>.</param>
    /// <param name="pin">The id of the pinned client; null: none.</param>
    public static int Write(Span<byte> destination, in PullAsk ask, ReadOnlySpan<byte> group, string? pin)
    {
        int length = Put(destination, "{\"batch\":"u8, ask.Batch);
        if (ask.Expires > 0)
        {
            length += Put(destination[length..], ",\"expires\":"u8, NanosecondsConverter.FromDelay(new TimeSpan(ask.Expires)));
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
            length += Put(destination[length..], ",\"idle_heartbeat\":"u8, NanosecondsConverter.FromDelay(new TimeSpan(ask.Heartbeat)));
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

    /// <summary>Returns the fields of a priority group; empty when there is none. A priority is written only when it is set, because older servers do not support it.</summary>
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
