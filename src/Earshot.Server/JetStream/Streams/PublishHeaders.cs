using System.Buffers.Text;
using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>What the headers of a published message ask for.</summary>
internal readonly record struct PublishHeaders
{
    private static readonly string[] s_notInProcess = ["Nats-Batch-Id", "Nats-Incr", "Nats-Schedule"];

    public string? Id { get; private init; }

    public string? ExpectedStream { get; private init; }

    public ulong? ExpectedLast { get; private init; }

    public string? ExpectedLastId { get; private init; }

    public ulong? ExpectedLastOfSubject { get; private init; }

    /// <summary>The subject, or pattern, of <see cref="ExpectedLastOfSubject"/>; null: the one of the message.</summary>
    public string? ExpectedSubject { get; private init; }

    public string? Rollup { get; private init; }

    public string? TimeToLive { get; private init; }

    /// <summary>A header of a feature that the in-process server does not have; null: none.</summary>
    public string? NotInProcess { get; private init; }

    public static PublishHeaders Read(ReadOnlySpan<byte> block)
    {
        if (block.IndexOf("Nats-"u8) < 0)
        {
            return default;
        }

        string? missing = null;
        foreach (string name in s_notInProcess)
        {
            missing ??= HeaderBlock.TryFind(block, Encoding.ASCII.GetBytes(name), out _) ? name : null;
        }

        return new PublishHeaders
        {
            Id = Text(block, "Nats-Msg-Id"u8),
            ExpectedStream = Text(block, "Nats-Expected-Stream"u8),
            ExpectedLast = Number(block, "Nats-Expected-Last-Sequence"u8),
            ExpectedLastId = Text(block, "Nats-Expected-Last-Msg-Id"u8),
            ExpectedLastOfSubject = Number(block, "Nats-Expected-Last-Subject-Sequence"u8),
            ExpectedSubject = Text(block, "Nats-Expected-Last-Subject-Sequence-Subject"u8),
            Rollup = Text(block, "Nats-Rollup"u8),
            TimeToLive = Text(block, "Nats-TTL"u8),
            NotInProcess = missing,
        };
    }

    private static string? Text(ReadOnlySpan<byte> block, ReadOnlySpan<byte> name) =>
        HeaderBlock.TryFind(block, name, out ReadOnlySpan<byte> value) && !value.IsEmpty ? Encoding.UTF8.GetString(value) : null;

    private static ulong? Number(ReadOnlySpan<byte> block, ReadOnlySpan<byte> name) =>
        HeaderBlock.TryFind(block, name, out ReadOnlySpan<byte> value) && Utf8Parser.TryParse(value, out ulong number, out int used) && used == value.Length ? number : null;
}
