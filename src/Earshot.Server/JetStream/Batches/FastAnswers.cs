namespace Earshot.Server.JetStream;

/// <summary>Writes what a server answers within a fast batch.</summary>
internal static class FastAnswers
{
    /// <summary>All messages up to this one were received; the window is the number that is acknowledged together from now on.</summary>
    public static byte[] Ack(FastBatch batch) => PubAck.Of(json =>
    {
        json.WriteString("type", "ack");
        json.WriteNumber("seq", batch.LastAck);
        json.WriteNumber("msgs", batch.Window);
    });

    /// <summary>Messages are lost.</summary>
    /// <param name="expected">The first one.</param>
    /// <param name="sequence">The one that came instead.</param>
    public static byte[] Gap(ulong expected, ulong sequence) => PubAck.Of(json =>
    {
        json.WriteString("type", "gap");
        json.WriteNumber("last_seq", expected);
        json.WriteNumber("seq", sequence);
    });

    /// <summary>A message was rejected.</summary>
    public static byte[] Error(ulong sequence, ApiError error) => PubAck.Of(json =>
    {
        json.WriteString("type", "err");
        json.WriteNumber("seq", sequence);
        PubAck.WriteError(json, error);
    });
}
