using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Earshot.JetStream.Publishing;

/// <summary>
/// The header lines of a publish that result from its options. They are written in addition to the caller's headers, which are not modified.
/// </summary>
internal static class PublishLines
{
    public const string MsgId = "Nats-Msg-Id";
    private const int MaxName = 48;
    private static readonly TimeSpan s_leastTtl = TimeSpan.FromSeconds(1);

    /// <summary>Validates the options together with the headers of the call.</summary>
    /// <returns>The message id of the publish, from options or headers; null when it has none.</returns>
    /// <exception cref="ArgumentException">A value cannot be sent, or a header is set in both headers and options.</exception>
    public static string? Check(NatsJSPubOpts opts, string? msgId, NatsHeaders? headers)
    {
        if (opts.Ttl is { } ttl && ttl != Timeout.InfiniteTimeSpan && (ttl < s_leastTtl || ttl.Ticks % TimeSpan.TicksPerMillisecond != 0))
        {
            throw new ArgumentException($"The time to live of a message, {ttl}, must be at least {s_leastTtl} and whole milliseconds.", nameof(opts));
        }

        if (opts.ExpectedLastSubjectSequenceSubject is not null && opts.ExpectedLastSubjectSequence is null)
        {
            throw new ArgumentException("ExpectedLastSubjectSequenceSubject requires ExpectedLastSubjectSequence.", nameof(opts));
        }

        CheckTwice(headers, MsgId, msgId);
        CheckTwice(headers, "Nats-Expected-Last-Msg-Id", opts.ExpectedLastMsgId);
        CheckTwice(headers, "Nats-Expected-Stream", opts.ExpectedStream);
        CheckTwice(headers, "Nats-Expected-Last-Subject-Sequence-Subject", opts.ExpectedLastSubjectSequenceSubject);
        CheckTwice(headers, "Nats-Expected-Last-Sequence", opts.ExpectedLastSequence is null ? null : "");
        CheckTwice(headers, "Nats-Expected-Last-Subject-Sequence", opts.ExpectedLastSubjectSequence is null ? null : "");
        CheckTwice(headers, "Nats-TTL", opts.Ttl is null ? null : "");
        return msgId ?? (headers is { Count: > 0 } && headers.TryGetValue(MsgId, out Microsoft.Extensions.Primitives.StringValues given) && given.Count > 0 ? given[^1] : null);
    }

    /// <summary>Writes the lines to a rented array; null and 0 when there are none.</summary>
    public static (byte[]? Lines, int Length) Write(NatsJSPubOpts opts, string? msgId, string? increment = null)
    {
        int most = Size(msgId) + Size(increment) + Size(opts.ExpectedLastMsgId) + Size(opts.ExpectedStream) + Size(opts.ExpectedLastSubjectSequenceSubject)
            + (opts.ExpectedLastSequence is null ? 0 : MaxName + 24) + (opts.ExpectedLastSubjectSequence is null ? 0 : MaxName + 24) + (opts.Ttl is null ? 0 : MaxName + 24);
        if (most == 0)
        {
            return (null, 0);
        }

        byte[] lines = ArrayPool<byte>.Shared.Rent(most);
        int length = 0;
        Add(lines, ref length, "Nats-Msg-Id: "u8, msgId);
        Add(lines, ref length, "Nats-Incr: "u8, increment);
        Add(lines, ref length, "Nats-Expected-Stream: "u8, opts.ExpectedStream);
        Add(lines, ref length, "Nats-Expected-Last-Msg-Id: "u8, opts.ExpectedLastMsgId);
        Add(lines, ref length, "Nats-Expected-Last-Sequence: "u8, opts.ExpectedLastSequence);
        Add(lines, ref length, "Nats-Expected-Last-Subject-Sequence: "u8, opts.ExpectedLastSubjectSequence);
        Add(lines, ref length, "Nats-Expected-Last-Subject-Sequence-Subject: "u8, opts.ExpectedLastSubjectSequenceSubject);
        Add(lines, ref length, "Nats-TTL: "u8, opts.Ttl is { } ttl ? Ttl(ttl) : null);
        return (lines, length);
    }

    private static string Ttl(TimeSpan ttl) =>
        ttl == Timeout.InfiniteTimeSpan ? "never"
        : ttl.Ticks % TimeSpan.TicksPerSecond == 0 ? string.Create(CultureInfo.InvariantCulture, $"{ttl.Ticks / TimeSpan.TicksPerSecond}s")
        : string.Create(CultureInfo.InvariantCulture, $"{ttl.Ticks / TimeSpan.TicksPerMillisecond}ms");

    private static void CheckTwice(NatsHeaders? headers, string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        if (value.AsSpan().ContainsAny('\r', '\n'))
        {
            throw new ArgumentException($"The value of {name} contains a line break.");
        }

        if (headers is not { Count: > 0 })
        {
            return;
        }

        foreach (string given in headers.Keys)
        {
            if (string.Equals(given, name, StringComparison.OrdinalIgnoreCase))
            {
                throw new ArgumentException($"The header {name} is set both in the headers and in the options of the publish; only one of them is allowed.", nameof(headers));
            }
        }
    }

    private static int Size(string? value) => value is null ? 0 : MaxName + Encoding.UTF8.GetMaxByteCount(value.Length);

    private static void Add(byte[] lines, ref int length, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            Copy(lines, ref length, name);
            length += Encoding.UTF8.GetBytes(value, lines.AsSpan(length));
            Copy(lines, ref length, "\r\n"u8);
        }
    }

    private static void Add(byte[] lines, ref int length, ReadOnlySpan<byte> name, ulong? value)
    {
        if (value is { } number)
        {
            Copy(lines, ref length, name);
            Utf8Formatter.TryFormat(number, lines.AsSpan(length), out int written);
            length += written;
            Copy(lines, ref length, "\r\n"u8);
        }
    }

    private static void Copy(byte[] lines, ref int length, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(lines.AsSpan(length));
        length += bytes.Length;
    }
}
