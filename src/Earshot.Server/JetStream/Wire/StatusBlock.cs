using System.Globalization;
using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>Makes the header blocks of statuses, which end or accompany a pull, or accompany the messages of a push consumer.</summary>
internal static class StatusBlock
{
    public static byte[] NoMessages { get; } = Of("404 No Messages");

    public static byte[] LeadershipChange { get; } = Of("409 Leadership Change");

    public static byte[] PushBased { get; } = Of("409 Consumer is push based");

    public static byte[] FlowControl { get; } = Of("100 FlowControl Request");

    public static byte[] RequestTimeout(int messages, int bytes) => WithPending("408 Request Timeout", messages, bytes);

    public static byte[] SizeExceedsMaxBytes(int messages, int bytes) => WithPending("409 Message Size Exceeds MaxBytes", messages, bytes);

    public static byte[] BatchCompleted(int messages, int bytes) => WithPending("409 Batch Completed", messages, bytes);

    public static byte[] WrongPin(int messages, int bytes) => WithPending("423 Nats-Wrong-Pin-Id", messages, bytes);

    /// <param name="consumerSequence">The sequence of the consumer's last delivery.</param>
    /// <param name="streamSequence">The sequence of its message.</param>
    /// <param name="stalled">The subject of a flow control request that has no answer; null: none.</param>
    public static byte[] Heartbeat(ulong consumerSequence, ulong streamSequence, string? stalled = null) => Of(string.Create(
        CultureInfo.InvariantCulture,
        $"100 Idle Heartbeat\r\nNats-Last-Consumer: {consumerSequence}\r\nNats-Last-Stream: {streamSequence}{(stalled is null ? "" : $"\r\nNats-Consumer-Stalled: {stalled}")}"));

    public static byte[] Of(string statusAndHeaders) => Encoding.ASCII.GetBytes($"NATS/1.0 {statusAndHeaders}\r\n\r\n");

    private static byte[] WithPending(string status, int messages, int bytes) => Of(string.Create(
        CultureInfo.InvariantCulture, $"{status}\r\nNats-Pending-Messages: {messages}\r\nNats-Pending-Bytes: {bytes}"));
}
