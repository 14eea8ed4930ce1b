using Earshot.Diagnostics;
using Earshot.Events;
using Earshot.Protocol;

namespace Earshot.Sessions;

/// <summary>
/// Shows the control lines of a live session to readers that ask for <see cref="NatsEventKind.ProtocolTrace"/>. Never payloads
/// and never CONNECT, which is written before the session begins; without such a reader it costs one read of a flag.
/// </summary>
internal static class ProtocolTap
{
    public static bool IsWanted(Journal journal) => journal.Wants(NatsEventKind.ProtocolTrace);

    /// <summary>Traces one frame; for a caller that has checked <see cref="IsWanted"/>, once for all frames received together.</summary>
    public static void Inbound(Journal journal, ReadOnlySpan<byte> frame, KnownSecrets? secrets) => Append(journal, NatsTraceDirection.Inbound, frame, secrets);

    /// <summary>Traces the frames of one write; a frame that is cut by the end of the write is shown once, with its beginning.</summary>
    public static void Outbound(Journal? journal, ReadOnlySpan<byte> frames)
    {
        if (journal is null || !IsWanted(journal))
        {
            return;
        }

        var reader = new ClientOperationReader(ProtocolLimits.Default);
        try
        {
            while (frames.Length > 0 && reader.TryRead(frames, out _, out int length))
            {
                Append(journal, NatsTraceDirection.Outbound, frames[..length], secrets: null);
                frames = frames[length..];
            }
        }
        catch (NatsProtocolViolationException)
        {
            // The write began in the middle of a frame that the last one cut.
        }
    }

    private static void Append(Journal journal, NatsTraceDirection direction, ReadOnlySpan<byte> frame, KnownSecrets? secrets)
    {
        int lineEnd = frame.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = (lineEnd < 0 ? frame : frame[..lineEnd]).TrimEnd((byte)'\r');
        journal.Append(new NatsProtocolTraceEvent { Direction = direction, Line = secrets?.Hide(line) ?? line.ToArray() });
    }
}
