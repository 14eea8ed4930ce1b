using System.Globalization;
using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>Makes the header blocks of statuses, which end or accompany a pull.</summary>
internal static class StatusBlock
{
    public static byte[] NoMessages { get; } = Of("404 No Messages");

    public static byte[] LeadershipChange { get; } = Of("409 Leadership Change");

    public static byte[] RequestTimeout(int messages, int bytes) => WithPending("408 Request Timeout", messages, bytes);

    public static byte[] SizeExceedsMaxBytes(int messages, int bytes) => WithPending("409 Message Size Exceeds MaxBytes", messages, bytes);

    public static byte[] BatchCompleted(int messages, int bytes) => WithPending("409 Batch Completed", messages, bytes);

    public static byte[] Heartbeat(ulong consumerSequence, ulong streamSequence) => Of(string.Create(
        CultureInfo.InvariantCulture, $"100 Idle Heartbeat\r\nNats-Last-Consumer: {consumerSequence}\r\nNats-Last-Stream: {streamSequence}"));

    public static byte[] Of(string statusAndHeaders) => Encoding.ASCII.GetBytes($"NATS/1.0 {statusAndHeaders}\r\n\r\n");

    private static byte[] WithPending(string status, int messages, int bytes) => Of(string.Create(
        CultureInfo.InvariantCulture, $"{status}\r\nNats-Pending-Messages: {messages}\r\nNats-Pending-Bytes: {bytes}"));
}
