namespace Earshot.JetStream.Consuming;

/// <summary>Finds the subject of a flow control request in a status of a push consumer.</summary>
internal static class FlowSubject
{
    /// <summary>Returns the subject to answer; null when the status requests nothing.</summary>
    /// <param name="status">The status.</param>
    /// <param name="headers">Its headers; those of a heartbeat repeat the subject of a request that is not answered.</param>
    /// <param name="replyTo">Its reply subject, which that of a flow control request has.</param>
    public static byte[]? Of(in PullStatus status, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> replyTo) => status.Kind switch
    {
        PullStatusKind.OtherControl => replyTo.IsEmpty ? null : replyTo.ToArray(),
        PullStatusKind.Heartbeat => Stalled(headers),
        _ => null,
    };

    private static byte[]? Stalled(ReadOnlySpan<byte> headers)
    {
        ReadOnlySpan<byte> name = "\r\nNats-Consumer-Stalled:"u8;
        int at = headers.IndexOf(name);
        if (at < 0)
        {
            return null;
        }

        ReadOnlySpan<byte> rest = headers[(at + name.Length)..];
        int end = rest.IndexOf("\r\n"u8);
        ReadOnlySpan<byte> subject = rest[..(end < 0 ? rest.Length : end)].Trim((byte)' ');
        return subject.IsEmpty ? null : subject.ToArray();
    }
}
