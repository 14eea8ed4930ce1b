namespace Earshot.Server.Access;

/// <summary>What no client may publish to, answer through or name a queue group, whatever its permissions say.</summary>
internal static class ReservedSubjects
{
    public static bool IsPublish(ReadOnlySpan<byte> subject) => subject.StartsWith("$NRG."u8) || subject.StartsWith("_GR_."u8);

    public static bool IsReply(ReadOnlySpan<byte> replyTo) =>
        replyTo.StartsWith("_R_"u8) || replyTo.StartsWith("$JS.ACK."u8) || replyTo.StartsWith("_GR_."u8);

    public static bool IsQueue(ReadOnlySpan<byte> queue) => queue.SequenceEqual("_sys_"u8);
}
