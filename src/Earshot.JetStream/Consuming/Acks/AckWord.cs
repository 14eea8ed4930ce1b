using System.Text;
using Earshot.JetStream.Json;

namespace Earshot.JetStream.Consuming;

/// <summary>The payloads of acks (ADR-37).</summary>
internal static class AckWord
{
    public static ReadOnlyMemory<byte> Ack { get; } = "+ACK"u8.ToArray();

    public static ReadOnlyMemory<byte> Progress { get; } = "+WPI"u8.ToArray();

    private static readonly ReadOnlyMemory<byte> s_nak = "-NAK"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> s_terminate = "+TERM"u8.ToArray();

    /// <summary>Whether the server never delivers the message again after this ack.</summary>
    public static bool IsFinal(ReadOnlySpan<byte> word) => word.StartsWith("+ACK"u8) || word.StartsWith("+TERM"u8);

    /// <summary>The negative ack with a delay; without one if it is null, zero or negative. The infinite time is the longest delay, not none.</summary>
    public static ReadOnlyMemory<byte> Nak(TimeSpan? delay)
    {
        TimeSpan after = delay == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : delay ?? TimeSpan.Zero;
        return after > TimeSpan.Zero ? Encoding.ASCII.GetBytes($"-NAK {{\"delay\":{NanosecondsConverter.FromDelay(after)}}}") : s_nak;
    }

    public static ReadOnlyMemory<byte> Terminate(string? reason) =>
        string.IsNullOrEmpty(reason) ? s_terminate : Encoding.UTF8.GetBytes($"+TERM {reason}");
}
